"""The statutory forms as data (one YAML file per form) and the matching of printed labels against them.

A new form is a new file form_<id>.yml; a label variant is an alias in it. Belongs here: what a form is, how a label is
normalised and recognised. Keep out: file formats, values, grids. The forms are read when one of them is asked for: who
needs labels alone (`labels`) reads none.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.forms.catalogue import (
        ALL_FORMS,
        FORMS,
        NARRATIVE,
        PATHS,
        all_columns,
        all_rows,
        form_in_force,
        tables_named,
    )
    from pipelines.forms.form import CellPath, Form, Table, path_name
    from pipelines.forms.parts import Column, Group, Row

__all__ = [
    "ALL_FORMS",
    "FORMS",
    "NARRATIVE",
    "PATHS",
    "CellPath",
    "Column",
    "Form",
    "Group",
    "Row",
    "Table",
    "all_columns",
    "all_rows",
    "form_in_force",
    "path_name",
    "tables_named",
]
_HOMES = {
    **dict.fromkeys(__all__, "catalogue"),
    **dict.fromkeys(("CellPath", "Form", "Table", "path_name"), "form"),
    **dict.fromkeys(("Column", "Group", "Row"), "parts"),
}


def __getattr__(name: str) -> object:
    """Return what is asked for from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
