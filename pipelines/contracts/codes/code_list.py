"""A vocabulary as the rest of the project sees it: the sequence of its codes, with labels and advice.

Lists are read when they are first used, so that naming one costs nothing. Keep out: how a file is read (`code_file`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple, overload

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FOLDER = Path(__file__).parent
_FORMS = "form"
LISTS: tuple[str, ...] = tuple(sorted([path.stem for path in FOLDER.glob("*.yml")] + [_FORMS]))


class CodeListError(ValueError):
    """A code list that is wrong, or a code or list that is not declared; names the file and what there is."""


class Code(NamedTuple):
    """A coded value. `advice_zh` and `advice_en` say what a reader can do about it, where there is something."""

    code: str
    label_zh: str
    label_en: str
    advice_zh: str | None = None
    advice_en: str | None = None


class Vocabulary(NamedTuple):
    """What a code list declares: its own name in both languages, and its codes in order."""

    zh: str
    en: str
    codes: tuple[Code, ...]


class CodeList(Sequence[str]):
    """The codes of one vocabulary in their order; labels and advice by code.

    Asking for a code that is not declared raises CodeListError with the file and the nearest ones.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def declared(self) -> Vocabulary:
        """Return the list as declared. Raises CodeListError where its file is wrong."""
        module = "form_codes" if self.name == _FORMS else "code_file"
        found: Vocabulary = import_module(f"pipelines.contracts.codes.{module}").read_vocabulary(self.name)
        return found

    @cached_property
    def entries(self) -> dict[str, Code]:
        """Return the declared codes by code, in order."""
        return {entry.code: entry for entry in self.declared.codes}

    def named(self, *codes: str) -> tuple[str, ...]:
        """Return these codes as they stand, for constants: a misspelt one fails where it is imported."""
        for code in codes:
            self._entry(code)
        return codes

    def label(self, code: str, language: Language) -> str:
        """Return the label of a code."""
        entry = self._entry(code)
        return entry.label_zh if language == "zh" else entry.label_en

    def advice(self, code: str, language: Language) -> str | None:
        """Return what to do about a code, or None where there is nothing to do."""
        entry = self._entry(code)
        return entry.advice_zh if language == "zh" else entry.advice_en

    def _entry(self, code: str) -> Code:
        if code not in self.entries:
            near = get_close_matches(code, self.entries, n=3, cutoff=0.5)
            raise CodeListError(f"{self.name}.yml has no code {code!r}. Nearest: {', '.join(near or self.entries)}")
        return self.entries[code]

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        """Return the code at a place, or the codes of a slice."""
        return tuple(self.entries)[place]

    def __len__(self) -> int:
        """Return how many codes there are."""
        return len(self.entries)

    def __iter__(self) -> Iterator[str]:
        """Yield the codes in order."""
        return iter(self.entries)

    def __contains__(self, code: object) -> bool:
        """Tell whether a code is declared."""
        return code in self.entries


@cache
def code_list(name: str) -> CodeList:
    """Return a vocabulary by its name. Raises CodeListError naming those that there are."""
    if name not in LISTS:
        raise CodeListError(f"no code list {name!r}. Available: {', '.join(LISTS)}")
    return CodeList(name)
