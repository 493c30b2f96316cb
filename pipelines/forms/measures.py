"""What a number of a report measures: a cell of a form, a group of its rows, or a declared sum of cells (measures.yml).

Belongs here: the measures, their labels, and the cells whose sum each is. Keep out: which words of a text state a
measure (`extracting.narrative`), and whether text and tables agree (`auditing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from pipelines.declarations import Declaration, FreeText, RootDeclaration, Wrong, load, unknown
from pipelines.forms import ALL_FORMS, Form, Table
from pipelines.language import Language

_FILE = Path(__file__).with_name("measures.yml")
_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){1,3}")
_INNER = str.maketrans("“”", "‘’")


@dataclass(frozen=True)
class Measure:
    """A measure: its id, labels, and the paths of the cells it adds up, those of every form.

    A report has the cells of its own form only. `cells` is empty where no form has a table for the measure. It is their
    sum only where the cells `where_zero` are 0 or blank.
    """

    id: str
    zh: str
    en: str
    cells: tuple[str, ...]
    where_zero: tuple[str, ...] = ()


class _Sum(Declaration):
    id: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$")
    zh: FreeText
    en: FreeText
    sum_of: tuple[str, ...]
    where_zero: tuple[str, ...] = ()


class DeclaredSums(RootDeclaration[tuple[_Sum, ...]]):
    """measures.yml: sums of cells that are measures of their own."""


def load_measures(path: Path = _FILE, forms: Mapping[str, Form] = ALL_FORMS) -> dict[str, Measure]:
    """Return the measures by id: the cells of the forms, newest form first, their groups of rows, the declared sums.

    Raises DeclarationError, with file and line, for a sum of what is no cell, and for an id that is taken.
    """
    # The newest form comes first: a label that was changed is told as it is printed today.
    newest = [*forms.values()][::-1]
    cells: dict[str, Measure] = {}
    for form in newest:
        for measure in _cells(form):
            cells.setdefault(measure.id, measure)
    known = {**cells, **{measure.id: measure for measure in _groups(newest)}}

    def faults(sums: DeclaredSums) -> Iterator[Wrong]:
        taken = {*known}
        for n, entry in enumerate(sums.root):
            if entry.id in taken:
                yield Wrong((n, "id"), f"{entry.id!r} is a measure already")
            taken.add(entry.id)
            for name in ("sum_of", "where_zero"):
                for i, cell in enumerate(getattr(entry, name)):
                    if cell not in cells:
                        yield Wrong((n, name, i), unknown("cell", cell, cells))

    declared = load(path, DeclaredSums, also=faults).root
    return known | {
        entry.id: Measure(entry.id, entry.zh, entry.en, entry.sum_of, entry.where_zero) for entry in declared
    }


def _cells(form: Form) -> Iterator[Measure]:
    for table in form.tables:
        for row in table.rows:
            # Columns are called 总计 too: the row is known by what it is the total of.
            label = f"办理结果{row.label}" if row.is_total else row.label
            for column in table.columns:
                path = ".".join(part for part in (table.id, row.id, column.id) if part)
                zh = f"{label} · {column.label}" if column.id else label
                yield Measure(path, zh, _in_words(path), (path,))


def _groups(forms: Iterable[Form]) -> Iterator[Measure]:
    """Yield the sum of the total column over the rows of each group, of all forms that have rows of it."""
    rows: dict[str, set[str]] = {}
    labels: dict[str, str] = {}
    for form in forms:
        for table in form.tables:
            for group in table.groups:
                labels.setdefault(f"{table.id}.{group.id}", group.label)
    for form in forms:
        for table in form.tables:
            for group_id, cells in _totals(table, labels):
                rows.setdefault(group_id, set()).update(cells)
    for group_id, found in rows.items():
        yield Measure(group_id, f"{labels[group_id]} · 合计", f"{_in_words(group_id)}, sum", tuple(sorted(found)))


def _totals(table: Table, groups: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each group with the totals of its rows; a form may print a group as a single row."""
    totals = [column.id for column in table.columns if column.is_total]
    for group_id in groups:
        rows = [row.id for row in table.rows if group_id in (f"{table.id}.{row.id}", f"{table.id}.{row.group}")]
        if rows and totals:
            yield group_id, [f"{table.id}.{row}.{total}" for row in rows for total in totals]


def _in_words(path: str) -> str:
    return path.replace("_", " ").replace(".", ", ")


MEASURES = load_measures()


@cache
def _extra_cells() -> dict[str, tuple[str, str]]:
    """Return the labels of the cells that some reports print besides those of their form: subtotals, split rows."""
    found: dict[str, tuple[str, str]] = {}
    for table in (table for form in [*ALL_FORMS.values()][::-1] for table in form.tables):
        for row, column in ((row, column) for row in table.extra_rows for column in table.columns):
            label = f"{row.label}小计" if row.group_label else row.label
            path = ".".join(part for part in (table.id, row.id, column.id) if part)
            found.setdefault(path, (f"{label} · {column.label}" if column.id else label, _in_words(path)))
    return found


def measure(measure_id: str) -> Measure:
    """Return a measure by id; an unknown id raises KeyError naming the nearest known ones."""
    if measure_id not in MEASURES:
        raise KeyError(unknown("measure", measure_id, MEASURES))
    return MEASURES[measure_id]


def with_labels(text: str, language: Language) -> str:
    """Return a text in which every measure or cell named by its id is named by its label, for who reads no paths."""
    return _PATH.sub(lambda found: _label(found[0], language), text)


def in_quotes(label: str, language: Language) -> str:
    """Return a label in quotation marks; what it quotes itself stands in single ones in Chinese (GB/T 15834)."""
    return f"“{label.translate(_INNER) if language == 'zh' else label}”"


def _label(path: str, language: Language) -> str:
    named = MEASURES.get(path)
    labels = (named.zh, named.en) if named else _extra_cells().get(path)
    if labels is None:
        return path
    return in_quotes(labels[0] if language == "zh" else labels[1], language)
