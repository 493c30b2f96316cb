"""Codes of agencies for tests: made of their parts, with right check digits."""

from __future__ import annotations

from pipelines.extracting.credit_code import check_character, organisation_check


def agency_code(division: str, organisation: str = "00325700", kind: str = "11") -> str:
    """Return the code of a public body that a division registered."""
    body = f"{kind}{division}{organisation}{organisation_check(organisation)}"
    return body + check_character(body)
