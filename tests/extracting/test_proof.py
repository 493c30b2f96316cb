"""Doubtful numbers of scans: which ones sums prove, and each way in which one stays in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

import pytest

from pipelines.contracts.codes import code_list
from pipelines.extracting.proof import proofs, prove
from pipelines.extracting.report import extract
from pipelines.extracting.scan_doubts import SCAN_DOUBTS
from pipelines.extracting.tables.cells import ABSENT_CELL, CellReading
from pipelines.forms import FORMS, CellPath
from pipelines.reading import read
from tests.extracting.proved_reports import (
    APPLICATIONS,
    REVIEWS,
    Numbers,
    doubted,
    misread,
    random_numbers,
    reading_of,
    scanned,
    sure,
)

FORM_IDS = ("2019", "2021")
Changes = Mapping[CellPath, CellReading]


def at(row: str, column: str, table: str = APPLICATIONS) -> CellPath:
    return table, row, column


GRANTED, GRANTED_TOTAL = at("granted", "natural_person"), at("granted", "total")
HANDLED, HANDLED_TOTAL = at("outcome_total", "natural_person"), at("outcome_total", "total")
NOTHING = at("denied.state_secret", "other_org")


def numbers(form: str = "2021") -> Numbers:
    """Return a report with 12 applications of natural persons, 7 of them granted and 5 not held; the rest is 0."""
    found: Numbers = dict.fromkeys(FORMS[form].table_by_id[APPLICATIONS].paths, 0)
    of_rows = {"received": 12, "granted": 7, "unable.not_held": 5, "outcome_total": 12}
    return found | {at(row, column): n for row, n in of_rows.items() for column in ("natural_person", "total")}


def proved(changes: Changes, printed: Numbers | None = None, form: str = "2021") -> set[CellPath]:
    """Return the cells proved of a report in which some cells were read otherwise."""
    return set(proofs(reading_of(form, numbers(form) if printed is None else printed, changes)))


@pytest.mark.parametrize("form", FORM_IDS)
def test_a_number_that_its_row_and_its_column_admit_becomes_a_value(form: str) -> None:
    before = reading_of(form, numbers(form), {GRANTED: doubted("7")})
    cell = prove(before).cells[GRANTED]
    assert (cell.status, cell.value, cell.unit, cell.note) == ("value", Decimal(7), "件", "proved_by_sum")
    old = before.cells[GRANTED]
    assert (cell.raw, cell.matched_by, cell.score, cell.slot) == (old.raw, old.matched_by, old.score, old.slot)
    assert [(held.id, held.scope) for held in proofs(before)[GRANTED]] == [
        ("applications.outcome_sum", "natural_person"),
        ("applications.row_total", "granted"),
    ]


def test_all_other_cells_stay_as_they_are() -> None:
    before = reading_of("2021", numbers(), {GRANTED: doubted("7"), at("received", "total"): doubted("120")})
    after = prove(before).cells
    assert list(after) == list(before.cells)
    assert {path for path in after if after[path] != before.cells[path]} == {GRANTED}


@pytest.mark.parametrize("raw", ["6", "8", "70", "1", "0", "-7", "7.0", "7(注)", "7 7", "", "口", None])
def test_a_reading_that_is_not_the_number_stays_in_doubt(raw: str | None) -> None:
    assert proved({GRANTED: doubted(raw)}) == set()


@pytest.mark.parametrize("raw", ["7", "7件", "７", " 7 "])
def test_the_text_is_read_as_every_text_is(raw: str) -> None:
    assert proved({GRANTED: doubted(raw)}) == {GRANTED}


@pytest.mark.parametrize("note", code_list("cell_note"))
def test_only_doubts_about_digits_are_settled(note: str) -> None:
    assert proved({GRANTED: doubted("7", note)}) == ({GRANTED} if note in SCAN_DOUBTS.digits else set())


def test_every_doubt_of_a_recognised_page_is_declared() -> None:
    every = {*SCAN_DOUBTS.digits, *SCAN_DOUBTS.no_number, *SCAN_DOUBTS.sign, *SCAN_DOUBTS.place}
    of_scans = [*code_list("cell_note")]
    assert every - {"row_cut_by_page"} == set(of_scans[of_scans.index("readings_differ") :])


@pytest.mark.parametrize("note", [*SCAN_DOUBTS.place, "short_row", "subtotal_or_row"])
def test_a_row_with_a_number_whose_place_is_open_is_left_in_doubt(note: str) -> None:
    beside = at("granted", "other_org")
    assert proved({HANDLED: doubted("12")}) == {HANDLED}
    assert proved({HANDLED: doubted("12"), at("outcome_total", "other_org"): doubted("0", note)}) == set()
    assert GRANTED not in proved({GRANTED: doubted("7"), beside: doubted("0", note)})


def test_one_relation_is_not_enough() -> None:
    row = at("litigation_direct", "total", REVIEWS)
    reviews = {at("litigation_direct", column.id, REVIEWS): 0 for column in FORMS["2021"].table_by_id[REVIEWS].columns}
    assert proved({row: doubted("0")}, numbers() | reviews) == set()
    blank = sure("0")._replace(raw="", status="blank", value=None)
    assert proved({GRANTED: doubted("7"), at("granted", "other_org"): blank}) == set()


@pytest.mark.parametrize("status", ["blank", "nil_mark", "text", "absent"])
@pytest.mark.parametrize("row", ["granted", "denied.state_secret"])
def test_a_sum_with_a_member_that_is_no_number_proves_nothing(status: str, row: str) -> None:
    column = "other_org" if row == "granted" else "natural_person"
    other = ABSENT_CELL if status == "absent" else sure("0")._replace(raw="-", status=status, value=None)
    assert proved({GRANTED: doubted("7"), at(row, column): other}) == set()


def test_a_number_with_a_bracketed_note_proves_nothing() -> None:
    noted = sure("0")._replace(raw="0（注）", note="bracketed_note")
    assert proved({GRANTED: doubted("7"), at("granted", "other_org"): noted}) == set()


def test_a_row_that_the_report_does_not_print_proves_nothing() -> None:
    printed = {path: n for path, n in numbers().items() if path[1] != "carried_in"}
    assert proved({at("received", "natural_person"): doubted("12")}, printed) == set()
    assert proved({GRANTED: doubted("7")}, printed) == {GRANTED}


def test_of_two_doubtful_cells_of_a_row_each_is_held_by_its_column() -> None:
    both = {GRANTED: doubted("7"), GRANTED_TOTAL: doubted("7")}
    assert proved(both) == {GRANTED, GRANTED_TOTAL}
    assert proved({**both, GRANTED_TOTAL: doubted("8")}) == set()


@pytest.mark.parametrize("by", [0, 1, -2, 5])
def test_a_rectangle_of_doubtful_cells_is_not_proved_whether_it_is_right_or_errs_alike(by: int) -> None:
    held = at("unable.not_held", "natural_person"), at("unable.not_held", "total")
    rectangle = {
        GRANTED: doubted(str(7 + by)),
        GRANTED_TOTAL: doubted(str(7 + by)),
        held[0]: doubted(str(5 - by)),
        held[1]: doubted(str(5 - by)),
    }
    assert proved(rectangle) == set()


def test_a_digit_misread_alike_wherever_it_stands_is_not_proved() -> None:
    printed = {path: {12: 3, 7: 3, 5: 0}.get(n, n) for path, n in numbers().items()}
    alike = {path: doubted("8") for path, n in printed.items() if n == 3}
    assert len(alike) == 6
    assert proved(alike, printed) == set()


def test_a_digit_misread_alike_is_not_proved_by_one_of_its_cells_that_counts_as_sure() -> None:
    printed = {path: {12: 3, 7: 3, 5: 0}.get(n, n) for path, n in numbers().items()}
    threes = [path for path, n in printed.items() if n == 3]
    for path in threes:
        alike = {other: doubted("8") for other in threes if other != path}
        assert proved({**alike, path: sure("8")}, printed) == set()
        assert proved({other: doubted("3") for other in threes if other != path}, printed) == set()


def test_errors_that_make_up_for_each_other_in_a_row_are_seen_in_the_columns() -> None:
    beside = at("granted", "other_org")
    assert proved({GRANTED: doubted("6"), beside: doubted("1")}) == set()


def test_one_wrong_sure_cell_proves_no_wrong_reading() -> None:
    printed = numbers()
    misread_cell = {GRANTED: doubted("8")}
    for path, number in printed.items():
        for by in (1, -1):
            assert proved({**misread_cell, path: sure(str(number + by))} if path != GRANTED else misread_cell) == set()


def test_a_report_that_contradicts_itself_beside_a_cell_leaves_it_in_doubt() -> None:
    assert proved({GRANTED: doubted("7"), HANDLED: sure("13")}) == set()


def test_a_proved_cell_helps_the_next() -> None:
    chain = {
        GRANTED: doubted("7"),
        at("granted", "other_org"): doubted("0"),
        at("unable.not_held", "other_org"): doubted("0"),
        at("unable.not_held", "total"): doubted("5"),
    }
    assert proved(chain) == set(chain)
    assert proved({**chain, at("unable.not_held", "total"): doubted("6")}) < set(chain)


def test_two_sums_of_one_column_that_share_cells_are_one_proof() -> None:
    secret, subtotal = "denied.state_secret", "denied.subtotal"
    columns = [column.id for column in FORMS["2021"].table_by_id[APPLICATIONS].columns]
    printed = numbers() | {at(subtotal, column): 0 for column in columns}
    printed |= {at(row, column): 3 for row in (secret, subtotal) for column in ("natural_person", "total")}
    printed |= {at(row, column): 15 for row in ("received", "outcome_total") for column in ("natural_person", "total")}
    cell = {at(secret, "natural_person"): doubted("3")}
    assert proved(cell, printed) == {at(secret, "natural_person")}
    assert proved({**cell, at(secret, "total"): doubted("口", "lookalike")}, printed) == set()


def test_what_holds_by_way_of_one_confirmed_cell_proves_neither_that_nor_another() -> None:
    circle = {path: doubted(str(numbers()[path])) for path in (HANDLED, HANDLED_TOTAL, GRANTED, GRANTED_TOTAL)}
    without_balance = {at("received", "total"): doubted("口", "lookalike")}
    assert proved({**circle, **without_balance}) == set()
    assert proved(circle) == set(circle)


def test_a_zero_is_proved_only_where_the_table_prints_zeros() -> None:
    assert proved({NOTHING: doubted("0")}) == {NOTHING}
    dash = sure("0")._replace(raw="-", status="nil_mark", value=None)
    far = at("not_processed.repeat_request", "research_institution")
    assert proved({NOTHING: doubted("0"), GRANTED: doubted("7"), far: dash}) == {GRANTED}


def test_zeros_are_not_proved_where_more_was_read_as_no_number() -> None:
    columns = [column.id for column in FORMS["2021"].table_by_id[APPLICATIONS].columns]
    rows = [row.id for row in FORMS["2021"].table_by_id[APPLICATIONS].rows if row.role == "outcome"]
    unread = {at(row, column): doubted("一", "lookalike") for row in rows[3:] for column in columns}
    assert NOTHING not in proved({NOTHING: doubted("0"), **unread})


def test_what_is_left_of_a_sum_is_zero_for_each_of_several_counts() -> None:
    row = [at("denied.state_secret", column) for column in ("natural_person", "other_org", "research_institution")]
    assert proved({path: doubted("0") for path in row}) == set(row)
    some = {path: doubted("0") for path in row} | {row[0]: doubted("1")}
    assert proved(some) == {*row[1:]}


def test_a_table_printed_as_another_form_has_it_is_held_by_that_form() -> None:
    reading = reading_of("2021", numbers("2019"), {GRANTED: doubted("7")})
    assert set(proofs(reading)) == set()
    reading.borrowed[APPLICATIONS] = FORMS["2019"]
    assert set(proofs(reading)) == {GRANTED}


def test_a_document_that_is_no_scan_has_nothing_to_prove() -> None:
    table = "信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n行政规范性文件\t0\t0\t0\n"
    reading = extract(read(f"某局2022年政府信息公开工作年度报告\n{table}".encode()), 2026).reading
    assert reading is not None
    assert prove(reading) is reading


@pytest.mark.parametrize("form", FORM_IDS)
@pytest.mark.parametrize(("share", "wrong"), [(0.05, 0.1), (0.2, 0.3), (0.5, 0.1), (0.5, 0.9)])
def test_no_wrong_reading_is_proved_of_random_reports(form: str, share: float, wrong: float) -> None:
    random = Random(f"{form} {share} {wrong}")
    right = tried = 0
    for _ in range(60):
        made = scanned(random, form, share=share, wrong=wrong)
        for path, cell in prove(made.reading).cells.items():
            if path in made.doubtful and cell.status == "value":
                assert cell.value == made.printed[path], path
                right += 1
        tried += len(made.doubtful)
    assert tried > 400
    assert right > (0 if share == 0.5 else tried / 10)


def test_most_doubtful_readings_of_a_report_of_few_applications_are_proved() -> None:
    random = Random(7)
    found = tried = 0
    for _ in range(20):
        printed = random_numbers(random, FORMS["2021"], filled=0.05)
        doubtful = {path for path in printed if path[0] == APPLICATIONS and random.random() < 0.1}
        found += len(proved({path: doubted(str(printed[path])) for path in doubtful}, printed))
        tried += len(doubtful)
    assert found / tried > 0.9


def test_a_single_wrong_sure_cell_of_a_random_report_proves_no_wrong_reading() -> None:
    random = Random(3)
    for _ in range(150):
        printed = random_numbers(random, FORMS["2021"], filled=0.2)
        wrong, *doubtful = random.sample([path for path in printed if path[0] == APPLICATIONS], 4)
        readings = {path: misread(random, printed[path]) for path in doubtful}
        changes = {path: doubted(str(n)) for path, n in readings.items()}
        assert proved({**changes, wrong: sure(str(misread(random, printed[wrong])))}, printed) == set()
