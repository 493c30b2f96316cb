"""Texts of the explorer in Chinese and English (labels.yml); labels of columns and codes come from the contracts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from pipelines.contracts.codes import LISTS, Language, code_list

LANGUAGES: dict[Language, str] = {"zh": "中文", "en": "English"}


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(
        (Path(__file__).parent / "labels.yml").read_text(encoding="utf-8")
    )
    return found


@dataclass(frozen=True)
class Labels:
    """The texts in one language."""

    language: Language

    def __call__(self, name: str, /, **values: object) -> str:
        """Return a text with its values in place. Raises KeyError for an unknown name."""
        return _texts()[name][self.language].format(**values)

    def of(self, kind: str, value: object) -> str:
        """Return the label of a code of a code list, or of a term of a form (channel, line_group).

        A code that is not declared is one of another version: it is returned as it is.
        """
        if value is None or value == "":
            return self("unknown")
        if kind in LISTS and str(value) in code_list(kind):
            return code_list(kind).label(str(value), self.language)
        entry = _texts().get(f"{kind}.{value}")
        return entry[self.language] if entry else str(value)

    def scope(self, scope: str, basis: str | None) -> str:
        """Return the label of a report's scope with what it rests on."""
        label = self.of("scope", scope)
        return self("scope_with_basis", scope=label, basis=self.of("scope_basis", basis)) if basis else label

    def advice(self, kind: str, value: object) -> str:
        """Return what a reader can do about a code; empty where there is nothing."""
        codes = code_list(kind)
        return (codes.advice(str(value), self.language) or "") if str(value) in codes else ""

    def pick(self, zh: object, en: object) -> str:
        """Return whichever of two texts is in this language; the Chinese one where the other is missing."""
        return str(en if self.language == "en" and en else zh)
