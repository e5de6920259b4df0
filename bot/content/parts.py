"""All content as it was read, by kind, with the file that each part came from: what checking works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.content.models import Company, LanguagePack, Persona, Script
from bot.content.yaml_source import Source

Part = Literal["persona", "script", "company", "pack"]


@dataclass(frozen=True)
class Parts:
    """`sources` has a file for every part, also for one that could not be read as a model."""

    personas: Mapping[str, Persona]
    scripts: Mapping[str, Script]
    companies: Mapping[str, Company]
    packs: Mapping[str, LanguagePack]
    sources: Mapping[tuple[Part, str], Source]

    def there(self, kind: Part, ident: str) -> bool:
        """Whether there is a file for this part, whatever is wrong in it."""
        return (kind, ident) in self.sources
