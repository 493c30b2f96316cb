"""Every page by streamlit's own tester: on the seeds, in both languages, and on a release of hostile strings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.exploring import agencies, app, audit_findings
from pipelines.exploring.connection import Database
from pipelines.releases.layout import Layout, current_release
from tests.exploring import hostile_release
from tests.exploring.drawn import harmless, markup
from tests.exploring.hostile_release import COUNT, FIRST_AGENCY, FIRST_REPORT, PATHS, publish_hostile

_MODULES = {
    "overview": "summary",
    "agencies": "agency",
    "indicators": "indicator",
    "audit": "audit",
    "source": "source",
    "downloads": "download",
    "office": "office",
    "sql": "query",
}
_SECONDS = 30


def _page(name: str, **parameters: object) -> AppTest:
    module = _MODULES[name]
    test = AppTest.from_string(f"from pipelines.exploring.pages import {module}\n{module}.render()\n")
    for key, value in parameters.items():
        test.query_params[key] = str(value)
    return test.run(timeout=_SECONDS)


@pytest.fixture
def dongchang(seeds: Database) -> tuple[int, int]:
    agency = int(agencies.search(agencies.index(seeds), "东昌")[0]["agency_key"][0])
    return agency, int(agencies.reports(seeds, agency)["report_key"][0])


@pytest.mark.usefixtures("at_home")
def test_the_app_begins_with_the_overview() -> None:
    test = AppTest.from_file(str(Path(app.__file__))).run(timeout=_SECONDS)
    shown = markup(test)
    assert "99.5%" in shown
    assert "吉林省" in shown


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", list(_MODULES))
def test_every_page_in_both_languages(name: str, language: str) -> None:
    shown = markup(_page(name, lang=language))
    assert "gk-head" in shown
    assert "{" not in re.sub(r"<style>.*?</style>", "", shown)


@pytest.mark.usefixtures("at_home")
def test_overview_is_restricted() -> None:
    test = _page("overview")
    test.multiselect(key="provinces").set_value(["黑龙江省"]).run(timeout=_SECONDS)
    assert '<div class="gk-figure">2</div>' in markup(test)
    test.multiselect(key="levels").set_value(["county"]).run(timeout=_SECONDS)
    assert '<div class="gk-figure">1</div>' in markup(test)
    test.multiselect(key="types").set_value(["town"]).run(timeout=_SECONDS)
    assert "gk-empty" in markup(test)


@pytest.mark.usefixtures("at_home")
def test_search_leads_to_the_agency(dongchang: tuple[int, int]) -> None:
    agency, _ = dongchang
    test = _page("agencies")
    test.text_input(key="q").set_value("dongchang").run(timeout=_SECONDS)
    shown = markup(test)
    assert f"/?page=agencies&amp;agency={agency}" in shown
    test.text_input(key="q").set_value("没有这个").run(timeout=_SECONDS)
    assert "没有名称含" in markup(test)


@pytest.mark.usefixtures("at_home")
def test_agency_shows_all_cells_and_findings(dongchang: tuple[int, int]) -> None:
    agency, report = dongchang
    shown = markup(_page("agencies", agency=agency))
    form = set(re.findall(rf"/\?page=source&amp;report={report}&amp;cell=([a-z_.0-9]+)", shown))
    assert len(form) == 198
    assert "401,263" in shown
    assert "28,204 万元" in shown
    assert "+170" in shown
    assert "结果维持 + 结果纠正 + 其他结果 + 尚未审结 = 总计" in shown
    assert "东山区人民政府" in shown
    assert shown.count("doubted") == 5


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("agency", ["7", "x", "-1", "9" * 40, "1 OR 1=1"])
def test_an_agency_that_is_none(agency: str) -> None:
    assert "<script" not in markup(_page("agencies", agency=agency))


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("name", ["granted", "reasons", "denied", "corrected", "natural_person", "procurement", "fees"])
def test_every_indicator_by_every_group(name: str) -> None:
    test = _page("indicators", indicator=name)
    assert "gk" in markup(test)
    if name != "reasons":
        for by in ("year", "level", "type"):
            test.selectbox[1].set_value(by).run(timeout=_SECONDS)
            assert "<table" in markup(test)
    test.radio(key="scope").set_value("summary").run(timeout=_SECONDS)
    assert ("<table" in markup(test)) or name in {"granted", "denied"}
    # Nobody below a town reports, so that there is no summary of one.
    test.multiselect(key="levels").set_value(["township"]).run(timeout=_SECONDS)
    assert "gk-empty" in markup(test)


@pytest.mark.usefixtures("at_home")
def test_audit_by_severity_and_place() -> None:
    test = _page("audit")
    test.selectbox[0].set_value("error").run(timeout=_SECONDS)
    shown = markup(test)
    assert "5 条发现，涉及 1 份报告" in shown
    assert "cell=reviews.reconsideration.total" in shown


@pytest.mark.usefixtures("at_home")
def test_findings_are_told_in_the_language_of_the_page(dongchang: tuple[int, int]) -> None:
    agency, report = dongchang
    for page in (
        _page("audit", lang="en"),
        _page("agencies", agency=agency, report=report, lang="en"),
        _page("source", report=report, cell="reviews.reconsideration.total", lang="en"),
    ):
        shown = markup(page)
        assert "pending = total, per channel (Reconsideration): 1 and 0, difference 1" in shown
        assert "the total is not filled in" in shown
        assert "总计未填" not in shown and "差 1" not in shown


@pytest.mark.usefixtures("at_home")
def test_source_marks_the_cell_in_the_file(dongchang: tuple[int, int]) -> None:
    _, report = dongchang
    shown = markup(_page("source", report=report, cell="reviews.reconsideration.total"))
    assert re.search(r'lineno"><span dir="auto">587</span></td><td class="marked"><span dir="auto">0<', shown)
    assert "总计未填" in shown
    assert "2020/002_e29df57cb4037e37.txt" in shown


@pytest.mark.usefixtures("at_home")
def test_source_marks_the_cell_in_a_table(seeds: Database) -> None:
    row = seeds.rows(
        "SELECT report_key FROM cell WHERE cell_path = 'procurement.centralized_procurement.total_amount' "
        "AND raw_text = '55613033.29'"
    )
    cell = "procurement.centralized_procurement.total_amount"
    shown = markup(_page("source", report=row["report_key"][0], cell=cell))
    assert shown.count("marked") == 1
    assert '<td class="marked"><span dir="auto">55613033.29</span></td>' in shown


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("cell", ["", "nothing", "<script>", "'; DROP TABLE cell"])
def test_a_source_that_is_none(dongchang: tuple[int, int], cell: str) -> None:
    shown = markup(_page("source", report=dongchang[1], cell=cell))
    assert "<script" not in shown
    assert "2020/002_e29df57cb4037e37.txt" in shown


@pytest.mark.usefixtures("at_home")
def test_a_changed_file_is_not_shown(
    explored: Layout, dongchang: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "changed"
    shutil.copytree(explored.root, root, symlinks=True)
    file = root / "data" / "raw" / "2020" / "002_e29df57cb4037e37.txt"
    layout = Layout(root)
    layout.inventory.unlink()
    monkeypatch.setenv("GONGKAI_ROOT", str(root))
    file.write_text("something else", encoding="utf-8")
    assert "已变动" in markup(_page("source", report=dongchang[1], cell=PATHS[0]))
    file.unlink()
    assert "已不在 data/raw 中" in markup(_page("source", report=dongchang[1], cell=PATHS[0]))


@pytest.mark.usefixtures("at_home")
def test_sql_answers_one_select() -> None:
    test = _page("sql")
    test.text_area[0].set_value("SELECT count(*) AS n FROM dim_report").run(timeout=_SECONDS)
    test.button[0].click().run(timeout=_SECONDS)
    assert test.dataframe[0].value["n"].to_list() == [5]
    test.text_area[0].set_value("DROP TABLE cell").run(timeout=_SECONDS)
    test.button[0].click().run(timeout=_SECONDS)
    assert "只接受一条" in markup(test)


@pytest.mark.usefixtures("at_home")
def test_sql_is_off_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_EXPLORE_SQL", "0")
    test = _page("sql")
    assert not test.text_area
    assert not test.button


@pytest.fixture(scope="module")
def harmed(explored: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "project"
    shutil.copytree(explored.root, root, symlinks=True)
    publish_hostile(Layout(root))
    return root


def test_hostile_strings_on_every_page(harmed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(harmed))
    assert current_release(Layout(harmed)).name == hostile_release.RELEASE_ID
    for name in _MODULES:
        if name != "sql":
            harmless(_page(name))
    for by in ("province", "year"):
        test = _page("indicators")
        test.selectbox[1].set_value(by).run(timeout=_SECONDS)
        harmless(test)
    audit = _page("audit")
    for page in range(1, 1 + COUNT // audit_findings.PAGE_ROWS):
        audit.number_input[0].set_value(page).run(timeout=_SECONDS)
        harmless(audit)
    for place in range(0, COUNT, 149):
        drawn = harmless(_page("agencies", agency=FIRST_AGENCY + place))
        assert "gk-head" in drawn
        harmless(_page("source", report=FIRST_REPORT + place, cell=PATHS[place % 2]))


def test_hostile_searches(harmed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(harmed))
    for text in ("<script>", "'; DROP TABLE dim_report; --", "$$", "[链接](javascript:alert(1))", "\u202e"):
        assert "gk-head" in harmless(_page("agencies", q=text))
    assert harmless(_page("agencies", q="script")).count("<tr>") > 5
