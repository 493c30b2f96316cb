"""Random reports that add up, and readings of their scans in which some cells are in doubt, some of these misread.

Belongs here: making them. Keep out: what should be proved of them (`test_proof`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from random import Random
from typing import NamedTuple

from pipelines.extracting.tables.cells import CellReading, FormReading
from pipelines.extracting.tables.rows import Slot
from pipelines.forms import FORMS, CellPath, Form

APPLICATIONS, REVIEWS = "applications", "reviews"
DOUBT = "readings_differ"
Numbers = dict[CellPath, int]


class Made(NamedTuple):
    """A reading of a scan, what its report prints, and the cells that are in doubt."""

    reading: FormReading
    printed: Numbers
    doubtful: tuple[CellPath, ...]


def random_numbers(random: Random, form: Form, *, subtotals: bool = False, filled: float = 0.2) -> Numbers:
    """Return the numbers of the applications and reviews of a report that adds up; `filled` is the share above 0."""
    table = form.table_by_id[APPLICATIONS]
    parts = [column.id for column in table.columns if not column.is_total]
    outcomes = [row for row in table.rows if row.role == "outcome"]
    rows: dict[str, dict[str, int]] = {row.id: _parts(random, parts, filled) for row in outcomes}
    if subtotals:
        for extra in table.extra_rows:
            members = [rows[row.id] for row in outcomes if row.group == extra.group_label]
            rows[extra.id] = _added(members, parts)
    rows["outcome_total"] = _added([rows[row.id] for row in outcomes], parts)
    rows["carried_out"] = _parts(random, parts, filled)
    both = _added([rows["outcome_total"], rows["carried_out"]], parts)
    rows["carried_in"] = {part: random.randint(0, both[part]) if random.random() < 0.3 else 0 for part in parts}
    rows["received"] = {part: both[part] - rows["carried_in"][part] for part in parts}
    numbers = {(APPLICATIONS, row, part): value for row, own in rows.items() for part, value in own.items()}
    numbers |= {(APPLICATIONS, row, "total"): sum(own.values()) for row, own in rows.items()}
    for row in form.table_by_id[REVIEWS].rows:
        results = [column.id for column in form.table_by_id[REVIEWS].columns if not column.is_total]
        own = _parts(random, results, filled)
        numbers |= {(REVIEWS, row.id, result): value for result, value in own.items()}
        numbers[REVIEWS, row.id, "total"] = sum(own.values())
    return numbers


def _parts(random: Random, parts: Iterable[str], filled: float) -> dict[str, int]:
    return {part: random.choice((1, 2, 3, 7, 12, 48, 136, 1009)) if random.random() < filled else 0 for part in parts}


def _added(rows: list[dict[str, int]], parts: Iterable[str]) -> dict[str, int]:
    return {part: sum(row[part] for row in rows) for part in parts}


def misread(random: Random, number: int) -> int:
    """Return another number, as a digit that is taken for another, left out or doubled makes it."""
    digits = str(number)
    at = random.randrange(len(digits))
    other = random.choice([digit for digit in "0123456789" if digit != digits[at]])
    made = random.choice((digits[:at] + other + digits[at + 1 :], digits[:at] + digits[at + 1 :], digits + digits[at]))
    found = int(made or "0")
    return found if found != number else number + 1


def sure(text: str) -> CellReading:
    """Return a cell of a recognised page that was read surely."""
    return CellReading(text, "value", Decimal(text), "件", None, "label", 1.0, Slot(text, 0, 0, 0, 1, 0), None)


def doubted(text: str | None, note: str = DOUBT) -> CellReading:
    """Return a cell of a recognised page whose reading is in doubt."""
    return CellReading(text, "ambiguous", None, None, None, "label", 1.0, Slot(text or "", 0, 0, 0, 1, 0), note)


def reading_of(form: str, numbers: Mapping[CellPath, int], changes: Mapping[CellPath, CellReading]) -> FormReading:
    """Return a reading with sure numbers, except for the changes."""
    return FormReading(FORMS[form], {path: sure(str(n)) for path, n in numbers.items()} | dict(changes))


def scanned(random: Random, form: str, *, share: float, wrong: float, sure_wrong: float = 0.0) -> Made:
    """Return a report of which a `share` of cells is in doubt, `wrong` of these misread, `sure_wrong` of the others."""
    numbers = random_numbers(
        random, FORMS[form], subtotals=random.random() < 0.3, filled=random.choice((0.05, 0.3, 0.8))
    )
    changes: dict[CellPath, CellReading] = {}
    for path, number in numbers.items():
        if random.random() < share:
            changes[path] = doubted(str(misread(random, number) if random.random() < wrong else number))
        elif random.random() < sure_wrong:
            changes[path] = sure(str(misread(random, number)))
    doubtful = tuple(path for path, cell in changes.items() if cell.status == "ambiguous")
    return Made(reading_of(form, numbers, changes), numbers, doubtful)
