from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.exporting.safe_text import FORMULA_STARTS, is_dangerous, original_text, safe_text
from pipelines.exporting.sheets import Sheets, sheet_name

_STARTS = st.text(alphabet=FORMULA_STARTS + "' \u3000", max_size=4)


@pytest.mark.parametrize(
    ("given_text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("＝1", "'＝1"),
        ("\u3000=1", "'\u3000=1"),
        ("'=1", "''=1"),
        ("+170", "+170"),
        ("-5", "-5"),
        ("-1+2", "'-1+2"),
        ("-１", "'-１"),
        ("-", "'-"),
        ("规章", "规章"),
        ("'规章", "'规章"),
        ("", ""),
        (None, None),
    ],
)
def test_text_never_becomes_a_formula(given_text: str | None, safe: str | None) -> None:
    assert safe_text(given_text) == safe


@given(st.builds(str.__add__, _STARTS, st.text()))
def test_safe_texts_are_safe_and_lead_back(value: str) -> None:
    safe = safe_text(value)
    assert safe is not None and not is_dangerous(safe)
    assert original_text(safe) == value


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_a_workbook_text_is_one_that_xml_holds(value: str) -> None:
    sheets = Sheets()
    held = sheets.text(value)
    held.encode()
    assert (held == value) == (not sheets.changed.total())


@given(st.lists(st.text(max_size=60), max_size=20))
def test_sheet_names_are_what_excel_takes(wanted: list[str]) -> None:
    used: set[str] = set()
    names = [sheet_name(name, used) for name in wanted]
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
