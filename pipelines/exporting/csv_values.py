"""How a value stands in a CSV file: as an expression of DuckDB over a column, and for single texts.

Belongs here: the rule of texts in both forms, which a test holds equal. Keep out: which texts are dangerous
(`safe_text`).
"""

from __future__ import annotations

import re

from pipelines.exporting.columns import Field
from pipelines.exporting.safe_text import BLANKS, FORMULA_STARTS, NUMBER, safe_text
from pipelines.exporting.sql_text import literal

# What `\s` is to Python: to the regular expressions of DuckDB it is less.
_SPACES = r"\t\n\v\f\r\x1c-\x1f \x85\xa0\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_SPECIAL = re.compile(r'[",\r\n\0]|^\s|\s$')
_SECOND = 1_000_000


def text(value: str) -> str:
    """Return a text as CSV holds it."""
    safe = safe_text(value) or ""
    # Quoted and empty is a text without characters; nothing at all is NULL.
    return '"' + safe.replace('"', '""') + '"' if not safe or _SPECIAL.search(safe) else safe


def _class(characters: str) -> str:
    """Return what stands in a class of characters, each by its number."""
    return "".join(f"\\x{{{ord(character):x}}}" for character in characters)


_SPECIAL_IN_SQL = literal(rf'[",\r\n\x00]|^[{_SPACES}]|[{_SPACES}]$')
_DANGEROUS = literal(f"^'*[{_class(BLANKS)}]*[{_class(FORMULA_STARTS)}]")
_NUMBER = literal(f"'*{NUMBER.pattern}")
# Letters or digits at the start, no blank at the end, and nothing within that is quoted: codes, paths and numbers, so
# most texts. DuckDB asks this once a distinct value, which it does not do with regular expressions.
_PLAIN_ENDS, _NOT_WITHIN = literal('[0-9A-Za-z]*["-~]'), ("'\"'", "','", "chr(10)", "chr(13)", "chr(0)")
# Whatever is not certainly left as it is.
_DOUBTED = literal(rf"""[",\r\n\x00]|^[{_SPACES}'{_class(BLANKS + FORMULA_STARTS)}]|[{_SPACES}]$|^$""")


def _text_expression(column: str) -> str:
    is_dangerous = f"regexp_matches({column}, {_DANGEROUS}) AND NOT regexp_full_match({column}, {_NUMBER})"
    safe = f"CASE WHEN {is_dangerous} THEN concat('''', {column}) ELSE {column} END"
    quoted = f"""concat('"', replace({safe}, '"', '""'), '"')"""
    is_quoted_within = " OR ".join(f"contains({column}, {sign})" for sign in _NOT_WITHIN)
    # Few texts are doubted, and one look at each of the others costs less than three.
    return (
        f"CASE WHEN {column} GLOB {_PLAIN_ENDS} AND NOT ({is_quoted_within}) THEN {column} "
        f"WHEN regexp_matches({column}, {_DOUBTED}) THEN "
        f"CASE WHEN {column} = '' OR regexp_matches({safe}, {_SPECIAL_IN_SQL}) THEN {quoted} ELSE {safe} END "
        f"ELSE {column} END"
    )


def _instant_expression(column: str) -> str:
    # Through microseconds, which needs no time zone library.
    instant = f"make_timestamp(epoch_us({column}))"
    return (
        f"CASE WHEN epoch_us({column}) % {_SECOND} = 0 THEN strftime({instant}, '%Y-%m-%dT%H:%M:%SZ') "
        f"ELSE strftime({instant}, '%Y-%m-%dT%H:%M:%S.%fZ') END"
    )


def expression(field: Field) -> str:
    """Return what DuckDB writes for a column. Numbers, dates and truth values it writes as CSV holds them."""
    if field.kind == "string":
        return _text_expression(field.name)
    return _instant_expression(field.name) if field.kind == "datetime" else field.name
