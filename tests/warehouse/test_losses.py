"""What counts as lost from one release to the next, on releases of a few columns made by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.contracts import CONTRACTS
from pipelines.contracts.rendering import sql_type
from pipelines.releases.accepted_loss import Loss
from pipelines.releases.compared import CannotCompare
from pipelines.releases.layout import Layout
from pipelines.warehouse.losses import NEEDED, DamagedCandidate, losses, shrinkage
from tests.warehouse.handmade_releases import Row, release, town

TOWNS = [town(number) for number in range(1, 101)]
LARGE = TOWNS + [town(number, 2021) for number in range(101, 151)]


def found(folder: Path, before: Sequence[Row], after: Sequence[Row], without: Sequence[str] = ()) -> list[Loss]:
    return losses(release(folder / "before", before, without), release(folder / "after", after))


def summed(found: Sequence[Loss]) -> list[tuple[str, int | None, int, int]]:
    return [(loss.code, loss.year, loss.lost, loss.of) for loss in found]


def test_equal_and_growing_releases_lose_nothing(tmp_path: Path) -> None:
    assert found(tmp_path / "equal", TOWNS, TOWNS) == []
    assert found(tmp_path / "more", TOWNS, LARGE) == []
    assert found(tmp_path / "first", [], TOWNS) == []


def test_two_in_a_hundred_may_go_and_three_may_not(tmp_path: Path) -> None:
    assert found(tmp_path / "two", TOWNS, TOWNS[2:]) == []
    three = found(tmp_path / "three", TOWNS, TOWNS[3:])
    assert summed(three) == [
        ("reports_lost", 2020, 3, 100),
        ("cells_lost", 2020, 30, 1000),
        ("agencies_lost", None, 3, 100),
    ]
    assert three[0].names == tuple(f"agency 00{n} 2020/{n}.txt" for n in (1, 2, 3))
    assert str(three[0]).startswith("2020: 3 of 100 (3.0 %): agency 001 2020/1.txt; ")


def test_the_share_is_that_of_each_year(tmp_path: Path) -> None:
    """Two of the fifty of 2021 are 4 % of them, and little of all."""
    assert summed(found(tmp_path, LARGE, LARGE[:-2])) == [
        ("reports_lost", 2021, 2, 50),
        ("cells_lost", 2021, 20, 500),
    ]


def test_new_reports_do_not_make_up_for_lost_ones(tmp_path: Path) -> None:
    after = [*TOWNS[10:], *(town(number) for number in range(201, 301))]
    lost = found(tmp_path, TOWNS, after)
    assert summed(lost)[0] == ("reports_lost", 2020, 10, 100)


def test_many_names_are_cut(tmp_path: Path) -> None:
    lost = found(tmp_path, TOWNS, TOWNS[50:])[0]
    assert len(lost.names) == 11 and lost.names[-1] == "..."


def test_a_whole_year_is_told_however_small(tmp_path: Path) -> None:
    before = [*TOWNS, town(500, 2008)]
    lost = found(tmp_path, before, TOWNS)
    assert summed(lost) == [("year_lost", 2008, 1, 1)]
    assert lost[0].names == ("agency 500 2008/500.txt",)


def test_another_content_in_its_place_loses_nothing(tmp_path: Path) -> None:
    corrected = replace(TOWNS[0], key=900, agency=901)
    assert [loss.code for loss in found(tmp_path / "one", TOWNS[:1], [corrected])] == []
    other_year = replace(corrected, year=2021)
    assert [loss.code for loss in found(tmp_path / "two", TOWNS[:1], [other_year])] == ["year_lost", "agencies_lost"]


def test_a_report_of_a_file_with_several_is_missed(tmp_path: Path) -> None:
    before = [Row(n, n, place="all.docx", ordinal=n) for n in range(5)]
    lost = found(tmp_path, before, before[:-1])
    assert summed(lost)[0] == ("reports_lost", 2020, 1, 5)


def test_a_new_edition_elsewhere_loses_nothing(tmp_path: Path) -> None:
    old = [Row(1, 7, place="a.docx")]
    new = [Row(1, 7, place="a.docx", status="superseded_by", related=2), Row(2, 7, place="b.docx", scope="unknown")]
    assert found(tmp_path / "same", old, new) == []
    apart = [new[0], replace(new[1], scope="summary")]
    assert [loss.code for loss in found(tmp_path / "other scope", old, apart)] == ["reports_lost", "cells_lost"]


def test_copies_of_an_unknown_agency_fold(tmp_path: Path) -> None:
    eight = [Row(n, n, agency_status="ambiguous", place=f"{n}.txt") for n in range(1, 9)]
    folded = [eight[0], *(replace(row, status="duplicate_of", related=1) for row in eight[1:])]
    assert found(tmp_path, eight, folded) == []


@pytest.mark.parametrize("status", ["superseded_by", "duplicate_of"])
def test_reports_given_to_one_wrong_agency_are_lost(tmp_path: Path, status: str) -> None:
    """All of them superseded by one: each is still in its file, and the sums are those of one town."""
    after = [replace(row, agency=1, status=status, related=1) for row in TOWNS[1:]]
    lost = found(tmp_path, TOWNS, [TOWNS[0], *after])
    assert summed(lost) == [
        ("reports_lost", 2020, 99, 100),
        ("cells_lost", 2020, 990, 1000),
        ("agencies_lost", None, 99, 100),
    ]
    assert lost[0].names[0] == f"agency 002 2020/2.txt ({status})"


def test_a_report_that_no_longer_counts_is_lost_and_says_why(tmp_path: Path) -> None:
    doubted = [replace(row, status="conflicting") for row in TOWNS[:5]]
    lost = found(tmp_path / "status", TOWNS, [*doubted, *TOWNS[5:]])
    assert summed(lost)[0] == ("reports_lost", 2020, 5, 100) and lost[0].names[0].endswith(" (conflicting)")
    moved = [replace(row, year=2019) for row in TOWNS[:5]]
    lost = found(tmp_path / "year", TOWNS, [*moved, *TOWNS[5:]])
    assert summed(lost)[0] == ("reports_lost", 2020, 5, 100) and lost[0].names[0].endswith(" (2019)")


def test_a_year_that_could_not_be_read_may_be_read_now(tmp_path: Path) -> None:
    unread = [replace(row, year=0) for row in TOWNS]
    assert found(tmp_path / "read", unread, TOWNS) == []
    assert [loss.code for loss in found(tmp_path / "lost", unread, LARGE[100:])] == [
        "reports_lost",
        "cells_lost",
        "agencies_lost",
    ]


def test_numbers_that_are_read_no_more(tmp_path: Path) -> None:
    poorer = [replace(row, numbers=5) for row in TOWNS[:5]]
    more = [town(number) for number in range(201, 301)]
    lost = found(tmp_path / "five", TOWNS, [*poorer, *TOWNS[5:], *more])
    assert summed(lost) == [("cells_lost", 2020, 25, 1000)]
    assert lost[0].names[0] == "agency 001 (5)"
    assert found(tmp_path / "four", TOWNS, [*poorer[:4], *TOWNS[4:]]) == []


def test_agencies_that_are_known_no_more(tmp_path: Path) -> None:
    unknown = [replace(row, agency=row.agency + 1000, agency_status="unresolved") for row in TOWNS[:3]]
    lost = found(tmp_path / "unknown", TOWNS, [*unknown, *TOWNS[3:]])
    assert summed(lost) == [("agencies_lost", None, 3, 100)]
    assert lost[0].names == ("agency 001", "agency 002", "agency 003")
    assigned = [replace(row, agency=row.agency + 1000) for row in TOWNS]
    assert found(tmp_path / "assigned anew", TOWNS, assigned) == []


@pytest.mark.parametrize(
    "without",
    [
        ("dim_agency",),
        ("cell",),
        ("report_file", "raw_file_location"),
        ("dim_report.status", "dim_report.agency_status", "dim_report.scope", "dim_report.related_report_key"),
    ],
)
def test_a_release_of_an_earlier_contract_is_compared_as_far_as_it_goes(tmp_path: Path, without: Sequence[str]) -> None:
    assert found(tmp_path / "same", TOWNS, TOWNS, without) == []
    assert "reports_lost" in [loss.code for loss in found(tmp_path / "less", TOWNS, TOWNS[10:], without)]


@pytest.mark.parametrize("without", [("dim_report",), ("dim_report.year_key",)])
def test_a_release_whose_reports_cannot_be_told(tmp_path: Path, without: Sequence[str]) -> None:
    with pytest.raises(CannotCompare, match="made by another version"):
        found(tmp_path, TOWNS, TOWNS, without)


def test_the_newest_release_that_can_be_read_is_compared_with(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    candidate = release(layout.candidate, TOWNS[:50])
    assert shrinkage(layout, candidate).before is None
    for name in ("1", "2", "3"):
        release(layout.releases / name, TOWNS)
    layout.current.symlink_to("releases/2")
    assert shrinkage(layout, candidate).before == "2"
    (layout.releases / "2" / "parquet" / "dim_report.parquet").write_bytes(b"PAR1")
    assert shrinkage(layout, candidate).before == "3"
    (layout.releases / "3" / "manifest.json").unlink()
    (layout.releases / "4").mkdir()
    found = shrinkage(layout, candidate)
    assert found.before == "1" and summed(found.losses)[0] == ("reports_lost", 2020, 50, 100)


def test_of_releases_that_are_all_damaged_the_rows_are_compared(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    before, candidate = release(layout.releases / "1", TOWNS), release(layout.candidate, TOWNS[:50])
    for path, reports in ((before, 100), (candidate, 50)):
        rows = {"dim_report": {"rows": reports}, "cell": {"rows": 1000}, "dim_agency": {"rows": 100}}
        told = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        (path / "manifest.json").write_text(json.dumps(told | {"tables": rows}), encoding="utf-8")
    (before / "parquet" / "dim_report.parquet").write_bytes(b"PAR1")
    assert shrinkage(layout, candidate).before == "1"
    assert summed(shrinkage(layout, candidate).losses) == [("reports_lost", None, 50, 100)]


def test_a_damaged_candidate_is_never_held_to_have_lost_nothing(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    release(layout.releases / "1", TOWNS)
    candidate = release(layout.candidate, TOWNS[:50])
    (candidate / "parquet" / "cell.parquet").write_bytes(b"PAR1")
    with pytest.raises(DamagedCandidate, match=r"cell\.parquet: damaged on disk: run again"):
        shrinkage(layout, candidate)


def test_what_is_needed_is_what_the_contracts_declare() -> None:
    declared = {
        name: {column: sql_type(CONTRACTS[name].column_by_name[column].type) for column in columns}
        for name, columns in NEEDED.items()
    }
    assert {name: {c: kind.replace(", ", ",") for c, kind in columns.items()} for name, columns in NEEDED.items()} == (
        declared
    )
