"""年报总表 and 审核: what someone who knows no SQL filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from pipelines.exporting.files import export
from pipelines.exporting.wide import figures, headings
from pipelines.releases.open_release import connect
from tests.exporting.hostile import hostile_release
from tests.planted import planted


@pytest.fixture(scope="module")
def refusing(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release in which 东昌区 refused 7 of 10 for two reasons, and 东山区 has a reason without a number."""
    release = hostile_release(seed_release, tmp_path_factory.mktemp("refusing"))
    told = {"denied.third_party_rights": 5, "denied.deliberative_process": 2, "granted": 3, "outcome_total": 10}
    with duckdb.connect(str(release / "gongkai.duckdb")) as connection:
        keys = dict(
            connection.execute(
                "SELECT a.county, report_key FROM dim_report JOIN dim_agency AS a USING (agency_sk)"
            ).fetchall()
        )
        for line, cases in told.items():
            connection.execute(
                "UPDATE cell SET value = ? WHERE report_key = ? AND cell_path = ?",
                [cases, keys["东昌区"], f"applications.{line}.total"],
            )
        connection.execute(
            "UPDATE cell SET value = NULL, status = 'blank' "
            "WHERE report_key = ? AND cell_path = 'applications.denied.state_secret.total'",
            [keys["东山区"]],
        )
    return release


def _rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_which_county_refused_most_and_why(refusing: Path, tmp_path: Path) -> None:
    export(refusing, tmp_path, "xlsx")
    rows = [
        row for row in _rows(tmp_path / "gongkai.xlsx", "年报总表") if (row["报告年度"], row["层级"]) == (2020, "县级")
    ]
    most = max(rows, key=lambda row: row["不予公开合计"] or 0)
    assert (most["行政机关名称"], most["县级"], most["不予公开合计"], most["不予公开率"]) == (
        "东昌区人民政府",
        "东昌区",
        7,
        0.7,
    )
    assert (most["主要不予公开情形"], most["主要情形件数"]) == ("保护第三方合法权益", 5)
    assert (most["不予公开：保护第三方合法权益"], most["不予公开：属于四类过程性信息"], most["公开率"]) == (5, 2, 0.3)


def test_a_sum_with_a_part_without_number_is_empty(refusing: Path, tmp_path: Path) -> None:
    export(refusing, tmp_path, "xlsx")
    (row,) = [row for row in _rows(tmp_path / "gongkai.xlsx", "年报总表") if row["县级"] == "东山区"]
    assert row["不予公开合计"] == row["不予公开率"] == row["主要不予公开情形"] == row["不予公开：属于国家秘密"] == ""


def test_every_figure_equals_its_cell(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "xlsx", language="en")
    rows = {int(row["report_key"]): row for row in _rows(tmp_path / "gongkai.xlsx", "Reports")}
    with connect(seed_release) as connection:
        cells = connection.execute(
            "SELECT report_key, cell_path, coalesce(yuan, value), status FROM cell WHERE is_statutory"
        ).fetchall()
    assert len(rows) == 5
    wanted = {figure.path for figure in figures()}
    compared = 0
    for key, path, value, _ in cells:
        if path in wanted:
            shown = rows[key][path]
            assert shown == ("" if value is None else float(value)), (key, path)
            compared += 1
    assert compared == 5 * 66


def test_findings_show_rule_agency_and_printed_cell(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "xlsx")
    rows = _rows(tmp_path / "gongkai.xlsx", "审核")
    with connect(seed_release) as connection:
        count = connection.execute("SELECT count(*) FROM audit_finding").fetchone()
    assert count == (len(rows),)
    assert rows[0]["严重程度"] == "错误" and rows[0]["行政机关名称"] == "东昌区人民政府"
    found = [row for row in rows if row["单元格路径"] == "applications.carried_out.total"]
    assert found[0]["原文"] == "0" and found[0]["行号"] == 533 and "3 与 0，差 3" in found[0]["说明"]
    said = [row["说明"] for row in rows if row["规则标识"] == "narrative.documents"]
    assert said[0].startswith("正文所述规章或规范性文件数与表格不符（“规范性文件 · 本年新公开数量”：")


def test_findings_of_an_english_sheet_are_in_english(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "xlsx", language="en", summary=True)
    rows = _rows(tmp_path / "gongkai.xlsx", "Audit")
    (found,) = (row for row in rows if row["rule"] == "reviews.channel_sum")
    assert found["message"] == (
        "upheld + corrected + other_result + pending = total, per channel (Reconsideration): 1 and 0, difference 1"
    )
    assert (found["severity"], found["hint"]) == ("error", "the total is not filled in")
    said = [row["message"] for row in rows if row["rule"] == "narrative.documents"]
    assert "(“documents, normative documents, newly published”: " in said[0] and "a blank is taken for 0" in said[0]


def test_headers_are_unique_in_both_languages() -> None:
    for names in ([h.zh for h in headings()], [h.en for h in headings()]):
        assert len(set(names)) == len(names)


def test_a_summary_has_the_sheets_for_readers_and_no_tables(seed_release: Path, tmp_path: Path) -> None:
    written: list[tuple[int, int]] = []
    export(seed_release, tmp_path, "xlsx", summary=True, progress=lambda _, rows, total: written.append((rows, total)))
    book = CalamineWorkbook.from_path(str(tmp_path / "gongkai.xlsx"))
    assert book.sheet_names == ["说明", "年报总表", "审核"]
    assert len(_rows(tmp_path / "gongkai.xlsx", "年报总表")) == 5
    told = book.get_sheet_by_name("说明").to_python()
    assert ["年报总表", "年报总表", "denied_rate", "不予公开率", "浮点数", "是", "", ""] in told
    assert written[-1] == (24, 24)
    assert "| denied_rate | 不予公开率 |" in (tmp_path / "codebook.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("file_format", "tables"), [("csv", []), ("xlsx", ["cell"])])
def test_a_summary_of_anything_else_is_refused(
    seed_release: Path, tmp_path: Path, file_format: str, tables: list[str]
) -> None:
    with pytest.raises(ValueError, match="give --format xlsx and no --table"):
        export(seed_release, tmp_path / "out", file_format, tables, summary=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("summary", [True, False])
def test_findings_of_reports_that_do_not_count_are_not_among_those_of_readers(
    seed_release: Path, tmp_path: Path, summary: bool
) -> None:
    for others in (False, True):
        release = planted(seed_release, tmp_path / f"{others}", twin=None, others=others)
        export(release, tmp_path / f"out-{others}", "xlsx", summary=summary)
    alone, beside = (tmp_path / f"out-{others}" / "gongkai.xlsx" for others in (False, True))
    found = _rows(beside, "审核")
    assert found == _rows(alone, "审核") and len(found) > 5
    assert {row["报告键"] for row in found} <= {row["报告键"] for row in _rows(beside, "年报总表")}
    said = [str(row[0]) for row in CalamineWorkbook.from_path(str(beside)).get_sheet_by_name("说明").to_python()]
    assert any("审核只列现行报告" in line for line in said)
