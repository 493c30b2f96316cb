"""Random figures of one report that add up as the forms demand: the truth that a reading is judged by.

Belongs here: what the cells hold and how a number is printed. Keep out: markup, pages, reading.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import NamedTuple

from pipelines.forms import Form, Table

Path = tuple[str, str, str]
# How busy an agency is: most townships have no application at all, a city hundreds.
_SCALES = (0, 0, 1, 3, 12, 80)
# Share of files that leave zeros blank; a blank cell states no number.
_BLANK_ZEROS = 0.12
_RESULTS = ("upheld", "corrected", "other_result", "pending")


class Figure(NamedTuple):
    """What a cell holds: its printed text, and the number that the text states (None: blank)."""

    text: str
    value: Decimal | None


def random_figures(rng: random.Random, form: Form) -> dict[Path, Figure]:
    """Return a figure for every cell of the form, in printed order."""
    scale = rng.choice(_SCALES)
    blank = rng.random() < _BLANK_ZEROS
    counts: dict[Path, int] = {}
    for table in form.tables:
        if table.id == "applications":
            counts.update(_applications(rng, table, scale))
        elif table.rows_across:
            counts.update(_reviews(rng, table, scale))
    figures = {}
    for path in form.cell_paths:
        kind = form.table_by_id[path[0]].column_by_id[path[2]].kind
        figures[path] = _plain(counts[path], blank) if path in counts else _item(rng, kind)
    return figures


def _plain(number: int, blank: bool) -> Figure:
    return Figure("", None) if blank and number == 0 else Figure(str(number), Decimal(number))


def _some(rng: random.Random, scale: int) -> int:
    return 0 if scale == 0 or rng.random() < 0.7 else rng.randint(0, scale)


def _applications(rng: random.Random, table: Table, scale: int) -> dict[Path, int]:
    """Return counts in which received + carried in = outcomes + carried out, and rows add up to their total."""
    counts: dict[Path, int] = {}
    applicants = [column.id for column in table.columns if not column.is_total]
    outcomes = [row.id for row in table.rows if row.role == "outcome" and not row.is_total]
    for applicant in applicants:
        found = {row: _some(rng, scale) for row in outcomes}
        found["outcome_total"] = sum(found.values())
        found["carried_out"] = _some(rng, scale)
        incoming = found["outcome_total"] + found["carried_out"]
        found["carried_in"] = min(incoming, _some(rng, scale))
        found["received"] = incoming - found["carried_in"]
        counts.update({(table.id, row, applicant): number for row, number in found.items()})
    for row in table.rows:
        counts[table.id, row.id, "total"] = sum(counts[table.id, row.id, applicant] for applicant in applicants)
    return counts


def _reviews(rng: random.Random, table: Table, scale: int) -> dict[Path, int]:
    counts: dict[Path, int] = {}
    for row in table.rows:
        found = {result: _some(rng, scale) for result in _RESULTS}
        counts.update({(table.id, row.id, result): number for result, number in found.items()})
        counts[table.id, row.id, "total"] = sum(found.values())
    return counts


def _item(rng: random.Random, kind: str) -> Figure:
    """Return a figure of section two, where nothing has to add up."""
    number = 0 if rng.random() < 0.4 else rng.choice((rng.randint(1, 60), rng.randint(10, 250_000)))
    if kind == "amount":
        text = rng.choice((str(number), f"{number}.{rng.randint(1, 9)}", f"{number}.{rng.randint(100_000, 999_999)}"))
        return Figure(f"{text}{rng.choice(('', '', '万元'))}", Decimal(text))
    if kind == "change" and number:
        signed = rng.choice((1, -1)) * (number % 40 + 1)
        return Figure(f"{signed:+d}", Decimal(signed))
    return Figure(str(number), Decimal(number))
