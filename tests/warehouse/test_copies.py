"""Which reports say the same: copies, readings that agree, parts, a text beside the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.warehouse.report_rows import inbox, published
from tests.warehouse.stood import CONFLICT, Said, keep, same, stand, undated

ZEROS = (0, 0, 0, 0, 0)


@pytest.mark.parametrize("status", ["exact", "inferred"])
@pytest.mark.parametrize("values", [ZEROS, (5, 0, None, "text", 5)])
def test_equal_reports_of_a_known_agency_are_copies_wherever_they_are(status: str, values: Any) -> None:
    own = {"agency_status": status}
    found = stand([undated(1), undated(2, **own)], [inbox(1), inbox(2, arrived=9)], same(1, 2, values=values))
    assert found == {2: ("duplicate_of", 1, "same_content")}


def test_of_equal_reports_the_best_format_counts() -> None:
    reports = [undated(1, media_type="application/pdf"), undated(2), undated(3, media_type="application/msword")]
    copy = ("duplicate_of", 2, "same_content")
    assert stand(reports, [inbox(key) for key in (1, 2, 3)], same(1, 2, 3)) == {1: copy, 3: copy}


def test_a_copy_that_does_not_say_its_scope_repeats_the_one_that_does() -> None:
    reports = [undated(1), undated(2, scope="summary")]
    assert stand(reports, [inbox(1), inbox(2)], same(1, 2)) == {1: ("duplicate_of", 2, "same_content")}
    reports.append(undated(3, scope="own"))
    places = [inbox(key) for key in (1, 2, 3)]
    assert stand(reports, places, same(1, 2, 3)) == {1: ("duplicate_of", 3, "same_content")}


def test_a_scope_presumed_by_law_does_not_part_a_copy_from_its_original() -> None:
    reports = [undated(1, scope="summary", scope_basis="by_law"), undated(2, scope="own")]
    assert stand(reports, [inbox(1), inbox(2)], same(1, 2)) == {1: ("duplicate_of", 2, "same_content")}
    reports[0]["scope_basis"] = "stated"
    assert stand(reports, [inbox(1), inbox(2)], same(1, 2)) == {}


TELLING = (512, 0, 37, 1204, 9)
FEW = (5, 0, 0, 0, 5)
OFFICES = ("博山区城市管理局", "博山区综合行政执法局")


def test_a_text_of_one_office_is_none_beside_the_tables_of_another() -> None:
    reports = [undated(1, agency_printed=OFFICES[0]), undated(2, agency_printed=OFFICES[1], form="narrative")]
    found = stand(reports, [inbox(1), inbox(2)], {1: FEW, 2: (7,)})
    assert found == CONFLICT
    reports[1]["agency_printed"] = f"淄博市{OFFICES[0]}"
    assert stand(reports, [inbox(1), inbox(2)], {1: FEW, 2: (7,)}) == {2: ("duplicate_of", 1, "without_tables")}


@pytest.mark.parametrize("values", [ZEROS, FEW])
def test_two_names_of_one_agency_in_a_year_are_no_copies_of_each_other_by_chance(values: Any) -> None:
    """Names that follow each other are one agency; where both report a year, one of two offices would be in no sum."""
    reports = [undated(key, agency_printed=name) for key, name in enumerate(OFFICES, start=1)]
    places = [inbox(1), inbox(2)]
    assert stand(reports, places, same(1, 2, values=values)) == CONFLICT
    copy = {2: ("duplicate_of", 1, "same_content")}
    assert stand(reports, places, same(1, 2, values=values), words=dict.fromkeys((1, 2), "one text")) == copy
    assert stand(reports, places, same(1, 2, values=TELLING)) == copy
    reports[1]["agency_printed"] = "淄博市博山区城市管理局"
    assert stand(reports, places, same(1, 2, values=values)) == copy


@pytest.mark.parametrize("status", ["ambiguous", "unresolved"])
@pytest.mark.parametrize(("values", "words"), [(TELLING, {}), (FEW, dict.fromkeys(range(1, 9), "one text"))])
def test_an_unsure_agency_folds_with_equal_reports_under_its_printed_name(
    status: str, values: Any, words: dict[int, str]
) -> None:
    reports = [undated(key, agency_status=status, agency_key=key) for key in range(1, 9)]
    places = [inbox(key) for key in range(1, 9)]
    said = same(*range(1, 9), values=values)
    found = stand(reports, places, said, words=words)
    assert found == dict.fromkeys(range(2, 9), ("duplicate_of", 1, "same_content"))
    reports[4]["agency_printed"] = "西河区财政局"
    assert set(stand(reports, places, said, words=words)) == {2, 3, 4, 6, 7, 8}


ALIKE = ("current", None, "alike_by_name")


@pytest.mark.parametrize("words", [{}, {1: "0435-3590086", 2: "0591-1234567"}, {1: "one text"}])
def test_few_small_numbers_under_one_name_are_no_copy_unless_the_text_is_the_same(words: dict[int, str]) -> None:
    reports = [undated(key, agency_status="unresolved", agency_key=key) for key in (1, 2)]
    assert stand(reports, [inbox(1), inbox(2)], same(1, 2, values=FEW), words=words) == {1: ALIKE, 2: ALIKE}


@pytest.mark.parametrize(
    "names", [("城关镇", "城关镇人民政府"), ("城南街道", "城南街道办事处"), ("平安乡政府", "平安乡人民政府")]
)
def test_a_town_is_its_government(names: tuple[str, str]) -> None:
    unsure = {"agency_status": "ambiguous"}
    reports = [undated(key, agency_key=key, agency_printed=name, **unsure) for key, name in enumerate(names, start=1)]
    places = [inbox(1), inbox(2)]
    assert stand(reports, places, same(1, 2, values=TELLING)) == {2: ("duplicate_of", 1, "same_content")}
    assert stand(reports, places, same(1, 2, values=FEW)) == {1: ALIKE, 2: ALIKE}


@pytest.mark.parametrize(
    "names",
    [
        ("\u67d0\u67d0\u2f8f\u653f\u5b66\u6821", "\u67d0\u67d0\u884c\u653f\u5b66\u6821"),
        ("\u67d0\u67d0\ufa08\u4e1a\u5b66\u6821", "\u67d0\u67d0\u884c\u4e1a\u5b66\u6821"),
        ("e\u0301\u533a\u5c40", "\xe9\u533a\u5c40"),
    ],
)
def test_a_name_is_the_same_whichever_code_points_spell_it(names: tuple[str, str]) -> None:
    unsure = {"agency_status": "unresolved"}
    reports = [undated(key, agency_key=key, agency_printed=name, **unsure) for key, name in enumerate(names, start=1)]
    assert stand(reports, [inbox(1), inbox(2)], same(1, 2, values=TELLING)) == {2: ("duplicate_of", 1, "same_content")}


def test_zeros_alone_do_not_tell_whose_report_it_is() -> None:
    reports = [undated(key, agency_status="ambiguous", agency_key=key) for key in (1, 2)]
    words = {1: "one text", 2: "one text"}
    assert stand(reports, [inbox(1), inbox(2)], same(1, 2, values=ZEROS), words=words) == {}


def test_an_unsure_copy_repeats_the_report_of_the_one_agency_that_is_known() -> None:
    unsure = undated(1, agency_status="ambiguous", agency_key=1)
    places = [inbox(key) for key in (1, 2, 3)]
    said = same(1, 2, values=TELLING)
    assert stand([unsure, undated(2)], places, said) == {1: ("duplicate_of", 2, "same_content")}
    # Under one name two agencies say the same: whose copy it is cannot be known.
    said = same(1, 2, 3, values=TELLING)
    assert stand([unsure, undated(2), undated(3, agency_key=8)], places, said) == {1: ALIKE}


def test_readings_that_agree_are_one_report_and_the_fuller_counts() -> None:
    scan, text = undated(1, media_type="application/pdf"), undated(2)
    whole = (5, 0, 7, 0, 5)
    said: Said = {1: (5, 0, 7, 0, "ambiguous"), 2: whole}
    assert stand([scan, text], [inbox(1), inbox(2)], said) == {1: ("duplicate_of", 2, "agreeing_content")}
    said[1] = (5, 0, 7, 0, 6)
    assert stand([scan, text], [inbox(1), inbox(2)], said) == CONFLICT
    said[1] = (5, 0, 7, "ambiguous", "ambiguous")  # three of five: too little to call it the same
    assert stand([scan, text], [inbox(1), inbox(2)], said) == CONFLICT


def test_a_sealed_scan_that_reads_badly_does_not_take_the_place_of_the_text() -> None:
    said: Said = {1: (5, 0, 7, 0, 5), 2: (5, 0, 7, 0, "ambiguous")}
    places = [inbox(1, "甲局.docx"), inbox(2, "甲局（盖章）.pdf", arrived=9)]
    assert stand([undated(1), undated(2)], places, said) == {2: ("duplicate_of", 1, "agreeing_content")}


CUT: Said = {1: (5, 4, 3, 2, 1, 7, 8, 9), 2: (5, 4, *["absent"] * 6)}


def test_what_was_cut_off_does_not_take_the_place_of_the_whole_however_late_it_comes() -> None:
    part = {2: ("duplicate_of", 1, "part_of_whole")}
    reports, places = [undated(1), undated(2)], [inbox(1, arrived=1), inbox(2, arrived=9)]
    assert stand(reports, places, CUT) == part
    assert stand([published(1), published(2)], places, CUT) == part
    in_the_last_number: Said = {**CUT, 2: (5, 4, "ambiguous", *["absent"] * 5)}
    assert stand(reports, places, in_the_last_number) == part


@pytest.mark.parametrize("said", [(5, 6, *["absent"] * 6), (5, 4, None, *["absent"] * 5)], ids=["other", "emptied"])
def test_what_says_otherwise_and_lacks_tables_is_neither_a_copy_nor_replaces_the_whole(
    said: Sequence[int | str | None],
) -> None:
    places = [inbox(1, arrived=1), inbox(2, arrived=9)]
    undecided = ("conflicting", None, "part_of_whole")
    assert stand([undated(1), undated(2)], places, {**CUT, 2: said}) == dict.fromkeys((1, 2), undecided)


@pytest.mark.parametrize("emptied", [None, "nil_mark", "text"])
def test_a_number_that_one_report_prints_and_the_other_leaves_empty_is_a_difference(emptied: str | None) -> None:
    full: Sequence[int | str | None] = (5, 0, 7, 0, 5)
    said: Said = {1: full, 2: (*full[:4], emptied)}
    places = [inbox(1, "甲局.docx"), inbox(2, "甲局修改稿.docx")]
    # The later one counts, whether it filled in the cell or emptied it.
    edition = {1: ("superseded_by", 2, "edition")}
    assert stand([undated(1), undated(2)], places, said) == edition
    assert stand([undated(1), undated(2)], places, {1: said[2], 2: said[1]}) == edition
    places = [inbox(1), inbox(2)]
    assert stand([published(1), published(2)], places, said) == {1: ("superseded_by", 2, "published_later")}
    assert stand([undated(1), undated(2)], places, said) == CONFLICT
    later = [inbox(1), inbox(2, arrived=9)]
    assert stand([undated(1), undated(2)], later, said) == {1: ("superseded_by", 2, "arrived_later")}
    decided = {1: ("superseded_by", 2, "decision")}
    assert stand([undated(1), undated(2)], places, said, [keep(2, 1)]) == decided


def test_a_decision_for_the_one_that_reads_worse_holds() -> None:
    said: Said = {1: (5, 0, 7, 0, 5), 2: (5, 0, 7, 0, "ambiguous")}
    reports, places = [undated(1), undated(2)], [inbox(1), inbox(2)]
    assert stand(reports, places, said) == {2: ("duplicate_of", 1, "agreeing_content")}
    assert stand(reports, places, said, [keep(2, 1)]) == {1: ("superseded_by", 2, "decision")}
    assert stand(reports, places, said, [keep(1, 2)]) == {2: ("duplicate_of", 1, "agreeing_content")}


def test_a_text_beside_the_tables_is_no_second_report() -> None:
    reports = [undated(1, form="narrative"), undated(2), undated(3, form="narrative", agency_key=8)]
    places = [inbox(key) for key in (1, 2, 3)]
    assert stand(reports, places) == {1: ("duplicate_of", 2, "without_tables")}


def test_texts_without_tables_are_held_against_each_other_by_their_figures() -> None:
    reports = [undated(key, form="narrative") for key in (1, 2)]
    places = [inbox(1), inbox(2)]
    assert stand(reports, places) == CONFLICT
    assert stand(reports, places, {}) == {2: ("duplicate_of", 1, "same_content")}
