"""What a first start would otherwise make: ``python -m server.preparing [LANG…]``, a step of the installation.

The encoder is converted for turns and for whole calls, and what is learned from examples is learned and kept: how turns
end, and what the judges hear. Without this everything works too, some seconds later.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.events import Lang
from server.engine import Engine
from server.settings import load_settings


def prepare(engine: Engine, langs: Sequence[Lang]) -> None:
    """Make all of it for these languages. Raises KiestoonError where content cannot be read."""
    for lang in langs:
        engine.turn_ends(lang)
        engine.lexicon(lang)
        reader = engine.reader(lang)
        if reader is not None:
            reader.marks([("agent", "-")])


if __name__ == "__main__":
    here = Engine(load_settings())
    prepare(here, [lang for lang in here.languages() if not sys.argv[1:] or lang in sys.argv[1:]])
