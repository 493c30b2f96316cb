"""Late means the same to the audit, the explorer and the query."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.exploring.connection import Database
from pipelines.exploring.overview import punctuality
from pipelines.exploring.restriction import Filter
from tests.projects import SEEDS, build_release, make_project

QUERY = Path(__file__).resolve().parents[2] / "sql" / "queries" / "19_deadlines_missed.sql"
SEED = "002_e29df57cb4037e37.txt"
# Title, date of publication, and whether that is late.
REPORTS = (
    ("鹤岗市东山区财政局2020年政府信息公开工作年度报告", "2021-01-31", False),
    ("鹤岗市东山区教育局2020年政府信息公开工作年度报告", "2021-02-01", True),
    ("鹤岗市工农区人民政府2020年政府信息公开工作年度报告", "2021-03-31", False),
    ("鹤岗市南山区人民政府2020年政府信息公开工作年度报告", "2021-04-01", True),
    ("淄博市博山区石马镇人民政府2020年政府信息公开工作年度报告", "2021-03-01", False),
    ("鹤岗市南山区民政局2017年政府信息公开工作年度报告", "2018-03-31", False),
    ("鹤岗市工农区民政局2017年政府信息公开工作年度报告", "2018-04-01", True),
)


def test_audit_explorer_and_query_count_the_same_reports_as_late(tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    inbox = tmp_path / "data" / "raw" / "2020"
    shutil.copy(SEEDS / SEED, inbox)
    _, _, rest = (SEEDS / SEED).read_text(encoding="utf-8").partition("一、")
    for number, (title, day, _) in enumerate(REPORTS):
        text = f"{title}\n发布时间：{day} 10:20\n一、{rest.replace('2020', title[-17:-13])}"
        (inbox / f"{number}.txt").write_text(text, encoding="utf-8")
    release = build_release(layout).path
    database = Database(release)
    try:
        titles = {title for title, _, late in REPORTS if late}
        query = database.rows(QUERY.read_text(encoding="utf-8"))
        assert titles <= set(query["title"]) and not {t for t, _, late in REPORTS if not late} & set(query["title"])
        found = database.rows(
            "SELECT r.title FROM audit_finding f JOIN dim_report r USING (report_key) "
            "WHERE f.rule = 'report.late' AND r.status = 'current'"
        )
        assert sorted(found["title"]) == sorted(query["title"])
        assert punctuality(database, Filter())["late"] == len(query)
        assert all(days > 0 for days in query["days_late"].to_list())
    finally:
        database.close()
