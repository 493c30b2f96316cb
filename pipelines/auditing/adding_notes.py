"""Cells whose sum over agencies may count something twice, and why: adding_notes.yml.

Belongs here: which cells of a form each note is for, and where it comes from. Keep out: adding (`warehouse.levels`,
`office.summary`), and which cells are compared with a sum (rules/levels.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipelines.auditing.rule_sources import Citation
from pipelines.declarations import Declaration, FreeText, RootDeclaration, Wrong, load, repeated
from pipelines.declarations.kinds import UNCHECKED
from pipelines.forms.parts import Label
from pipelines.forms.patterns import FORM_CELLS

PATH = Path(__file__).with_name("adding_notes.yml")


class AddingNote(Declaration):
    """Why the sum of some cells over agencies is not what they have together; `cells` are patterns as in rules."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", json_schema_extra={UNCHECKED: "an id"})]
    label: Label
    zh: FreeText
    en: FreeText
    source: Annotated[tuple[Citation, ...], Field(min_length=1)]
    cells: Annotated[tuple[FreeText, ...], Field(min_length=1)]


class AddingNotes(RootDeclaration[tuple[AddingNote, ...]]):
    """adding_notes.yml: the notes, each once."""


def read_notes(path: Path = PATH) -> tuple[AddingNote, ...]:
    """Return the notes of a file; raises DeclarationError with every fault by line."""
    return load(path, AddingNotes, also=_faults).root


def _faults(notes: AddingNotes) -> Iterator[Wrong]:
    yield from repeated(((n, "id"), note.id) for n, note in enumerate(notes.root))
    for n, note in enumerate(notes.root):
        for i, pattern in enumerate(note.cells):
            if not any(cells.written_out(pattern) for cells in FORM_CELLS.values()):
                yield Wrong((n, "cells", i), f"{pattern!r} names no cell of any form")


@cache
def adding_notes() -> dict[str, AddingNote]:
    """Return the notes by id, in the order of the file."""
    return {note.id: note for note in read_notes()}


@cache
def notes_of_cells(form: str) -> dict[str, tuple[str, ...]]:
    """Return the ids of the notes of each cell of a form, by the path of the cell; a cell without any is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for note in adding_notes().values():
        for path in dict.fromkeys(path for pattern in note.cells for _, path in FORM_CELLS[form].written_out(pattern)):
            found[path] = (*found.get(path, ()), note.id)
    return found
