"""What is told to people about a verdict: titles, written definitions, explanations and tips, by interface language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.errors import KiestoonError


@dataclass(frozen=True)
class CriterionTexts:
    """Title and written definition of a criterion, and per reason code what was seen and what could have been said."""

    title: str
    definition: str
    says: Mapping[str, str] = field(default_factory=dict)
    tips: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Messages:
    """The texts of one interface language. `common` holds reasons that every criterion shares."""

    lang: str
    criteria: Mapping[str, CriterionTexts] = field(default_factory=dict)
    common: Mapping[str, str] = field(default_factory=dict)
    phases: Mapping[str, str] = field(default_factory=dict)

    def explanation(self, criterion: str, reason: str, values: Mapping[str, object]) -> str:
        """The sentence that explains a reason code, filled in; the code itself where a language lacks the sentence."""
        texts = self.criteria.get(criterion)
        template = (texts.says.get(reason) if texts else None) or self.common.get(reason)
        return template.format_map(_Blank(values)) if template else reason

    def tip(self, criterion: str, reason: str, values: Mapping[str, object]) -> str | None:
        """What could have been said there, filled in; None where there is nothing to advise."""
        texts = self.criteria.get(criterion)
        template = texts.tips.get(reason) if texts else None
        return template.format_map(_Blank(values)) if template else None


class _Blank(dict[str, object]):
    """Values for a template; one that is not there is left blank."""

    def __missing__(self, key: str) -> str:
        return "…"


def load_messages(languages: Path, lang: str) -> Messages:
    """Read `<languages>/<lang>/criteria.yaml`. Raises KiestoonError ``messages.missing``."""
    path = languages / lang / "criteria.yaml"
    if not path.exists():
        raise KiestoonError("messages.missing", f"there are no criterion texts for {lang}", {"lang": lang})
    return messages_from(lang, YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def messages_from(lang: str, raw: Mapping[str, Any]) -> Messages:
    """The messages from the contents of a `criteria.yaml`."""
    criteria = {name: _criterion(block) for name, block in raw["criteria"].items()}
    return Messages(lang, criteria, dict(raw.get("common") or {}), dict(raw.get("phases") or {}))


def _criterion(block: Mapping[str, Any]) -> CriterionTexts:
    reasons: Mapping[str, Mapping[str, str]] = block.get("reasons") or {}
    return CriterionTexts(
        title=block["title"],
        definition=" ".join(block["definition"].split()),
        says={code: reason["says"] for code, reason in reasons.items()},
        tips={code: reason["tip"] for code, reason in reasons.items() if "tip" in reason},
    )
