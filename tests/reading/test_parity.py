"""The same doubtful cell has the same answer in every format: status, number and note."""

from __future__ import annotations

import pytest

from pipelines.extracting.numbers import AMBIGUOUS, BLANK, NIL_MARK, TEXT, VALUE
from tests.reading.one_report import (
    HIDDEN,
    LOWERED,
    OTHERS,
    PLAIN,
    PROBE,
    RAISED,
    STRUCK,
    WHITE,
    WRITERS,
    Runs,
    cells_of,
    plain,
)

Answer = tuple[str, int | None, str | None]
NIL: Answer = (NIL_MARK, None, None)
NOTHING: Answer = (BLANK, None, None)
WORDS: Answer = (TEXT, None, None)
MARK: Answer = (AMBIGUOUS, None, "number_mark")
WIDE: Answer = (AMBIGUOUS, None, "wide_gap")
# Lines without cell marks part a cell at its spaces, lose a blank one, and take some words for a label: the row is then
# doubted as a whole, and no number of it is used.
DOUBTED_ROW = ("short_row", "long_row")

TEXTS: dict[str, Answer] = {
    **dict.fromkeys(("101", "１０１", "101件", "101 件", " 101 ", "101.0", "+101"), (VALUE, 101, None)),
    **dict.fromkeys(("\u200e101", "10\xad1", "10\u200d1"), (VALUE, 101, None)),
    **dict.fromkeys(("1,234", "1，234", "１,２３４"), (VALUE, 1234, None)),
    **dict.fromkeys(("-3", "−3", "－3", "﹣3"), (VALUE, -3, None)),
    "0": (VALUE, 0, None),
    **dict.fromkeys(("12（含废止）", "12(见注1)", "12（¹）"), (VALUE, 12, "bracketed_note")),
    **dict.fromkeys(("101²", "101①", "①101", "101 ①", "½", "12½", "12¹", "12①②", "１２①", "Ⅱ", "12⁹", "12❶"), MARK),
    **dict.fromkeys(("", " ", "\u00a0", "\u3000", "\u200b"), NOTHING),
    **dict.fromkeys(("无", "/", "—", "-", "－", "--", "\\"), NIL),
    **dict.fromkeys(("1 234", "1\u00a0234", "1\u3000234", "12 34", "1 2", "12\n34"), WORDS),  # two numbers, or one
    **dict.fromkeys(("12/34", "12、34", "12-34", "12.", "12,", "1,23", "1,2345", "12。", "12；"), WORDS),
    **dict.fromkeys(("3.5", "1e3", "00", "007", "12%", "12％", "(12)", "（12）", "12㎡", "№12"), WORDS),
    **dict.fromkeys(("12*", "*12", "12※", "12†", "★12", "12#", "12[1]", "12 [1]", "12注1", "12?", "12a"), WORDS),
    **dict.fromkeys(("约12", "10余", "十二", "零", "〇", "二〇二二", "1O1", "lO1", "l2", "O", "—3", "–3"), WORDS),
}  # fmt: skip


def answers(probe: Runs, names: list[str]) -> dict[str, Answer]:
    """Return what each format says of the cell; no other cell of the report may be read otherwise than it is."""
    found: dict[str, Answer] = {}
    for name in names:
        cell, cells = cells_of(WRITERS[name](probe))
        wrong = [path for path, value in OTHERS.items() if cells[path].value != value]
        if name == "lines" or (name == "tabs" and any("\n" in text for text, _ in probe)):
            wrong = [path for path in wrong if cells[path].status != AMBIGUOUS]
        assert wrong == [], name
        found[name] = (cell.status, None if cell.value is None else int(cell.value), cell.note)
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_says_the_same_in_every_format(text: str) -> None:
    found = answers(plain(text), list(WRITERS))
    if found["pdf"] == WIDE:
        assert found.pop("pdf") and text == "1 2"  # on a page this is 12 letterspaced, or two numbers
    of_lines = {name: found.pop(name) for name in ("lines", "tabs") if found[name][2] in DOUBTED_ROW}
    assert found == dict.fromkeys(found, TEXTS[text])
    assert all(status == AMBIGUOUS for status, _, _ in of_lines.values())
    assert set(of_lines) <= ({"lines", "tabs"} if "\n" in text else {"lines"})


FORMATS = ["html", "docx", "doc", "xlsx", "xls", "pdf"]


@pytest.mark.parametrize(("look", "note"), [(RAISED, "raised_text"), (LOWERED, "raised_text"), (STRUCK, "struck_text")])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_digit_that_looks_otherwise_is_no_digit_of_the_number_in_any_format(look: str, note: str, place: str) -> None:
    runs = [("101", PLAIN), ("2", look)]
    found = answers(runs if place == "after" else runs[::-1], FORMATS)
    assert found == dict.fromkeys(FORMATS, (AMBIGUOUS, None, note))


def test_a_struck_number_is_doubted_in_every_format() -> None:
    found = answers([("101", STRUCK)], FORMATS)
    assert found == dict.fromkeys(FORMATS, (AMBIGUOUS, None, "struck_text"))


@pytest.mark.parametrize("look", [RAISED, LOWERED])
def test_a_number_that_is_raised_as_a_whole_is_doubted_wherever_the_file_says_so(look: str) -> None:
    found = answers([("101", look)], FORMATS[:-1])  # on a page it is a small number that stands alone
    assert found == dict.fromkeys(FORMATS[:-1], (AMBIGUOUS, None, "raised_text"))


@pytest.mark.parametrize("look", [RAISED, LOWERED, STRUCK])
def test_a_mark_is_doubted_however_it_looks(look: str) -> None:
    found = answers([("101", PLAIN), ("①", look)], FORMATS[:-1])  # alone in its font it has no width on a page
    assert {(status, value) for status, value, _ in found.values()} == {(AMBIGUOUS, None)}
    assert {note for _, _, note in found.values()} <= {"struck_text", "raised_text", "number_mark"}


def test_hidden_digits_are_no_digits_where_a_format_has_them() -> None:
    names = ["html", "docx", "doc", "pdf"]
    assert answers([("101", PLAIN), ("2", HIDDEN)], names) == dict.fromkeys(names, (VALUE, 101, None))
    found = answers([("101", HIDDEN)], names)
    assert found == dict.fromkeys(names[:-1], NOTHING) | {"pdf": (AMBIGUOUS, None, "invisible_text")}


def test_white_digits_are_never_part_of_a_number() -> None:
    names = ["html", "docx", "doc", "xlsx", "xls", "pdf"]
    found = answers([("101", PLAIN), ("2", WHITE)], names)
    assert found == dict.fromkeys(names[:-1], (AMBIGUOUS, None, "hidden_text")) | {"pdf": (VALUE, 101, None)}
    assert {value for _, value, _ in answers([("101", WHITE)], names).values()} == {None}


def test_every_format_is_tried() -> None:
    assert set(FORMATS) | {"pipes", "tabs", "lines", "markdown", "csv"} == set(WRITERS)
    assert PROBE not in OTHERS
