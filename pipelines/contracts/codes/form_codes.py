"""The code list `form`: taken from the forms themselves, which declare their ids and labels.

Keep out: anything else that a form declares.
"""

from __future__ import annotations

from pipelines.contracts.codes.code_list import Code
from pipelines.forms import ALL_FORMS


def read_codes(_: str) -> tuple[Code, ...]:
    """Return the ids of all forms, those in words last."""
    forms = sorted(ALL_FORMS.values(), key=lambda form: form.layout == "text")
    return tuple(Code(form.id, form.label.zh, form.label.en) for form in forms)
