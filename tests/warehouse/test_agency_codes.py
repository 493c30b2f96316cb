"""The code that a page prints, from the file to the release: columns, agency, finding, and the query over codes."""

from __future__ import annotations

from pathlib import Path

from pipelines.exploring.connection import Database
from tests.codes import agency_code
from tests.projects import build_release, make_project

QUERY = Path(__file__).resolve().parents[2] / "sql" / "queries" / "21_codes_of_several_agencies.sql"
TEXT = (
    "一、总体情况",
    "2020年，本机关主动公开政府信息120条，收到政府信息公开申请3件，均已按期答复。统计期限为2020年1月1日至2020年12月31日。",
    "二、主动公开政府信息情况",
    "全年制发规范性文件2件，办理行政许可36件。",
    "三、收到和处理政府信息公开申请情况",
    "新收申请3件，予以公开3件。",
    "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    "没有发生。",
    "五、政府信息公开工作存在的主要问题及改进情况",
    "公开的内容还不够丰富。",
    "六、其他需要报告的事项",
    "没有收取信息处理费。",
)
TAIAN, NINGGUO, GUICHI = agency_code("370900"), agency_code("341881", "00325701"), agency_code("341702", "00325702")
# Folder, title, index number, and what the release says: agency, status, code, and whether the code contradicts.
REPORTS = (
    ("copy.example.cn", "财政局", f"{TAIAN}/202103-1", "泰安市财政局", "inferred", TAIAN, False),
    ("www.ningguo.gov.cn", "宁国市商务局", f"{NINGGUO}/202103-1", "宁国市商务局", "exact", NINGGUO, False),
    ("copy.example.cn", "宁国市教育局", f"{GUICHI}/202103-1", "宁国市教育局", "ambiguous", GUICHI, True),
    ("www.ningguo.gov.cn", "宁国市司法局", f"{GUICHI}/202103-2", "宁国市司法局", "inferred", GUICHI, True),
    ("www.ningguo.gov.cn", "宁国市水利局", f"{NINGGUO[:-1]}!/202103-1", "宁国市水利局", "exact", None, False),
    ("www.boshan.gov.cn", "博山区审计局", "01527918X-2021-1", "博山区审计局", "exact", "01527918X", False),
    ("copy.example.cn", "博山区统计局", None, "博山区统计局", "inferred", None, False),
)


def _page(name: str, number: str | None) -> str:
    head = f"<tr><td>索引号</td><td>{number}</td><td>发布机构</td><td>{name}</td></tr>" if number else ""
    lines = "".join(f"<p>{line}</p>" for line in TEXT)
    title = f"<h1>{name}2020年政府信息公开工作年度报告</h1>"
    return f"<html><meta charset=utf-8><body><table>{head}</table>{title}{lines}</body></html>"


def test_codes_reach_the_release(tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    wrong = NINGGUO[:-1] + ("0" if NINGGUO[-1] != "0" else "1")
    for number, (folder, name, printed, *_) in enumerate(REPORTS):
        place = tmp_path / "data" / "raw" / "2020" / folder
        place.mkdir(exist_ok=True)
        text = _page(name, printed.replace(f"{NINGGUO[:-1]}!", wrong) if printed else None)
        (place / f"{number}.html").write_text(text, encoding="utf-8")
    database = Database(build_release(layout).path)
    try:
        rows = database.rows(
            "SELECT r.agency_printed, a.name, r.agency_status, r.agency_code, r.code_conflict, r.agency_code_printed, "
            "f.rule FROM dim_report r JOIN dim_agency a USING (agency_sk) LEFT JOIN audit_finding f "
            "ON f.report_key = r.report_key AND f.rule = 'report.code_conflict'"
        )
        told = {row["agency_printed"]: row for row in rows.to_dicts()}
        assert len(told) == len(REPORTS)
        for _, name, _, agency, status, code, conflict in REPORTS:
            row = told[name]
            assert (row["name"], row["agency_status"], row["agency_code"]) == (agency, status, code), name
            assert (row["code_conflict"] is not None, row["rule"] is not None) == (conflict, conflict), name
        assert told["宁国市教育局"]["code_conflict"] == f"{GUICHI}: 341702 贵池区"
        assert told["宁国市水利局"]["agency_code_printed"] == f"{wrong}/202103-1"
        assert told["博山区统计局"]["agency_code_printed"] is None
        shared = database.rows(QUERY.read_text(encoding="utf-8"))
        assert shared.select("agency_code", "agencies", "unclear_reports").rows() == [(GUICHI, 2, 1)]
    finally:
        database.close()
