"""The YAML file of a code list: what it may hold, and the codes that releases have published, of which none may go.

Belongs here: reading one file. Keep out: asking for codes (`code_list`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipelines.contracts.codes.code_list import FOLDER, LISTS, Code, Vocabulary, code_list
from pipelines.declarations import Declaration, FreeText, RootDeclaration, Wrong, load, unknown_among

PUBLISHED = FOLDER.parent / "published_codes.yml"
_Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$|^[\u4e00-\u9fff]+$")]


class Words(Declaration):
    """A text in both languages."""

    zh: FreeText
    en: FreeText


class CodeEntry(Words):
    """The label of a code, and what to do about it."""

    advice: Words | None = None


class CodeFile(Words):
    """A file: the name of the list in both languages, and its codes in order."""

    codes: dict[_Slug, CodeEntry]


class PublishedCodes(RootDeclaration[dict[str, tuple[str, ...]]]):
    """The codes that releases have published, by list."""


@cache
def published_codes(path: Path = PUBLISHED) -> dict[str, tuple[str, ...]]:
    """Return the published codes by list. Raises DeclarationError."""
    return load(path, PublishedCodes).root


def read_file(path: Path) -> CodeFile:
    """Return a file as declared. Raises DeclarationError with every fault of it, a published code that is gone too."""

    def gone(file: CodeFile) -> Iterator[Wrong]:
        places = [(("codes",), code) for code in published_codes().get(path.stem, ())]
        return unknown_among("code (one once published stays)", places, tuple(file.codes))

    return load(path, CodeFile, also=gone)


def check_published(path: Path = PUBLISHED) -> None:
    """Raise DeclarationError where a published list or code is in no file."""

    def gone(published: PublishedCodes) -> Iterator[Wrong]:
        yield from unknown_among("code list", [((name,), name) for name in published.root], LISTS)
        for name in published.root.keys() & set(LISTS):
            places = [((name, i), code) for i, code in enumerate(published.root[name])]
            yield from unknown_among("code", places, tuple(code_list(name)))

    load(path, PublishedCodes, also=gone)


def written_codes() -> str:
    """Return published_codes.yml with the codes of all lists added to those that stand there."""
    known = published_codes()
    lines = [
        "# yaml-language-server: $schema=../../docs/schemas/published_codes.schema.json",
        "# Codes that releases have published. None may go: `make docs` adds new ones, and removes none.",
    ]
    for name in LISTS:
        codes = dict.fromkeys((*known.get(name, ()), *code_list(name)))
        lines.append(f"{name}: [{', '.join(_quoted(code) for code in codes)}]")
    return "\n".join(lines) + "\n"


def _quoted(code: str) -> str:
    return f'"{code}"' if code.isdigit() or code in ("null", "true", "false") else code


def read_vocabulary(name: str) -> Vocabulary:
    """Return a list in the order of its file. Raises DeclarationError."""
    file = read_file(FOLDER / f"{name}.yml")
    codes = []
    for code, entry in file.codes.items():
        advice = entry.advice
        codes.append(Code(code, entry.zh, entry.en, advice.zh if advice else None, advice.en if advice else None))
    return Vocabulary(file.zh, file.en, tuple(codes))
