"""What the pages ask, on the release of the five seeds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.exploring import agencies, audit_findings, indicators, overview, sources
from pipelines.exploring.connection import Database
from pipelines.exploring.restriction import GROUPS, Filter
from tests.exploring.hostile import hostile_strings
from tests.planted import NAME, planted

ALL = Filter()
OWN, SUMMARY = Filter(scope="own"), Filter(scope="summary")
DONGCHANG = "东昌"


def _dongchang(seeds: Database) -> tuple[int, int]:
    found, _ = agencies.search(agencies.index(seeds), DONGCHANG)
    agency = int(found["agency_key"][0])
    return agency, int(agencies.reports(seeds, agency)["report_key"][0])


def test_totals_and_groups_agree(seeds: Database) -> None:
    totals = overview.totals(seeds, ALL)
    assert (totals["reports"], totals["agencies"], totals["cells_expected"]) == (5, 5, 990)
    for by in GROUPS:
        assert overview.reports_by(seeds, ALL, by)["reports"].sum() == 5
    assert overview.totals(seeds, Filter(provinces=("黑龙江省",)))["reports"] == 2
    assert overview.totals(seeds, Filter(years=(2019,)))["reports"] == 0
    assert overview.totals(seeds, Filter(levels=("county",), types=("government",)))["reports"] == 2
    assert overview.files(seeds)["files"] == 5


def test_provinces_and_levels_stand_in_the_official_order(seeds: Database) -> None:
    known = overview.provinces(seeds)
    assert known[:4] == ["北京市", "天津市", "河北省", "山西省"]
    frame = overview.ordered(overview.reports_by(seeds, ALL, "province"), "province", known)
    assert frame["group_value"].to_list() == ["吉林省", "黑龙江省", "山东省", "海南省"][: frame.height]
    levels = pl.DataFrame({"group_value": ["", "county", "nation", "prefecture"]})
    assert overview.ordered(levels, "level", known)["group_value"].to_list() == ["nation", "prefecture", "county", ""]
    kinds = overview.choices(seeds)
    assert kinds.filter(pl.col("kind") == "province")["choice"].to_list()[0] == "吉林省"


def test_groups_are_named_ones(seeds: Database) -> None:
    with pytest.raises(KeyError, match="known: year"):
        overview.reports_by(seeds, ALL, "r.title; DROP TABLE cell")


def test_coverage_adds_up(seeds: Database) -> None:
    frame = overview.coverage(seeds, 2020, "county")
    row = {r["province"]: r for r in frame.to_dicts()}["吉林省"]
    without = overview.without_report(seeds, 2020, "county", "吉林省")
    assert row["with_report"] == 1
    assert without.height == row["divisions"] - 1
    assert "东昌区" not in without["name"].to_list()
    assert "台湾省" not in frame["province"].to_list()
    everywhere = overview.without_report(seeds, 2020, "county")
    assert everywhere.height == int((frame["divisions"] - frame["with_report"]).sum()) < overview.MOST_WITHOUT


@pytest.mark.parametrize(
    "text", ["东昌", "昌区", "dongchang", "DongChangQu", "dcq", "通化 东昌", "tonghua dcq", "通化市东昌区政府"]
)
def test_finds_an_agency_by_any_part_of_its_name(seeds: Database, text: str) -> None:
    found, count = agencies.search(agencies.index(seeds), text)
    if text == "通化市东昌区政府":  # as printed in the report: 通化市东昌区人民政府
        assert count == 0
    else:
        assert found["name"][0] == "东昌区人民政府"


def test_search_takes_any_text_as_text(seeds: Database) -> None:
    known = agencies.index(seeds)
    for text in hostile_strings(1_000):
        found, count = agencies.search(known, text)
        assert found.height == min(count, agencies.MOST_FOUND)
    assert agencies.search(known, "")[1] == 5


def test_series_and_peers(seeds: Database) -> None:
    agency, report = _dongchang(seeds)
    series = {row["cell_path"]: row["value"] for row in agencies.series(seeds, agency).to_dicts()}
    assert series["applications.received.total"] == 3
    assert series["enforcement.administrative_penalty.decisions"] == 5732
    assert set(series) == set(agencies.SERIES.values())
    peers = agencies.peers(seeds, report, 2020)
    assert peers["is_self"].to_list() == [True, False]
    assert peers["name"].to_list() == ["东昌区人民政府", "东山区人民政府"]
    assert peers["received"].to_list() == [3, 0]


def test_cells_are_all_there(seeds: Database) -> None:
    _, report = _dongchang(seeds)
    cells = agencies.cells(seeds, report)
    assert cells.filter(cells["is_statutory"]).height == 198


def test_rates_name_both_numbers(seeds: Database) -> None:
    row = indicators.rates(seeds, SUMMARY, "year", "natural_person").row(0, named=True)
    assert (row["numerator"], row["denominator"], row["rate"], row["counted"]) == (3, 3, 1.0, 2)
    granted = indicators.rates(seeds, SUMMARY, "year", "granted").row(0, named=True)
    assert (granted["numerator"], granted["denominator"], granted["rate"]) == (3, 0, None)
    corrected = indicators.corrections(seeds, SUMMARY, "year").row(2, named=True)
    assert (corrected["channel"], corrected["numerator"], corrected["denominator"]) == ("reconsideration", 0, 1)


def test_rates_by_group_add_up(seeds: Database) -> None:
    for rate in indicators.RATES:
        for chosen in (OWN, SUMMARY):
            whole = indicators.rates(seeds, chosen, "year", rate)["numerator"].sum()
            for by in GROUPS:
                assert indicators.rates(seeds, chosen, by, rate)["numerator"].sum() == whole


def test_summaries_are_kept_apart(seeds: Database) -> None:
    assert indicators.procurement(seeds, OWN, "year")["reports"].to_list() == [3]
    assert indicators.procurement(seeds, SUMMARY, "year")["reports"].to_list() == [2]
    # Who names no scope adds own figures: both together would count cases twice.
    assert indicators.procurement(seeds, ALL, "year").equals(indicators.procurement(seeds, OWN, "year"))


def test_procurement_in_yuan(seeds: Database) -> None:
    row = indicators.procurement(seeds, SUMMARY, "year").row(0, named=True)
    assert (row["projects"], row["yuan"], row["unit_inferred"]) == (74, Decimal("337653033.29"), 1)
    row = indicators.procurement(seeds, OWN, "year").row(0, named=True)
    assert (row["projects"], row["yuan"], row["unit_inferred"]) == (7, Decimal("3593000.00"), 0)
    assert indicators.fees(seeds, SUMMARY, "year").row(0, named=True)["items"] == 11
    assert indicators.reasons(seeds, ALL).height == 16


def test_findings_by_rule_place_and_page(seeds: Database) -> None:
    findings, reports = audit_findings.count(seeds, ALL, "error", "")
    assert (findings, reports) == (5, 1)
    assert audit_findings.by_rule(seeds, ALL)["findings"].sum() == audit_findings.count(seeds, ALL, "", "")[0]
    places = audit_findings.findings_by(seeds, ALL, "province")
    assert places.filter(places["group_value"] == "吉林省")["errors"].to_list() == [5]
    listed = audit_findings.findings(seeds, ALL, "error", "reviews.channel_sum", 0)
    assert listed["cell_path"].to_list() == ["reviews.reconsideration.total"]
    assert audit_findings.findings(seeds, ALL, "", "", 99).height == 0


def test_source_of_the_reconsideration_finding(seeds: Database) -> None:
    _, report = _dongchang(seeds)
    cell = sources.cell(seeds, report, "reviews.reconsideration.total")
    assert cell is not None
    assert (cell["raw_text"], cell["status"], cell["line_number"]) == ("0", "value", 587)
    assert sources.locations(seeds, str(cell["file_sha256"]))["location"].to_list() == ["2020/002_e29df57cb4037e37.txt"]
    assert sources.findings(seeds, report, "reviews.reconsideration.total")["rule"].to_list() == ["reviews.channel_sum"]
    assert sources.corrections(seeds, report, "reviews.reconsideration.total").height == 0
    assert sources.cell(seeds, report, "nothing") is None
    assert sources.main_file(seeds, report) is not None
    assert sources.recent(seeds).height == 5


@pytest.mark.parametrize("text", hostile_strings(60))
def test_filters_take_any_text_as_text(seeds: Database, text: str) -> None:
    chosen = Filter(provinces=(text,), levels=(text,), types=(text,))
    assert overview.totals(seeds, chosen)["reports"] == 0
    assert audit_findings.count(seeds, ALL, text or "x", text or "x") == (0, 0)
    assert sources.cell(seeds, 1, text) is None


def _counted(release: Path) -> list[object]:
    """Return every count of reports, findings and numbers that the pages show, of a release."""
    database = Database(release)
    try:
        found: list[object] = [overview.totals(database, ALL), audit_findings.count(database, ALL, "", "")]
        frames = [audit_findings.by_rule(database, ALL), audit_findings.findings(database, ALL, "", "", 0)]
        frames += [audit_findings.findings_by(database, ALL, by) for by in GROUPS]
        frames += [overview.reports_by(database, ALL, by) for by in GROUPS]
        frames += [indicators.rates(database, OWN, by, "granted") for by in GROUPS]
        frames += [overview.choices(database), agencies.index(database).sort("agency_key")]
        return [*found, *(frame.to_dicts() for frame in frames)]
    finally:
        database.close()


def test_reports_that_do_not_count_are_in_no_count(seed_release: Path, tmp_path: Path) -> None:
    alone, others = (planted(seed_release, tmp_path / f"{each}", twin=None, others=each) for each in (False, True))
    assert _counted(others) == _counted(alone)


def test_agencies_of_one_name_are_two(seed_release: Path, tmp_path: Path) -> None:
    database = Database(planted(seed_release, tmp_path, others=False))
    try:
        found, total = agencies.search(agencies.index(database), NAME)
    finally:
        database.close()
    assert total == 2 and found["reports"].to_list() == [1, 1]
    assert {*found["place"]} == {"吉林省 通化市 东昌区", "吉林省 四平市 东昌区"}
