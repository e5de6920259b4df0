"""Which of the processor's instructions CTranslate2 uses for recognising speech and understanding text.

It takes AVX-512 by itself on Intel's processors only; on others that have it, the encoder and decoder of whisper-base
answer a fifth to a quarter sooner with it (`kiestoon bench latency` shows it).
"""

from __future__ import annotations

import os
from pathlib import Path

_VARIABLE = "CT2_FORCE_CPU_ISA"
_NEEDED = frozenset({"avx512f", "avx512cd", "avx512vl", "avx512bw", "avx512dq"})
_PROCESSOR = Path("/proc/cpuinfo")


def widest_instructions(processor: Path = _PROCESSOR) -> None:
    """Have CTranslate2 use AVX-512 where the processor has it, unless the environment says what to use.

    Only counts before the first model of the process is loaded.
    """
    if _VARIABLE not in os.environ and _features(processor) >= _NEEDED:
        os.environ[_VARIABLE] = "AVX512"


def _features(processor: Path) -> frozenset[str]:
    """What the first processor says that it can do; nothing where the system does not tell."""
    try:
        lines = processor.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    told = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(told.partition(":")[2].split())
