"""How a value stands in a CSV file: as an expression of DuckDB over a column, and for single texts.

Belongs here: the rule of texts in both forms, which a test holds equal. Keep out: which texts are dangerous
(`safe_text`).
"""

from __future__ import annotations

import re

from pipelines.exporting.columns import Field
from pipelines.exporting.safe_text import BLANKS, FORMULA_STARTS, NUMBER, safe_text
from pipelines.exporting.sql_text import literal
from pipelines.shown import in_cell

# What `\s` is to Python: to the regular expressions of DuckDB it is less.
_SPACES = r"\t\n\v\f\r\x1c-\x1f \x85\xa0\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_SPECIAL = re.compile(r'[",]|^\s|\s$')
_SECOND = 1_000_000


def text(value: str) -> str:
    """Return a text as CSV holds it."""
    # What is spelt begins with a backslash, which is no formula: so the start is looked at afterwards.
    safe = safe_text(in_cell(value)) or ""
    # Quoted and empty is a text without characters; nothing at all is NULL.
    return '"' + safe.replace('"', '""') + '"' if not safe or _SPECIAL.search(safe) else safe


def _class(characters: str) -> str:
    """Return what stands in a class of characters, each by its number."""
    return "".join(f"\\x{{{ord(character):x}}}" for character in characters)


# The characters of `shown.CONTROLS`, as the regular expressions of DuckDB write them.
_CONTROLS = r"\x00-\x1f\x7f-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}"
_CONTROL = literal(f"[{_CONTROLS}]")
# Those that have a name, and the backslash first, which stands before each.
_BY_NAME = (("chr(92)", r"\\"), ("chr(10)", r"\n"), ("chr(13)", r"\r"), ("chr(9)", r"\t"))
_SPECIAL_IN_SQL = literal(rf'[",]|^[{_SPACES}]|[{_SPACES}]$')
_DANGEROUS = literal(f"^'*[{_class(BLANKS)}]*[{_class(FORMULA_STARTS)}]")
_NUMBER = literal(f"'*{NUMBER.pattern}")
# Letters or digits at the start, no blank at the end, and nothing within that is quoted: codes, paths and numbers, so
# most texts. DuckDB asks this once a distinct value, which it does not do with regular expressions.
_PLAIN_ENDS, _NOT_WITHIN = literal('[0-9A-Za-z]*["-~]'), ("'\"'", "','", "chr(92)")
# Whatever is not certainly left as it is.
_DOUBTED = literal(rf"""[",\\{_CONTROLS}]|^[{_SPACES}'{_class(BLANKS + FORMULA_STARTS)}]|[{_SPACES}]$|^$""")


def _spelt_expression(column: str) -> str:
    """Return a text with its control characters spelt, as `shown.in_cell`."""
    named = column
    for character, spelling in _BY_NAME:
        named = f"replace({named}, {character}, {literal(spelling)})"
    # Only of the few texts with other control characters each character is looked at.
    byte, other = literal(r"\x%02x"), literal(r"\u%04x")
    sign = f"CASE WHEN unicode(x) < 256 THEN printf({byte}, unicode(x)) ELSE printf({other}, unicode(x)) END"
    each = f"CASE WHEN regexp_matches(x, {_CONTROL}) THEN {sign} ELSE x END"
    spelt = f"array_to_string(list_transform(regexp_extract_all({named}, '(?s).'), lambda x: {each}), '')"
    return f"CASE WHEN regexp_matches({named}, {_CONTROL}) THEN {spelt} ELSE {named} END"


def _text_expression(column: str) -> str:
    is_dangerous = f"regexp_matches(t, {_DANGEROUS}) AND NOT regexp_full_match(t, {_NUMBER})"
    safe = f"CASE WHEN {is_dangerous} THEN concat('''', t) ELSE t END"
    is_quoted = f"t = '' OR regexp_matches(t, {_SPECIAL_IN_SQL})"
    quoted = f"""CASE WHEN {is_quoted} THEN concat('"', replace(t, '"', '""'), '"') ELSE t END"""
    spelt = _spelt_expression(column)
    written = f"list_transform(list_transform([{spelt}], lambda t: {safe}), lambda t: {quoted})[1]"
    is_spelt_within = " OR ".join(f"contains({column}, {sign})" for sign in _NOT_WITHIN)
    # Few texts are doubted, and one look at each of the others costs less than three.
    return (
        f"CASE WHEN {column} GLOB {_PLAIN_ENDS} AND NOT ({is_spelt_within} OR regexp_matches({column}, {_CONTROL})) "
        f"THEN {column} WHEN regexp_matches({column}, {_DOUBTED}) THEN {written} ELSE {column} END"
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
