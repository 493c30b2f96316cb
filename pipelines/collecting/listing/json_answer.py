"""JSON of a list page, held to what a list may be.

Belongs here: parsing JSON without trust. Keep out: what one list type's fields mean.
"""

from __future__ import annotations

import json
from typing import Any

from pipelines.collecting.listing.lister import ListError


def object_of(text: str, place: str) -> dict[str, Any]:
    """Return the object that a text is. Raises ListError `not_json`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        detail = f"{place}: expected a JSON object, found {text[:60]!r} ({error})"
        raise ListError("not_json", detail) from error
    if not isinstance(value, dict):
        raise ListError("not_json", f"{place}: expected a JSON object, found a {type(value).__name__}")
    return value


def count_of(value: object) -> int | None:
    """Return a count that is stated as a number or as digits; None where it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 10**9 else None
