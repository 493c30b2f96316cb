"""Which report of an agency and year counts: versions, editions, arrivals, decisions, and what stays open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.warehouse.report_rows import URL, inbox, published, web
from tests.warehouse.stood import CONFLICT, Said, Stand, keep, same, stand, undated


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


@pytest.mark.parametrize("name", ["甲局（作废）.html", "甲局已撤回.html"])
def test_what_is_marked_as_withdrawn_gives_way_and_alone_is_told(name: str) -> None:
    reports = [published(1), published(2)]
    assert stand(reports, [inbox(1), inbox(2, name)]) == {2: ("superseded_by", 1, "edition")}
    marked = ("current", None, "marked_withdrawn")
    assert stand([published(2)], [inbox(2, name)]) == {2: marked}
    assert stand([published(2, title="2020年报告（已撤回，作废）")], [inbox(2)]) == {2: marked}
    copy = {2: ("duplicate_of", 1, "same_content")}
    assert stand(reports, [inbox(1), inbox(2, name)], same(1, 2)) == copy | {1: marked}


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


_WHOLE = (5, 0, 0, 0, 5, 0, 0, 1, 0, 2, 0, 3)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ((9, *_WHOLE[1:]), {1: ("superseded_by", 2, "published_later")}),
        # A row left out by mistake is none of the tables.
        ((9, *_WHOLE[1:8], *["absent"] * 4), {1: ("superseded_by", 2, "published_later")}),
        # A correction of one table, and one whose other tables are not read.
        ((9, *_WHOLE[1:7], *["absent"] * 5), dict.fromkeys((1, 2), ("conflicting", None, "part_of_whole"))),
        ((*["absent"] * 5, 9, *_WHOLE[6:]), dict.fromkeys((1, 2), ("conflicting", None, "part_of_whole"))),
    ],
)
def test_what_prints_a_part_of_the_tables_replaces_none(later: tuple[int | str, ...], expected: Stand) -> None:
    reports = [published(1, published_on=date(2021, 1, 5)), published(2, published_on=date(2021, 3, 5))]
    assert stand(reports, [inbox(1), inbox(2)], {1: _WHOLE, 2: later}) == expected
    # By hand the one that counts is chosen all the same.
    chosen = stand(reports, [inbox(1), inbox(2)], {1: _WHOLE, 2: later}, [keep(2, 1)])
    assert chosen == {1: ("superseded_by", 2, "decision")}


def test_a_report_that_prints_more_than_the_one_before_replaces_it() -> None:
    reports = [published(1, published_on=date(2021, 1, 5)), published(2, published_on=date(2021, 3, 5))]
    said: Said = {1: (4, *["absent"] * 11), 2: _WHOLE}
    assert stand(reports, [inbox(1), inbox(2)], said) == {1: ("superseded_by", 2, "published_later")}
