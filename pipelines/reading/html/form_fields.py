"""The value that a form field of a page shows: what stands in it when the page is opened.

Belongs here: fields and their values. Keep out: whether the field is seen at all (`visibility`).
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from pipelines.contracts.codes import code_list

(FORM_FIELD,) = code_list("cell_note").named("form_field")
FIELDS = frozenset({"input", "select", "textarea"})
# Fields whose value is not shown as text: pictures, marks, sliders.
_WORDLESS = frozenset({"hidden", "checkbox", "radio", "file", "image", "color", "reset", "submit", "button"})
_COVERED = frozenset({"password", "range", "date", "time", "month", "week", "datetime-local"})
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


def field_value(node: LexborNode) -> tuple[str, str | None]:
    """Return (value, doubt) of an input, a list of choices or a text area; doubted where browsers show it otherwise."""
    if node.tag == "textarea":
        return _or_hint(node, (node.text_lexbor() or "").strip())
    if node.tag == "select":
        return _choice(node)
    attributes = node.attributes
    kind = (attributes.get("type") or "text").strip().lower()
    value = (attributes.get("value") or "").strip()
    if kind in _WORDLESS:
        return "", None
    if kind in _COVERED:
        return value, FORM_FIELD if value else None
    if kind == "number" and value and not _NUMBER.fullmatch(value):
        return "", FORM_FIELD  # a number that browsers do not take: the field is shown empty
    return _or_hint(node, value)


def _or_hint(node: LexborNode, value: str) -> tuple[str, str | None]:
    """Doubt an empty field that shows a number as a hint."""
    hint = "" if value else node.attributes.get("placeholder") or ""
    return value, FORM_FIELD if any(map(str.isdigit, hint)) else None


def _choice(select: LexborNode) -> tuple[str, str | None]:
    """Return the last choice that is selected, or else the first that can be; doubted where several are shown."""
    options = select.css("option")
    selected = [option for option in options if "selected" in option.attributes]
    free = [option for option in options if "disabled" not in option.attributes and not _is_off(option)]
    attributes = select.attributes
    size = (attributes.get("size") or "1").strip()
    is_list = "multiple" in attributes or size not in ("0", "1")
    shown = selected[-1:] or ([] if is_list else free[:1])
    text = (shown[0].attributes.get("label") or shown[0].text()).strip() if shown else ""
    return " ".join(text.split()), FORM_FIELD if is_list and options else None


def _is_off(option: LexborNode) -> bool:
    parent = option.parent
    return parent is not None and parent.tag == "optgroup" and "disabled" in parent.attributes
