"""The cells of a form by the words that stand beside and above them, so that whoever holds the form finds them.

Belongs here: names of cells on sheets for units. Keep out: the labels of measures, which are those of any form
(`forms.measures`), and what stands where (`printed_form`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from pipelines.forms import ALL_FORMS, CellPath, Form, path_name
from pipelines.forms.measures import in_quotes, with_labels
from pipelines.language import Language
from pipelines.office.printed_form import PrintedCell, PrintedForm, PrintedTable, printed_form

_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){2,3}")
_BETWEEN = " · "


@cache
def form_as_printed(form: str) -> PrintedForm | None:
    """Return a form by its id, as it is printed for no unit; None of a form without tables."""
    own = ALL_FORMS[form]
    return printed_form(own, unit="", year=own.since) if own.layout == "tables" else None


def labelled(text: str, form: str, language: Language) -> str:
    """Return a text in which cells named by their paths are named as their form prints them.

    In Chinese “（三）不予公开 1.属于国家秘密 · 自然人”. In English, and where the form does not print it, a cell has
    the label of its measure.
    """
    names = _labels(form) if language == "zh" else {}
    own = _PATH.sub(lambda found: in_quotes(names[found[0]], language) if found[0] in names else found[0], text)
    return with_labels(own, language)


@cache
def _labels(form: str) -> Mapping[str, str]:
    printed = form_as_printed(form)
    if printed is None:
        return {}
    tables = (section.table for section in printed.sections if section.table)
    return {path_name(path): label for table in tables for path, label in _of_table(printed.form, table)}


def _of_table(form: Form, table: PrintedTable) -> Iterator[tuple[CellPath, str]]:
    """Yield each cell to be filled with the labels of its row and the head of its column."""
    at = {
        (cell.row + down, cell.column + right): cell
        for row in table.rows
        for cell in row
        for down in range(cell.rowspan)
        for right in range(cell.colspan)
    }
    for cell in (cell for row in table.rows for cell in row):
        if cell.path is not None:
            beside = dict.fromkeys(at[cell.row, column] for column in range(cell.column))
            labels = [_without_note(each, form, cell.path) for each in beside if each.kind == "label"]
            heads = _heads(at, cell)
            # The outermost of several labels is that of nearly all rows; beside labels the head of the column will do.
            row = " ".join(labels[1:] or labels) if labels else " ".join(heads[:-1])
            yield cell.path, _BETWEEN.join(filter(None, (row, heads[-1])))


def _heads(at: Mapping[tuple[int, int], PrintedCell], cell: PrintedCell) -> list[str]:
    """Return the heads above a cell, the outermost first: the nearest ones, where tables stand above each other."""
    above = [at[row, cell.column] for row in range(cell.row - 1, -1, -1)]
    nearest = next(n for n, each in enumerate(above) if each.kind == "head")
    heads: dict[str, None] = {}
    for each in above[nearest:]:
        if each.kind != "head":
            break
        heads.setdefault(each.text)
    return [*heads][::-1]


def _without_note(label: PrintedCell, form: Form, path: CellPath) -> str:
    return label.text.removesuffix(form.table_by_id[path[0]].row_by_id[path[1]].printed_note or "")
