"""The code list `form`: taken from the forms themselves, which declare their ids and labels.

Keep out: anything else that a form declares.
"""

from __future__ import annotations

from pipelines.contracts.codes.code_list import Code
from pipelines.forms import ALL_FORMS

NARRATIVE = Code("narrative", "无法定表格", "no statutory tables")


def read_codes(_: str) -> tuple[Code, ...]:
    """Return the ids of all forms and `narrative`, the reports without one."""
    return (*(Code(form.id, form.label_zh, f"form {form.id}") for form in ALL_FORMS.values()), NARRATIVE)
