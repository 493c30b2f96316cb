"""The code list `form`: taken from the forms themselves, which declare their ids and labels.

Keep out: anything else that a form declares.
"""

from __future__ import annotations

from pipelines.contracts.codes.code_list import Code, Vocabulary
from pipelines.forms import ALL_FORMS


def read_vocabulary(_: str) -> Vocabulary:
    """Return the ids of all forms, reports in words included."""
    forms = (Code(form.id, form.label.zh, form.label.en) for form in ALL_FORMS.values())
    return Vocabulary("格式", "form of a report", tuple(forms))
