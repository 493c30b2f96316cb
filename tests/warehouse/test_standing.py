"""Which report of an agency and year counts: copies, versions, editions, arrivals, decisions, and what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipelines.corrections.reports import ReportDecision
from pipelines.warehouse.copies import NUMBERS, SAID, summed_up
from pipelines.warehouse.standing import STANDING, standing
from tests.warehouse.report_rows import REPORT, URL, inbox, located, published, web

Said = dict[int, Sequence[int | str | None]]
Stand = dict[int, tuple[str, int | None, str]]
ZEROS = (0, 0, 0, 0, 0)


def numbers_of(said: Said) -> pl.DataFrame:
    """Return the cells of reports: a number, None for a blank, words for the status of a cell without a number."""
    rows = []
    for key, values in said.items():
        for place, value in enumerate(values, start=1):
            status = value if isinstance(value, str) else "blank" if value is None else "value"
            number = Decimal(value) if isinstance(value, int) else None
            rows.append((key, place, status, number, None))
    return pl.DataFrame(rows, schema=NUMBERS, orient="row")


def stand(
    reports: list[dict[str, Any]],
    places: list[dict[str, Any]],
    said: Said | None = None,
    decisions: Sequence[ReportDecision] = (),
    words: dict[int, str] | None = None,
) -> Stand:
    """Return what stands of reports by key; those current without more are left out. Unsaid, each says its own."""
    cells = numbers_of({row["report_key"]: (row["report_key"],) * 5 for row in reports} if said is None else said)
    frame = pl.DataFrame(reports, schema=REPORT)
    files = frame.select("report_key", "file_sha256")
    worded = pl.DataFrame(
        list((words or {}).items()), schema={"report_key": pl.Int64, "words": pl.String}, orient="row"
    )
    summed = summed_up(cells.lazy()).collect().drop("words").join(worded, on="report_key", how="left")
    found = standing(
        frame,
        files,
        located(*places),
        lambda keys: cells.filter(pl.col("report_key").is_in(keys)),
        decisions,
        said=lambda keys: summed.filter(pl.col("report_key").is_in(keys)).select(list(SAID)),
    )
    assert dict(found.schema) == STANDING
    assert found["report_key"].is_unique().all()
    return {key: (status, related, basis) for key, status, related, basis in found.rows()}


def undated(key: int, **changes: Any) -> dict[str, Any]:
    return published(key, **{"published_on": None, **changes})


def same(*keys: int, values: Sequence[int | str | None] = (5, 0, 0, 0, 5)) -> Said:
    return dict.fromkeys(keys, values)


def keep(key: int, *over: int) -> ReportDecision:
    return ReportDecision.model_validate(
        {"sha256": f"{key:064x}", "over": tuple(f"{other:064x}" for other in over), "reason": "r", "evidence": "e"}
    )


CONFLICT = {1: ("conflicting", None, "unordered"), 2: ("conflicting", None, "unordered")}


def test_two_unlike_reports_that_came_together_are_in_conflict() -> None:
    assert stand([undated(1), undated(2)], [inbox(1), inbox(2)]) == CONFLICT


@pytest.mark.parametrize(
    "change",
    [
        {"agency_key": 8},
        {"year_key": 2021},
        {"year_key": 0},
        {"scope": "summary"},
        {"agency_status": "ambiguous"},
        {"agency_status": "unresolved"},
    ],
)
def test_reports_of_another_agency_year_or_scope_are_no_rivals(change: dict[str, Any]) -> None:
    assert stand([undated(1), undated(2, **change)], [inbox(1), inbox(2)]) == {}


def test_another_form_is_no_reason_to_count_an_agency_twice() -> None:
    assert stand([undated(1), undated(2, form="2021")], [inbox(1), inbox(2)]) == CONFLICT


def test_a_scope_that_is_not_stated_may_be_the_agencys_own() -> None:
    assert stand([undated(1, scope="own"), undated(2)], [inbox(1), inbox(2)]) == CONFLICT


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
def test_what_is_there_and_says_otherwise_is_no_part(said: Sequence[int | str | None]) -> None:
    places = [inbox(1, arrived=1), inbox(2, arrived=9)]
    assert stand([undated(1), undated(2)], places, {**CUT, 2: said}) == {1: ("superseded_by", 2, "arrived_later")}


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


@pytest.mark.parametrize("name", ["甲局（作废）.html", "甲局已撤回.html"])
def test_what_is_marked_as_withdrawn_gives_way_and_alone_is_told(name: str) -> None:
    reports = [published(1), published(2)]
    assert stand(reports, [inbox(1), inbox(2, name)]) == {2: ("superseded_by", 1, "edition")}
    marked = ("current", None, "marked_withdrawn")
    assert stand([published(2)], [inbox(2, name)]) == {2: marked}
    assert stand([published(2, title="2020年报告（已撤回，作废）")], [inbox(2)]) == {2: marked}
    copy = {2: ("duplicate_of", 1, "same_content")}
    assert stand(reports, [inbox(1), inbox(2, name)], same(1, 2)) == copy | {1: marked}


def test_a_text_beside_the_tables_is_no_second_report() -> None:
    reports = [undated(1, form="narrative"), undated(2), undated(3, form="narrative", agency_key=8)]
    places = [inbox(key) for key in (1, 2, 3)]
    assert stand(reports, places) == {1: ("duplicate_of", 2, "without_tables")}


def test_texts_without_tables_are_held_against_each_other_by_their_figures() -> None:
    reports = [undated(key, form="narrative") for key in (1, 2)]
    places = [inbox(1), inbox(2)]
    assert stand(reports, places) == CONFLICT
    assert stand(reports, places, {}) == {2: ("duplicate_of", 1, "same_content")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {1: ("superseded_by", 2, "published_later")}),
        ({"published_on": None}, CONFLICT),
        ({"published_on": date(2021, 1, 2)}, CONFLICT),
        ({"agency_printed": "西河区财政局"}, CONFLICT),
        ({"agency_printed": None}, {1: ("superseded_by", 2, "published_later")}),
        ({"agency_printed": "淄博市东山区财政局"}, {1: ("superseded_by", 2, "published_later")}),
    ],
)
def test_the_latest_published_counts(change: dict[str, Any], expected: Stand) -> None:
    reports = [published(1, **change), published(2)]
    assert stand(reports, [inbox(1), inbox(2)]) == expected
    assert stand(reports, [web(1, URL), web(2, f"{URL}?2")]) == expected


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("甲局.pdf", "甲局（修改稿）.docx"),
        ("甲局（初稿）.docx", "甲局.docx"),
        ("甲局（修改稿）.docx", "甲局（修改稿2）.docx"),
        ("甲局修改稿（二）.docx", "甲局修改稿（三）.docx"),
        ("甲局（修改稿3）.docx", "甲局定稿.docx"),
        ("甲局定稿.docx", "甲局（盖章）.pdf"),
        ("甲局（盖章）.pdf", "甲局（更正）.docx"),
        ("甲局（未盖章）.doc", "甲局.doc"),
    ],
)
def test_a_file_name_tells_the_edition(earlier: str, later: str) -> None:
    expected = {1: ("superseded_by", 2, "edition")}
    assert stand([undated(1), undated(2)], [inbox(1, earlier), inbox(2, later)]) == expected


def test_a_title_tells_the_edition_as_well() -> None:
    reports = [undated(1), undated(2, title="东山区财政局2020年政府信息公开工作年度报告（修订版）")]
    assert stand(reports, [inbox(1), inbox(2)]) == {1: ("superseded_by", 2, "edition")}


def test_an_edition_against_the_date_is_a_contradiction() -> None:
    both = dict.fromkeys((1, 2), ("conflicting", None, "contradictory"))
    places = [inbox(1, "甲局（修改稿）.docx"), inbox(2, "甲局.pdf")]
    assert stand([published(1), published(2)], places) == both


def test_what_arrived_later_counts_where_nothing_else_tells() -> None:
    assert stand([undated(1), undated(2)], [inbox(1), inbox(2, arrived=9)]) == {
        1: ("superseded_by", 2, "arrived_later")
    }
    # Addresses are visited in an order that says nothing.
    assert stand([undated(1), undated(2)], [inbox(1), web(2, URL)]) == CONFLICT


def test_of_three_the_last_takes_the_place_of_both() -> None:
    places = [inbox(1, arrived=1), inbox(2, arrived=2), inbox(3, arrived=3)]
    found = stand([undated(key) for key in (1, 2, 3)], places)
    assert found == dict.fromkeys((1, 2), ("superseded_by", 3, "arrived_later"))
    places[1] = inbox(2, arrived=3)
    found = stand([undated(key) for key in (1, 2, 3)], places)
    assert found == dict.fromkeys((1, 2, 3), ("conflicting", None, "unordered"))


def test_a_copy_that_arrives_late_makes_nothing_later() -> None:
    places = [inbox(1, arrived=1), inbox(2, arrived=5), inbox(3, arrived=9)]
    found = stand([undated(key) for key in (1, 2, 3)], places, same(1, 3) | {2: (2, 2, 2, 2, 2)})
    assert found == {3: ("duplicate_of", 1, "same_content"), 1: ("superseded_by", 2, "arrived_later")}


def test_a_decision_ends_a_conflict_until_another_report_comes() -> None:
    reports, places = [undated(1), undated(2)], [inbox(1), inbox(2)]
    decided = {2: ("superseded_by", 1, "decision")}
    assert stand(reports, places, decisions=[keep(1, 2)]) == decided
    later = [*places, inbox(3, arrived=9)]
    found = stand([*reports, undated(3)], later, decisions=[keep(1, 2)])
    assert found == decided | {1: ("superseded_by", 3, "arrived_later")}
    found = stand([*reports, undated(3)], [*places, inbox(3)], decisions=[keep(1, 2)])
    assert found == decided | dict.fromkeys((1, 3), ("conflicting", None, "unordered"))


def test_a_decision_holds_for_copies_on_either_side() -> None:
    said = same(1, 2) | same(3, 4, values=(1, 2, 3, 4, 5))
    reports, places = [undated(key) for key in (1, 2, 3, 4)], [inbox(key) for key in (1, 2, 3, 4)]
    found = stand(reports, places, said, [keep(2, 4)])
    assert found == {
        1: ("duplicate_of", 2, "same_content"),
        4: ("duplicate_of", 3, "same_content"),
        3: ("superseded_by", 2, "decision"),
    }


def test_a_decision_comes_before_dates_and_editions() -> None:
    reports = [published(1), published(2)]
    assert stand(reports, [inbox(1), inbox(2)], decisions=[keep(1, 2)]) == {2: ("superseded_by", 1, "decision")}


VERSION = ("superseded_by", 2, "later_version")
LEFT = ("current", None, "left_address")


def test_the_latest_content_of_a_url_wins() -> None:
    reports = [undated(1), undated(2)]
    assert stand(reports, [web(1, URL, version="#version=1", latest=False), web(2, URL)]) == {1: VERSION}


def test_an_older_content_that_stands_elsewhere_or_whose_successor_holds_no_report_stays() -> None:
    old, elsewhere = web(1, URL, version="#version=1", latest=False), web(1, f"{URL}?copy")
    assert stand([undated(1), undated(2)], [old, web(2, URL), elsewhere]) == CONFLICT
    assert stand([undated(1)], [old, web(2, URL)]) == {1: LEFT}


def test_members_of_an_archive_do_not_share_the_versions_of_its_url() -> None:
    old, reports = web(1, URL, version="#version=1", latest=False), [undated(1), undated(2)]
    assert stand(reports, [{**old, "location": f"{URL}!/a.html"}, web(2, URL)]) == CONFLICT
    assert stand(reports, [old, {**web(2, URL), "location": f"{URL}!/a.html"}]) == CONFLICT


def test_each_report_of_a_file_is_followed_by_that_of_its_place_in_the_later_file() -> None:
    old, new = f"{1:064x}", f"{3:064x}"
    reports = [
        undated(1),
        undated(2, file_sha256=old, ordinal=1, agency_key=8),
        undated(3),
        undated(4, file_sha256=new, ordinal=1, agency_key=8),
    ]
    found = stand(reports, [web(1, URL, version="#version=1", latest=False), web(3, URL)])
    assert found == {1: ("superseded_by", 3, "later_version"), 2: ("superseded_by", 4, "later_version")}


def test_a_content_that_two_urls_held_is_superseded_once() -> None:
    other = f"{URL}?2"
    places = [web(1, address, version="#version=1", latest=False) for address in (other, URL)]
    reports = [undated(1), undated(2), undated(3, agency_key=8)]
    assert stand(reports, [*places, web(2, URL), web(3, other)]) == {1: VERSION}


def test_what_an_older_content_lost_is_not_decided_again_by_dates() -> None:
    reports = [published(1), published(2), published(3)]
    places = [web(1, URL, version="#version=1", latest=False), web(2, URL), web(3, f"{URL}?3")]
    assert stand(reports, places) == {1: VERSION, 2: ("superseded_by", 3, "published_later")}


@pytest.mark.parametrize(
    "change",
    [
        {"year_key": 2021},
        {"agency_key": 8},
        {"agency_key": 8, "agency_status": "unresolved", "agency_printed": "西河区财政局"},
        {"agency_key": 8, "agency_status": "ambiguous", "agency_printed": None},
    ],
    ids=["next year", "other agency", "other unsure agency", "unnamed"],
)
def test_an_address_given_to_another_report_takes_nothing_from_the_one_before(change: dict[str, Any]) -> None:
    places = [web(1, URL, version="#version=1", latest=False), web(2, URL)]
    assert stand([undated(1), undated(2, **change)], places) == {1: LEFT}


def test_reports_of_two_scopes_follow_each_other_unless_both_state_theirs() -> None:
    places = [web(1, URL, version="#version=1", latest=False), web(2, URL)]
    assert stand([undated(1), undated(2, scope="summary")], places) == {1: VERSION}
    assert stand([undated(1, scope="own"), undated(2, scope="summary")], places) == {1: LEFT}


def test_a_page_of_no_sure_agency_that_was_corrected_in_place_is_superseded() -> None:
    places = [web(1, URL, version="#version=1", latest=False), web(2, URL)]
    reports = [undated(key, agency_key=key, agency_status="unresolved") for key in (1, 2)]
    assert stand(reports, places) == {1: VERSION}


def test_of_a_years_contents_the_last_stays_when_the_address_goes_to_the_next_year() -> None:
    places = [
        web(1, URL, version="#version=1", latest=False) | {"fetched_at": datetime(2021, 1, 1, tzinfo=UTC)},
        web(2, URL, version="#version=2", latest=False) | {"fetched_at": datetime(2021, 2, 1, tzinfo=UTC)},
        web(3, URL) | {"fetched_at": datetime(2022, 1, 1, tzinfo=UTC)},
    ]
    reports = [undated(1), undated(2), undated(3, year_key=2021)]
    assert stand(reports, places) == {1: VERSION, 2: LEFT}
