"""What a stored number looks like under a format code, and when its text no longer states it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.reading.spreadsheet.formats import DATE, FORMATTED, UNREADABLE, Shown, hides_text, shown_number

ACCOUNTING = '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)'


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("3", "General", "3"),
        ("0.30000000000000004", "General", "0.3"),
        ("300.29999999999995", "General", "300.3"),
        ("5.0000000000000001E-2", "General", "0.05"),
        ("149.67387400000001", "General", "149.673874"),
        ("-5", "0", "-5"),
        ("1234.5", "#,##0.00", "1,234.50"),
        ("1234567", "#,##0", "1,234,567"),
        ("0", "0_ ", "0"),
        ("-7", "0_ ;[Red]\\-0\\ ", "-7"),
        ("1234", ACCOUNTING, "1,234"),
        ("5", '0"件"', "5件"),
        ("5", "General\\件", "5件"),
        ("12.5", '0.0"万元"', "12.5万元"),
        ("5", "+0;-0;0", "+5"),
        ("-5", '"增"0;"减"0', "减5"),
        ("5", "[$¥-804]#,##0.00", "¥5.00"),
        ("0.05", "0%", "5%"),
        ("7", "0000", "0007"),
        ("1.5", "0.0##", "1.5"),
        ("5", "0.###", "5"),
        ("5", "@", "5"),
        ("5", "0;;;", "5"),
    ],
)
def test_a_number_is_printed_as_its_format_says(stored: str, code: str, text: str) -> None:
    assert shown_number(stored, code) == Shown(text)


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("3.6", "0", "4"),
        ("149.673874", "0.00", "149.67"),
        ("12345", "0,", "12"),
        ("12345", '0.00,"万元"', "12.35万元"),
        ("12345", "0!.0,", "12345"),
        ("0", "0;-0;;@", "0"),
        ("0", ";;;", "0"),
        ("0", "#", "0"),
        ("5", ";;;", "5"),
        ("0", ACCOUNTING, "-"),
        ("-5", ACCOUNTING, "(5)"),
        ("-5", "0;0", "5"),
        ("5", '"-"0', "-5"),
        ("5", '0"0"', "5"),
        ("5", '0"５"', "5"),
        ("5", "[DBNum1]0", "5"),
        ("5", '[>3]"多";"少"', "5"),
        ("5", "0.00E+00", "5"),
        ("5", "# ?/?", "5"),
        ("5", '"无"', "无"),
        ("5", "0" * 300, "5"),
        ("123456789012", "General", "123456789012"),
        ("1234.56789012", "General", "1234.56789"),
    ],
)
def test_a_number_whose_print_states_another_is_doubted(stored: str, code: str, text: str) -> None:
    assert shown_number(stored, code) == Shown(text, FORMATTED)


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("5", "yyyy/m/d", "1900-01-05"),
        ("61", "m/d/yy", "1900-03-01"),
        ("44226", 'yyyy"年"m"月"d"日"', "2021-01-30"),
        ("44226.5", "[$-804]yyyy-mm-dd hh:mm", "2021-01-30 12:00:00"),
        ("0.5", "[h]:mm", "12:00:00"),
        ("-1", "yyyy/m/d", "-1"),
        ("1E+300", "yyyy/m/d", "1" + "0" * 300),
    ],
)
def test_a_date_is_no_number(stored: str, code: str, text: str) -> None:
    assert shown_number(stored, code) == Shown(text, DATE)


def test_dates_may_be_counted_from_1904() -> None:
    assert shown_number("42764", "yyyy/m/d", True).text == "2021-01-30"


@pytest.mark.parametrize("stored", ["", "abc", "nan", "inf", "1e999", "0x10", "1,5", "1_000"])
def test_what_is_no_number_is_kept_and_doubted(stored: str) -> None:
    assert shown_number(stored, "0") == Shown(stored, UNREADABLE)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0",
        "0.00",
        "#,##0",
        "#,##0.00",
        '0"件"',
        "+0;-0;0",
        '"共"0.0"件"',
        "#,##0_ ",
        "[Red]0",
        "#",
        "0.",
        "#,###",
    ],
)
@pytest.mark.parametrize("number", [1, 9, 10, 999, 1000, 12345, 1234567, 12345678901])
def test_the_short_way_for_whole_numbers_prints_what_the_long_one_does(code: str, number: int) -> None:
    assert shown_number(str(number), code) == shown_number(f"{number}.0", code)


@pytest.mark.parametrize("code", ["General", "0.00", "#,##0", '0"件"', "0%", "0.###"])
@pytest.mark.parametrize("cents", [0, 1, 5, 99, 100, 12345, -5, -12345])
def test_a_number_that_is_not_doubted_is_the_one_printed(code: str, cents: int) -> None:
    shown = shown_number(f"{cents / 100!r}", code)
    digits = Decimal(shown.text.rstrip("件%").replace(",", ""))
    if shown.doubt is None:
        assert digits / (100 if code == "0%" else 1) == Decimal(cents) / 100


@pytest.mark.parametrize(
    ("code", "hides"),
    [
        ("General", False),
        ("@", False),
        ("0;0;0;@", False),
        (ACCOUNTING, False),
        (";;;", True),
        ('@"件"', True),
        ("0;0;0;", True),
    ],
)
def test_a_format_may_hide_texts(code: str, hides: bool) -> None:
    assert hides_text(code) is hides
