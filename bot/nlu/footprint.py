"""What a recogniser takes by itself: loads one, lets it read turns, and prints the peak of its memory in MiB.

A program of its own (``python -m bot.nlu.footprint CONTENT_ROOT LANG CACHE_DIR CASES``), see `apart.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.nlu.bench import peak_mib, read_cases
from bot.nlu.recogniser import load_recogniser


def main(arguments: list[str]) -> None:
    """Measure as the module's docstring says."""
    content_root, lang, cache_dir, path = arguments
    recogniser = load_recogniser(lang, Path(content_root), Path(cache_dir))
    for case in read_cases(Path(path)):
        recogniser.understand(case.text, lang, previous_customer_line=case.context)
    sys.stdout.write(f"{peak_mib():.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
