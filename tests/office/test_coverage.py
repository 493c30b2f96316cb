"""Coverage of a county of 52: every unit in its state, at most one report of each counts, nothing is dropped."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.agencies.gazetteer import Division
from pipelines.office.coverage import BY_NAME, Coverage, coverage, units_of, year_of_most
from pipelines.office.given_files import given_files
from pipelines.office.overview import Words
from pipelines.office.received import Reception, receive
from pipelines.office.roster import Roster, Unit, county_named, roster_of
from pipelines.office.roster_file import RosterRow, read_rows
from tests.office import whole_county as whole
from tests.office.county_office import PLACE, YEAR, report_file

LICENSING = ("licensing", "administrative_licensing", "decisions")


def received(*paths: Path) -> Reception:
    return receive(given_files(paths), lambda: nullcontext(lambda *_: None))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("county") / "报送"
    whole.write_whole_county(found)
    return found


@pytest.fixture(scope="module")
def reception(folder: Path) -> Reception:
    return received(folder)


@pytest.fixture(scope="module")
def county() -> Division:
    return county_named(PLACE, YEAR)


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory, county: Division) -> Roster:
    path = whole.write_roster(tmp_path_factory.mktemp("roster") / "花名册.csv")
    return roster_of(read_rows(path), str(path), YEAR, county)


@pytest.fixture(scope="module")
def covered(reception: Reception, roster: Roster, county: Division) -> Coverage:
    return coverage(reception, roster, YEAR, county)


def small(names: tuple[str, ...], county: Division | None) -> Roster:
    return roster_of([RosterRow(n, name, None, None) for n, name in enumerate(names, start=2)], "x", YEAR, county)


def test_every_unit_is_in_its_state_and_the_missing_town_is_named(covered: Coverage) -> None:
    assert {row.unit.name: row.state for row in covered.rows} == whole.STATES
    assert covered.states == dict(Counter(row.state for row in covered.by_severity))
    assert [row.unit.name for row in covered.by_severity][:4] == [
        whole.NOTHING_CAME,
        whole.ONLY_LAST_YEAR,
        whole.UNLIKE,
        whole.TOO_LATE,
    ]
    assert {unit.name for unit in covered.not_counting} == {whole.NOTHING_CAME, whole.ONLY_LAST_YEAR, whole.UNLIKE}


def test_units_that_count_come_with_their_judged_reports(covered: Coverage) -> None:
    counting = covered.counting
    assert len(counting) == len(whole.UNITS) - 3 == len(list(counting))
    for unit, file, report, judged in counting:
        assert whole.printed_name(unit.name) in file.file and report.agency == whole.printed_name(unit.name)
        assert (
            len(judged["cells"]) == 200 and judged["year"] == YEAR and len(judged["findings"]) >= len(report.findings)
        )
    assert counting[0].judged == counting[0].judged and [each.unit for each in counting[:2]] == [
        row.unit for row in covered.rows[:2]
    ]


def test_of_several_reports_one_counts_with_its_reason(covered: Coverage) -> None:
    rows = {row.unit.name: row for row in covered.rows}

    def told(unit: str) -> set[tuple[str, str, str | None]]:
        return {(Path(each.received.file.file).suffix, each.status, each.basis) for each in rows[unit].reports}

    assert told(whole.TWO_FORMATS) == {(".docx", "current", None), (".pdf", "duplicate_of", "same_content")}
    counts = rows[whole.REVISED].counts
    assert counts is not None and "修改稿" in counts.file.file
    assert {each.basis for each in rows[whole.REVISED].reports} == {None, "edition"}
    assert rows[whole.UNLIKE].counts is None
    assert {(each.status, each.basis) for each in rows[whole.UNLIKE].reports} == {("conflicting", "unordered")}


def test_what_is_late_is_told_by_the_day_of_its_kind(covered: Coverage) -> None:
    late = [row for row in covered.rows if row.is_late]
    assert [(row.unit.name, str(row.published_on), str(row.due_on)) for row in late] == [
        (whole.TOO_LATE, "2022-03-01", "2022-01-31")
    ]
    days = {str(row.due_on) for row in covered.rows if row.unit.name in whole.TOWNS}
    assert days == {"2022-03-31"}, "the law gives towns until March"


def test_the_governments_own_report_is_no_unit(covered: Coverage, roster: Roster) -> None:
    assert roster.government is not None and len(covered.rows) == len(whole.UNITS)
    assert covered.government_report is not None and whole.GOVERNMENT in covered.government_report.file.file
    assert all(row.unit.name != whole.GOVERNMENT for row in covered.rows) and covered.strays == ()


def test_a_named_file_is_the_governments_whatever_it_says(
    reception: Reception, roster: Roster, county: Division
) -> None:
    name = next(each.file.file for each in reception.reports if "建设局（扫描）" in each.file.file)
    found = coverage(reception, roster, YEAR, county, government_files=frozenset({name}))
    assert found.government_report is not None and found.government_report.file.file == name
    assert [Path(each.received.file.file).stem for each in found.strays] == [whole.GOVERNMENT]
    assert next(row for row in found.rows if row.unit.name == whole.TWO_FORMATS).state == whole.RECEIVED


def test_every_report_stands_in_one_place(reception: Reception, covered: Coverage) -> None:
    placed = [each.received for row in covered.rows for each in row.reports]
    placed += [each.received for each in covered.government] + [each.received for each in covered.strays]
    placed += covered.of_other_years
    assert sorted(id(each) for each in placed) == sorted(id(each) for each in reception.reports)


def test_a_later_arrival_counts_over_an_earlier_one(reception: Reception, roster: Roster, county: Division) -> None:
    first, second = (each for each in reception.reports if each.report.agency == whole.printed_name(whole.UNLIKE))
    arrivals = {first.sha256: datetime(2022, 1, 9, tzinfo=UTC), second.sha256: datetime(2022, 1, 5, tzinfo=UTC)}
    found = coverage(reception, roster, YEAR, county, arrivals=arrivals)
    row = next(row for row in found.rows if row.unit.name == whole.UNLIKE)
    assert row.counts is first and {each.basis for each in row.reports} == {None, "arrived_later"}


def test_without_a_roster_nobody_is_missing(reception: Reception, county: Division) -> None:
    found = units_of(reception, YEAR, county)
    assert len(found.units) == len(whole.UNITS) - 2 and not found.is_known
    states = coverage(reception, found, YEAR, county).states
    assert whole.MISSING not in states and states[whole.UNDECIDED] == 1


def test_a_stranger_belongs_to_no_unit_and_a_name_of_two_is_not_guessed(reception: Reception, county: Division) -> None:
    found = coverage(reception, small(("财政局", "公安局"), county), YEAR, county)
    assert len(found.strays) == sum(each.report.year == YEAR for each in reception.reports) - 3
    without = small(("鼓楼区司法局", "司法局"), None)
    assert all(unit.agency_key is None for unit in without.units)
    assert {row.state for row in coverage(reception, without, YEAR, None).rows} == {whole.MISSING}


@pytest.fixture(scope="module")
def hazards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what Windows leaves, a damaged file, an archive with names in GBK, one file twice."""
    folder = tmp_path_factory.mktemp("hazards") / "报送"
    folder.mkdir()
    for left in ("~$莒县财政局.docx", "Thumbs.db", "desktop.ini"):
        (folder / left).write_bytes(b"x")
    report = report_file(f"{PLACE}公安局", "docx")
    (folder / "莒县水利局.docx").write_bytes(report[: len(report) // 2])
    (folder / "公安局.docx").write_bytes(report)
    shutil.copy(folder / "公安局.docx", folder / "公安局 - 副本.docx")
    (folder / "通知.txt").write_text("关于报送年度报告的通知\n请于1月20日前报送。\n", encoding="utf-8")
    packed = folder / "补报.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("aaaaaaaaaa.docx", report_file(f"{PLACE}司法局", "docx"))
    named = packed.read_bytes().replace(b"aaaaaaaaaa.docx", "司法局年报.docx".encode("gbk"))
    packed.write_bytes(named)
    return folder


def test_hazards_of_a_folder_are_each_named(hazards: Path, county: Division) -> None:
    reception = received(hazards)
    found = coverage(reception, small(("公安局", "水利局", "司法局"), county), YEAR, county)
    assert {row.unit.name: row.state for row in found.rows} == {
        "公安局": whole.TWICE,
        "水利局": whole.MISSING,
        "司法局": whole.RECEIVED,
    }
    by_name = {row.unit.name: row for row in found.rows}
    assert [(each.status, each.basis) for each in by_name["公安局"].reports] == [
        ("current", None),
        ("duplicate_of", "same_content"),
    ]
    assert by_name["司法局"].counts is not None and by_name["司法局"].counts.file.file.endswith("!/司法局年报.docx")
    assert [Path(file.file).name for file in by_name["水利局"].unread] == ["莒县水利局.docx"]
    assert [Path(file.file).name for file in found.not_read] == ["莒县水利局.docx"]
    assert [Path(file.file).name for file in found.not_reports] == ["通知.txt"]
    assert {Path(name).name for name in found.checked.left_out} == {"~$莒县财政局.docx", "Thumbs.db", "desktop.ini"}


def test_the_year_is_that_of_most_reports(reception: Reception, tmp_path: Path) -> None:
    assert year_of_most(reception) == YEAR
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    assert year_of_most(received(tmp_path)) is None


def test_where_many_places_have_a_name_the_county_that_was_named_tells(tmp_path: Path) -> None:
    own = county_named("江苏省/南京市/鼓楼区", YEAR)
    for name in ("鼓楼区司法局", "鼓楼区人民政府"):
        (tmp_path / f"{name}.docx").write_bytes(report_file(name, "docx"))
    found = coverage(received(tmp_path), small(("司法局", "财政局"), own), YEAR, own)
    assert {row.unit.name: row.state for row in found.rows} == {"司法局": whole.RECEIVED, "财政局": whole.MISSING}
    assert found.rows[0].how == (BY_NAME,) and found.strays == ()
    assert found.government_report is not None and found.government_report.report.agency_status == "ambiguous"


def test_where_no_county_is_known_two_governments_leave_it_open(tmp_path: Path) -> None:
    for place in ("莒县", "五莲县"):
        (tmp_path / f"{place}.docx").write_bytes(report_file(f"{place}人民政府", "docx"))
    found = received(tmp_path)
    both = coverage(found, units_of(found, YEAR, None), YEAR, None)
    assert len(both.government) == 2 and both.government_report is None and both.rows == ()
    own = coverage(found, units_of(found, YEAR, None), YEAR, county_named("莒县", YEAR))
    assert own.government_report is not None and own.government_report.report.agency == "莒县人民政府"


def test_a_name_that_two_units_have_is_of_none_of_them(tmp_path: Path, county: Division) -> None:
    (tmp_path / "x.docx").write_bytes(report_file("教育局", "docx"))
    found = coverage(received(tmp_path), Roster((Unit("教育局"), Unit("县教育局")), "x"), YEAR, county)
    assert [row.state for row in found.rows] == [whole.MISSING] * 2
    assert [stray.candidates for stray in found.strays] == [("教育局", "县教育局")]
    assert [other.what for other in Words(found, "zh").others()] == ["名称与几个单位相符：教育局、县教育局"]


def test_a_report_of_another_agency_is_of_no_unit_though_it_prints_the_name(tmp_path: Path, county: Division) -> None:
    (tmp_path / "x.docx").write_bytes(report_file(f"{PLACE}教育局", "docx"))
    reception = received(tmp_path)
    (own,) = reception.reports
    elsewhere = replace(own, report=replace(own.report, agency_printed="教育局"), match={**own.match, "agency_key": 1})
    roster = small(("教育局",), county)
    assert coverage(reception, roster, YEAR, county).states == {whole.RECEIVED: 1}
    found = coverage(replace(reception, reports=(elsewhere,)), roster, YEAR, county)
    assert found.states == {whole.MISSING: 1} and [stray.received for stray in found.strays] == [elsewhere]


def remarks(found: Coverage) -> dict[str, list[str]]:
    return {row.unit.name: list(Words(found, "zh").remarks(row)) for row in found.rows}


def test_a_file_named_after_another_unit_counts_by_its_content_and_is_told_at_both(
    tmp_path: Path, county: Division
) -> None:
    (tmp_path / f"{PLACE}商务局.docx").write_bytes(report_file(f"{PLACE}民政局", "docx"))
    (tmp_path / "财政局（商务局转）.docx").write_bytes(report_file(f"{PLACE}财政局", "docx"))
    reception = received(tmp_path)
    found = coverage(reception, small(("商务局", "民政局", "财政局"), county), YEAR, county)
    assert [row.state for row in found.rows] == [whole.MISSING, whole.RECEIVED, whole.RECEIVED]
    assert remarks(found) == {
        "商务局": [f"文件 {PLACE}商务局.docx 以该单位命名，内容却是“民政局”的报告"],
        "民政局": [f"文件 {PLACE}商务局.docx 以“商务局”命名，内容却是该单位的报告，按内容计入"],
        "财政局": [],
    }
    # Without a roster nobody else has the name.
    found = coverage(reception, units_of(reception, YEAR, county), YEAR, county)
    assert remarks(found)[f"{PLACE}民政局"] == [
        f"文件 {PLACE}商务局.docx 以“{PLACE}商务局”命名，内容却是该单位的报告，按内容计入"
    ]


@pytest.mark.parametrize("name", ["人社局2021年报", "1", "年度报告（定稿）", "莒县人力资源和社会保障局"])
def test_a_short_name_or_none_in_a_file_name_is_no_other_unit(tmp_path: Path, county: Division, name: str) -> None:
    unit = f"{PLACE}人力资源和社会保障局"
    (tmp_path / f"{name}.docx").write_bytes(report_file(unit, "docx"))
    reception = received(tmp_path)
    for roster in (small(("人力资源和社会保障局", "商务局"), county), units_of(reception, YEAR, county)):
        assert remarks(coverage(reception, roster, YEAR, county))[roster.units[0].name] == []


def test_a_report_whose_file_says_that_it_was_withdrawn_is_told(tmp_path: Path, county: Division) -> None:
    for name, unit in (("民政局（作废）", "民政局"), ("商务局", "商务局")):
        (tmp_path / f"{name}.docx").write_bytes(report_file(f"{PLACE}{unit}", "docx"))
    found = coverage(received(tmp_path), small(("民政局", "商务局"), county), YEAR, county)
    assert [row.state for row in found.rows] == [whole.RECEIVED, whole.RECEIVED]
    assert remarks(found) == {
        "民政局": ["计入 民政局（作废）.docx，但文件名或标题注明作废、撤回（状态：现行），请核实"],
        "商务局": [],
    }


def test_a_number_that_a_later_report_leaves_empty_does_not_count(tmp_path: Path, county: Division) -> None:
    for place, number in (("1", "99999"), ("2", "")):
        (tmp_path / place).mkdir()
        content = report_file(f"{PLACE}民政局", "docx", changed={LICENSING: number})
        (tmp_path / place / "民政局.docx").write_bytes(content)
    roster, reception = small(("民政局",), county), received(tmp_path)
    (row,) = coverage(reception, roster, YEAR, county).rows
    assert row.state == whole.UNDECIDED and {each.status for each in row.reports} == {"conflicting"}
    days = {each.sha256: int(Path(each.file.file).parent.name) for each in reception.reports}
    arrivals = {sha256: datetime(2022, 1, day, tzinfo=UTC) for sha256, day in days.items()}
    (row,) = coverage(reception, roster, YEAR, county, arrivals=arrivals).rows
    assert row.counts is not None and days[row.counts.sha256] == 2
