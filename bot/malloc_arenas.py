"""How many heaps glibc spreads the memory of threads over.

By itself it gives each thread that finds the others busy a heap of its own, up to eight a core, and each keeps what its
busiest moment needed. With two, eight calls at once hold some 80 MB less, and no answer comes later
(`kiestoon bench load` shows it).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

_ARENA_MAX = -8  # M_ARENA_MAX in glibc's malloc.h
_ARENAS = 2


def few_arenas() -> bool:
    """Have malloc keep to two heaps, unless the environment says how many; whether it was asked to.

    Counts for the threads that begin afterwards. Systems without glibc are left as they are.
    """
    if sys.platform != "linux" or "MALLOC_ARENA_MAX" in os.environ:
        return False
    with contextlib.suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS))
    return False
