"""Which form each raw table bears, told by its own columns and rows, and which form the report is on.

A report may mix forms: every table is read under the form whose labels it bears, so that no number stands under a
measure that its own header does not name. The year never decides between labels; it only chooses between forms that the
printed labels cannot tell apart. Belongs here: evidence and votes. Keep out: placing (`cells`), headers (`header`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.extracting.tables.collector import RawTable
from pipelines.extracting.tables.header import named_columns
from pipelines.forms import FORMS, Form, Table, form_in_force
from pipelines.forms.lexicon import ROW

# What a table votes with for a form: a header that names its columns tells more than a single row.
_HEADER_VOTE = 2


class Evidence(NamedTuple):
    """How much of a raw table a form explains, in the order in which it counts.

    `columns`: columns that its header names; `is_complete`: these are all of the form's; `rows`: rows it bears.
    """

    columns: int
    is_complete: bool
    rows: int


class Recognised(NamedTuple):
    """The form of a report, and for each raw table the form that it is read under; None where no label tells one."""

    form: Form
    of_tables: tuple[Form | None, ...]


_NOTHING = Evidence(0, False, 0)


def recognise(tables: Sequence[RawTable], year: int) -> Recognised | None:
    """Return the forms of raw tables; None where they bear no label that tells one form from another.

    `year` is the report year, 0 where unknown.
    """
    known = [raw for raw in tables if raw.table is not None]
    evidence = [{form.id: _evidence(raw, form) for form in FORMS.values()} for raw in known]
    votes: Counter[str] = Counter()
    for found in evidence:
        votes.update(_votes(found))
    most = max(votes.values(), default=0)
    if most == 0:
        return None
    tied = [FORMS[form_id] for form_id in FORMS if votes[form_id] == most]
    main = tied[0] if len(tied) == 1 else _nearest(tied, known, year)
    chosen = iter(_form_of(found, main) for found in evidence)
    return Recognised(main, tuple(None if raw.table is None else next(chosen) for raw in tables))


def _evidence(raw: RawTable, form: Form) -> Evidence:
    table = form.table_by_id.get(raw.table or "")
    if table is None:
        return _NOTHING
    columns = named_columns(form, table, raw.header)
    return Evidence(len(columns), len(columns) == len(table.columns), len(_rows(raw, form, table)))


def _rows(raw: RawTable, form: Form, table: Table) -> set[str]:
    """Return the statutory rows of a form that a raw table bears; a subtotal may have the label of another's row."""
    statutory = {row.id for row in table.rows}
    named = {t.id for row in raw.rows for t in row.targets if t.form == form.id and t.kind == ROW}
    return named & statutory


def _votes(found: dict[str, Evidence]) -> dict[str, int]:
    """Return what a table votes with: for those forms that explain it best, if that is not all of them."""
    best = max(found.values())
    forms = [form_id for form_id, evidence in found.items() if evidence == best]
    if best == _NOTHING or len(forms) == len(found):
        return {}
    rivals = [evidence for evidence in found.values() if evidence != best]
    second = max(rivals)
    if best.columns > second.columns or best.is_complete > second.is_complete:
        return dict.fromkeys(forms, _HEADER_VOTE)
    return dict.fromkeys(forms, best.rows - second.rows)


def _nearest(tied: list[Form], tables: list[RawTable], year: int) -> Form:
    """Choose between forms with as many votes: least is missing of it, else it is in force, else it came first."""
    missing = {form.id: _missing(form, tables) for form in tied}
    least = [form for form in tied if missing[form.id] == min(missing.values())]
    in_force = form_in_force(year)
    return in_force if in_force in least else least[0]


def _missing(form: Form, tables: list[RawTable]) -> int:
    """Count the columns and rows of a form that no raw table bears."""
    lacking = 0
    for table in form.tables:
        own = [raw for raw in tables if raw.table == table.id]
        columns = {column for raw in own for column in named_columns(form, table, raw.header)}
        rows = {row for raw in own for row in _rows(raw, form, table)}
        lacking += len(table.columns) - len(columns) + len(table.rows) - len(rows)
    return lacking


def _form_of(found: dict[str, Evidence], main: Form) -> Form | None:
    """Return the form that explains a table best; the report's own where no other explains more."""
    best = max(found.values())
    if best == found[main.id]:
        return main if best != _NOTHING else None
    return next(FORMS[form_id] for form_id, evidence in found.items() if evidence == best)
