"""The forms there are: every file form_*.yml beside this module, and which of them is in force in a year.

Adding a form is adding its file. Belongs here: reading the files, and questions over all forms. Keep out: what a form
is (`form`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipelines.declarations import load, refused
from pipelines.forms.declared import FormFile
from pipelines.forms.form import Form, Table
from pipelines.forms.parts import Column, Row
from pipelines.forms.published import check_published
from pipelines.forms.resolving import resolved

FILES = "form_*.yml"


def form_files() -> list[Path]:
    """Return the form files there are."""
    return sorted(Path(__file__).parent.glob(FILES))


def load_forms(paths: Iterable[Path]) -> dict[str, Form]:
    """Return the forms of files by id, in the order of their first years.

    Raises DeclarationError with file, line and what there is instead, for every fault of the first file that has any;
    and where a published id is gone.
    """
    by_name = {path.name: path for path in paths}
    files = {name: load(path, FormFile) for name, path in by_name.items()}
    forms = resolved(files, lambda name, wrong: refused(by_name[name], wrong))
    check_published(forms)
    return forms


def read_form(path: Path) -> dict[str, Form]:
    """Return the forms with a file in the place of the one of its name, or beside them. Raises as `load_forms`."""
    return load_forms([*(other for other in form_files() if other.name != path.name), path])


ALL_FORMS = load_forms(form_files())
# Those whose tables stand in the report itself and share one vocabulary.
FORMS = {form.id: form for form in ALL_FORMS.values() if form.layout == "tables"}
# The form of a report without statutory tables.
NARRATIVE = next(form.id for form in ALL_FORMS.values() if form.layout == "text")
TABLE_IDS = tuple(dict.fromkeys(table.id for form in ALL_FORMS.values() for table in form.tables))


def form(form_id: str) -> Form:
    """Return a form by id; an unknown id raises KeyError naming the known ones."""
    if form_id not in ALL_FORMS:
        raise KeyError(f"no form {form_id!r}; known: {', '.join(ALL_FORMS)}")
    return ALL_FORMS[form_id]


def form_in_force(year: int) -> Form | None:
    """Return the form in force for a report year: of those that cover it the one that came last."""
    covering = [f for f in ALL_FORMS.values() if f.since <= year and (f.until is None or year <= f.until)]
    return covering[-1] if covering else None


def tables_named(table_id: str) -> list[Table]:
    """Return a table as each form that has it prints it, oldest form first."""
    return [f.table_by_id[table_id] for f in ALL_FORMS.values() if table_id in f.table_by_id]


def all_rows(table_id: str) -> dict[str, tuple[Row, tuple[str, ...]]]:
    """Return the statutory rows of a table over all forms, in printed order, each with the forms that print it.

    The newest form gives the order; a row that only an older one has stands behind the row that it follows there.
    """
    printed = {f.id: f.table_by_id[table_id].rows for f in ALL_FORMS.values() if table_id in f.table_by_id}
    order = merged_order([[row.id for row in rows] for rows in printed.values()])
    by_id = {row.id: row for rows in reversed(printed.values()) for row in rows}
    return {i: (by_id[i], tuple(f for f, rows in printed.items() if any(r.id == i for r in rows))) for i in order}


def all_columns(table_id: str) -> dict[str, tuple[Column, tuple[str, ...]]]:
    """Return the columns of a table over all forms, those of older forms first, each with the forms that print it."""
    found: dict[str, tuple[Column, tuple[str, ...]]] = {}
    for f in ALL_FORMS.values():
        for column in f.table_by_id[table_id].columns if table_id in f.table_by_id else ():
            first, forms = found.get(column.id, (column, ()))
            found[column.id] = (first, (*forms, f.id))
    return found


def merged_order(orders: list[list[str]]) -> list[str]:
    """Return the ids of several orders, oldest first, in that of the newest; others behind the one they follow."""
    merged = list(orders[-1])
    for older in reversed(orders[:-1]):
        for before, own in zip([None, *older[:-1]], older, strict=True):
            if own not in merged:
                merged.insert(merged.index(before) + 1 if before is not None else 0, own)
    return merged


PATHS = frozenset(name for f in ALL_FORMS.values() for name in f.path_names)
