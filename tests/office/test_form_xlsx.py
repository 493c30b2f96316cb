"""The workbook: what its cells take, what shows that a total is wrong, and that no text of it is a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from pipelines.forms import FORMS, CellPath
from pipelines.office.check_sheet import BLANK, EQUAL, NAME, UNEQUAL
from pipelines.office.identities import identities
from tests.office.filled import CELLS, YEARS, adding_up, distinct, file_of
from tests.office.workbook import MAIN, Book, opened

_AREA = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
PAGES = ("第一、二部分", "第三至六部分")
Cell = tuple[str, int, int]


def checks(book: Book) -> list[list[tuple[str | None, str]]]:
    """Return the rows of the sheet of checks, below its headings."""
    rows: dict[int, list[tuple[str | None, str]]] = {}
    for reference, cell in book.cells(NAME).items():
        rows.setdefault(int(reference.lstrip("ABCDEFG")), []).append(cell)
    return [rows[number] for number in sorted(rows) if number > 3]


def verdicts(book: Book) -> list[tuple[str, str]]:
    """Return (what it is held for, verdict) of every check."""
    return [(row[1][1], row[5][1]) for row in checks(book)]


def book_of(form: str, values: dict[CellPath, Decimal | int | None], unit: str = "甲局") -> Book:
    return opened(file_of(form, "xlsx", values, unit))


def column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def covered(formula: str, own: str = "") -> set[Cell]:
    """Return the cells that a formula names."""
    found: set[Cell] = set()
    for sheet, left, top, right, bottom in _AREA.findall(formula):
        rows, columns = range(int(top), int(bottom or top) + 1), range(column(left), column(right or left) + 1)
        found |= {(sheet or own, row, each) for row in rows for each in columns}
    return found


def places(form: str) -> dict[int, Cell]:
    """Return where each of the distinct numbers of a form stands in the workbook."""
    book = book_of(form, distinct(FORMS[form]))
    found = {}
    for page in PAGES:
        for reference, (_, text) in book.cells(page).items():
            letters = reference.rstrip("0123456789")
            if text.lstrip("-")[:4].isdigit() and text.lstrip("-").replace(".", "").isdigit():
                found[abs(int(float(text)))] = (page, int(reference[len(letters) :]), column(letters))
    assert len(found) == CELLS[form]
    return found


def path_places(form: str) -> dict[CellPath, Cell]:
    of = places(form)
    return {path: of[abs(int(value or 0))] for path, value in distinct(FORMS[form]).items()}


@pytest.mark.parametrize("form", YEARS)
def test_two_pages_of_a4_and_a_sheet_of_checks(form: str) -> None:
    book = book_of(form, {})
    assert tuple(book.sheets) == (*PAGES, NAME)
    for page in PAGES:
        setup = book.sheets[page].find(f"{MAIN}pageSetup")
        assert setup is not None and setup.get("paperSize") == "9" and setup.get("orientation") == "portrait"
        fit = book.sheets[page].find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr")
        assert fit is not None and fit.get("fitToPage") == "1" and setup.get("fitToHeight", "1") == "1"


def validations(book: Book) -> Iterator[tuple[str, ET.Element]]:
    for page in PAGES:
        yield from ((page, rule) for rule in book.sheets[page].iter(f"{MAIN}dataValidation"))


@pytest.mark.parametrize("form", YEARS)
def test_every_cell_takes_numbers_only_and_says_so_in_chinese(form: str) -> None:
    at = {place: path for path, place in path_places(form).items()}
    own = FORMS[form]
    seen = set()
    for page, rule in validations(book_of(form, {})):
        (place,) = covered(rule.get("sqref", ""), page)
        path = at[place]
        seen.add(path)
        kind = own.table_by_id[path[0]].kind_of(path[1], path[2])
        assert rule.get("type") == ("decimal" if kind == "amount" else "whole")
        limits = [rule.findtext(f"{MAIN}formula{n}") for n in (1, 2)]
        assert limits[0] == ("-999999999" if kind == "change" else "0")
        assert (rule.get("operator", "between"), limits[1]) == (
            ("between", "999999999") if kind == "change" else ("greaterThanOrEqual", None)
        )
        assert (rule.get("showInputMessage"), rule.get("showErrorMessage")) == ("1", "1")
        assert own.table_by_id[path[0]].column_by_id[path[2]].label in rule.get("prompt", "")
        assert "只能填" in rule.get("error", "") and rule.get("errorStyle", "stop") == "stop"
        assert rule.get("allowBlank") == "1"
    assert seen == {*own.cell_paths}


@pytest.mark.parametrize("form", YEARS)
def test_every_identity_colours_its_total(form: str) -> None:
    at, book = path_places(form), book_of(form, {})
    found = {
        (place, formula)
        for page in PAGES
        for group in book.sheets[page].iter(f"{MAIN}conditionalFormatting")
        for place in list(covered(group.get("sqref", ""), page))[:1]
        for formula in [rule.findtext(f"{MAIN}formula") or "" for rule in group.iter(f"{MAIN}cfRule")]
    }
    for identity in identities(FORMS[form]):
        cells = {at[each.path] for each in (*identity.left, *identity.right)}
        for total in identity.right:
            fits = [
                f for place, f in found if place[1:] == at[total.path][1:] and covered(f, at[total.path][0]) == cells
            ]
            assert len(fits) == 1 and fits[0].startswith("AND(COUNT(") and "<>0" in fits[0]


@pytest.mark.parametrize("form", YEARS)
def test_every_check_adds_up_the_cells_of_its_identity(form: str) -> None:
    at, rows = path_places(form), checks(book_of(form, {}))
    equal = identities(FORMS[form])
    assert len(rows) == len(equal) == {"2019": 40, "2021": 42}[form]
    for row, identity in zip(rows, equal, strict=True):
        assert [text for _, text in row[:2]] == [identity.words, identity.scope]
        for (formula, _), side in zip(row[2:4], (identity.left, identity.right), strict=True):
            assert formula is not None and covered(formula) == {at[each.path] for each in side}
        assert all(formula for formula, _ in row[2:6])


@pytest.mark.parametrize("form", YEARS)
def test_a_form_that_adds_up_passes_and_a_wrong_total_is_named(form: str) -> None:
    values = adding_up(FORMS[form])
    assert {verdict for _, verdict in verdicts(book_of(form, values))} == {EQUAL}
    assert {verdict for _, verdict in verdicts(book_of(form, {}))} == {BLANK}
    values["applications", "received", "total"] = 1
    values["reviews", "reconsideration", "total"] = 0
    wrong = [scope for scope, verdict in verdicts(book_of(form, values)) if verdict == UNEQUAL]
    assert wrong == ["列：总计", "行：本年新收政府信息公开申请数量", "列：行政复议"]


def test_the_sheet_of_checks_counts_its_verdicts() -> None:
    values = adding_up(FORMS["2021"])
    values["reviews", "reconsideration", "total"] = 0
    formula, shown = book_of("2021", values).cells(NAME)["A1"]
    assert shown == "不符 1；相符 41；未填 0" and formula is not None and formula.count("COUNTIF($F$4:$F$45") == 3


def test_no_text_is_a_formula_or_a_link() -> None:
    book = book_of("2021", {}, unit="=1+1")
    for page in PAGES:
        assert all(formula is None for formula, _ in book.cells(page).values())
    assert book.cells(PAGES[0])["A1"] == (None, "=1+12024年政府信息公开工作年度报告")


def test_what_a_workbook_cannot_hold_exactly_is_text() -> None:
    path = ("fees", "administrative_fees", "amount_collected")
    for amount in (Decimal("1234567890.123456"), Decimal("12345678901234.567")):
        shown = [text for _, text in book_of("2021", {path: amount}).cells(PAGES[0]).values()]
        assert str(amount) in shown
