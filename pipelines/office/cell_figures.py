"""A cell of a report -> a number that may be added, in the unit that the form of the year gives the cell, or why none.

Amounts go by their yuan: printed units differ from report to report. One whose unit was only inferred from its digits
has none that an office can answer for, and is not added. Belongs here: single cells of judged reports (`judged`), and
which cells of an older form mean the same. Keep out: sums (`summary`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import IN_CELL, IN_HEADER, to_yuan
from pipelines.forms import ALL_FORMS, CellPath, Form, path_name

Number = Decimal | int
# The cells of a judged report by the names of their paths.
Cells = Mapping[str, Mapping[str, Any]]

VALUE, ABSENT = code_list("cell_status").named("value", "absent")
MISSING, OTHER_FORM, UNIT_UNKNOWN = code_list("sum_gap").named("missing", "other_form", "unit_unknown")
(_UNIT_DIFFERS,) = code_list("cell_note").named("unit_differs")
_PRINTED_UNITS = (IN_CELL, IN_HEADER)


@dataclass(frozen=True)
class CellFigure:
    """What a cell of a report says: its number, or why there is none to add (a code of cell_status or sum_gap).

    `value` is in the unit of the form of the year, `raw` as printed; `cell` is its path in the unit's own report.
    """

    cell: str
    value: Number | None
    reason: str | None = None
    raw: str | None = None
    place: Mapping[str, Any] = field(default_factory=dict)


def number_of(value: Decimal) -> Number:
    """Return a whole number as int, another one without trailing zeros."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def figures_of(cells: Cells, own: str, path: CellPath, form: Form) -> tuple[CellFigure, ...]:
    """Return what a report of a form (`own`) says of a cell of another: the cells whose sum means the same.

    They are one where both forms have the cell, and those that `comparisons` of the newer form declare to add up to it.
    Where nothing is declared there is one without a number.
    """
    names = same_cells(path, form, ALL_FORMS[own], cells)
    if not names:
        return (CellFigure(path_name(path), None, OTHER_FORM),)
    return tuple(_figure(cells, name, path, form) for name in names)


def same_cells(path: CellPath, form: Form, own: Form, cells: Cells) -> tuple[str, ...]:
    """Return the cells of a report whose sum is a cell of a form; a report may print a table as another form has it."""
    name = path_name(path)
    if name in cells or name in own.path_names:
        return (name,)
    table, row, column = path
    for declared in own.comparisons:
        if (declared.form, declared.table, declared.row) == (form.id, table, row):
            parts = tuple(path_name((table, each, column)) for each in declared.sum_of)
            return parts if own.path_names.issuperset(parts) else ()
    return ()


def _figure(cells: Cells, name: str, path: CellPath, form: Form) -> CellFigure:
    cell = cells.get(name)
    if cell is None:
        return CellFigure(name, None, ABSENT)
    value, reason = _added(cell, path, form)
    return CellFigure(name, value, reason, cell.get("raw"), cell.get("place") or {})


def _added(cell: Mapping[str, Any], path: CellPath, form: Form) -> tuple[Number | None, str | None]:
    status, printed = str(cell["status"]), cell.get("value")
    if status != VALUE or printed is None:
        return None, ABSENT if status == VALUE else status
    if cell.get("note") == _UNIT_DIFFERS:
        return None, UNIT_UNKNOWN
    table = form.table_by_id[path[0]]
    if table.kind_of(path[1], path[2]) != "amount":
        return number_of(Decimal(str(printed))), None
    yuan = None if cell.get("yuan") is None else Decimal(str(cell["yuan"]))
    if yuan is None or (yuan != 0 and cell.get("unit_source") not in _PRINTED_UNITS):
        return None, UNIT_UNKNOWN
    return number_of(yuan / yuan_of(table.unit_of(path[1], path[2]))), None


def yuan_of(unit: str) -> Decimal:
    """Return how many yuan a unit of money is."""
    yuan = to_yuan(Decimal(1), unit, None).yuan
    if yuan is None:
        raise ValueError(f"{unit} is no unit of money")
    return yuan
