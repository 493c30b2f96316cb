"""Texts inside queries that have no parameters: options of COPY, expressions over columns."""

from __future__ import annotations


def literal(text: str) -> str:
    """Return a text as a literal of DuckDB."""
    return "'" + text.replace("'", "''") + "'"
