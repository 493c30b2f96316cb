"""What a report says of itself: stated periods in many wordings, deadlines, sections, tables, years."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.agencies.deadlines import due_on
from pipelines.auditing.attributes import report_columns, with_attributes
from pipelines.auditing.cells import report_rules
from pipelines.contracts import contract
from pipelines.warehouse.dimensions import dim_year
from tests.auditing.frames import YEARS, Changes, cells, outcome, reports

ALL = (0, 1, 2, 3, 4, 5, 6)


def attributed(
    opening: str = "",
    form: str = "2019",
    *,
    sections: tuple[int, ...] = ALL,
    changes: Changes | None = None,
    folder: int | None = None,
    tables: str | None = None,
    **attributes: object,
) -> pl.DataFrame:
    """Return a report with its attributes; `tables` is the form whose cells there are."""
    year = YEARS[form]
    bodies = [opening if n == 0 else "正文" for n in sections]
    own = {"report_key": 1, "year_key": year}
    known = pl.DataFrame({"section": sections, "heading": [None] * len(sections), "body": bodies}).with_columns(
        report_key=pl.lit(own["report_key"], pl.Int64), heading=pl.lit(None, pl.String)
    )
    places = pl.DataFrame({"report_key": [1], "folder_year": [folder]}, schema_overrides={"folder_year": pl.Int32})
    base = {"agency_type": None, "published_on": None, "agency_status": "exact", "status": "current", "title": None}
    frame = (
        reports(form, **{**base, **attributes})
        .with_columns(pl.col("published_on").cast(pl.Date), pl.col("agency_type", "title").cast(pl.String))
        .with_columns(due_on())
    )
    printed = cells(changes or {}, tables or ("2019" if form == "narrative" else form))
    if form == "narrative" and tables is None:
        printed = printed.clear()
    return with_attributes(frame, known, printed, places, dim_year(2026))


def judged(opening: str = "", form: str = "2019", **known: Any) -> pl.DataFrame:
    """Return the evaluations of the rules over reports."""
    return pl.concat(report_rules(attributed(opening, form, **known)))


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("", "not_assessable"),
        ("本报告于2021年1月20日公布。", "not_assessable"),
        ("统计期限自2020年1月1日起至2020年12月31日止。", "pass"),
        ("统计期限为2020年1月1日至12月31日。", "pass"),
        ("统计时间：2020年1月1日—2020年12月31日。", "pass"),
        ("统计期限从 2020 年 1 月 1 日 到 12 月 31 日。", "pass"),
        ("本报告所列数据的统计期限自2020年1月1日起，至2020年12月31日止。", "pass"),
        ("所列数据截止日期为2020年12月31日。", "pass"),
        ("所列数据的统计期限截止2020年12月31日。", "pass"),
        ("所列数据截止日期为20211月31日。", "fail"),
        ("统计期限自20201月1日起至2020年12月31日止。", "fail"),
        ("统计期限自2020年1月1日起至2020年11月30日止。", "fail"),
        ("统计期限自2019年1月1日起至2019年12月31日止。", "fail"),
    ],
)
def test_stated_periods(opening: str, expected: str) -> None:
    assert outcome(judged(opening), "report.period") == expected


@pytest.mark.parametrize(
    ("kind", "published", "expected"),
    [
        ("department", date(2021, 1, 31), "pass"),
        ("department", date(2021, 2, 1), "fail"),
        ("ministry", date(2021, 2, 1), "fail"),
        ("government", date(2021, 3, 31), "pass"),
        ("government", date(2021, 4, 1), "fail"),
        ("town", date(2021, 2, 1), "pass"),
        (None, date(2021, 2, 1), "pass"),
        (None, date(2021, 4, 1), "fail"),
        ("department", None, "not_assessable"),
    ],
)
def test_a_report_is_late_after_its_deadline(kind: str | None, published: date | None, expected: str) -> None:
    assert outcome(judged(agency_type=kind, published_on=published), "report.late") == expected


@pytest.mark.parametrize(
    ("sections", "expected"), [(ALL, "pass"), ((0, 1, 2, 3, 4, 6), "fail"), ((0, *ALL[1:]), "pass")]
)
def test_sections(sections: tuple[int, ...], expected: str) -> None:
    assert outcome(judged(sections=sections), "report.section_missing") == expected


def test_words_of_the_template_are_told() -> None:
    assert outcome(judged("（镇街）2020年报告"), "report.section_missing") == "fail"


def gone(table: str, status: str) -> Changes:
    paths = cells({})["cell_path"].to_list()
    return {path: (status, None) for path in paths if path.startswith(f"{table}.")}


@pytest.mark.parametrize(
    ("table", "status", "expected"),
    [
        ("applications", "absent", "fail"),
        ("reviews", "absent", "fail"),
        ("documents", "absent", "fail"),
        ("applications", "ambiguous", "pass"),
        ("applications", "blank", "pass"),
        ("fees", "absent", "pass"),
    ],
)
def test_tables_missing(table: str, status: str, expected: str) -> None:
    assert outcome(judged(changes=gone(table, status)), "report.tables_missing") == expected


def test_a_table_without_its_heading_is_not_missing() -> None:
    found = judged(sections=(0, 1, 2, 4, 5, 6), changes=gone("applications", "absent"))
    assert outcome(found, "report.tables_missing") == "pass"


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        # The text ends with the heading: its table may have been cut off.
        ((0, 1, 2, 3, 4), "not_assessable"),
        ((0, 1, 2, 3, 4, 7), "not_assessable"),
        ((0, 1, 2, 3, 4, 5), "fail"),
        ((0, 1, 2, 3, 4, 6), "fail"),
        ((0, 1, 2, 3), "pass"),
    ],
)
def test_a_table_is_not_missing_where_the_text_ends_before_it(sections: tuple[int, ...], expected: str) -> None:
    found = judged(sections=sections, changes=gone("reviews", "absent"))
    assert outcome(found, "report.tables_missing") == expected


def test_a_table_before_the_end_of_the_text_is_missing() -> None:
    changes = {**gone("applications", "absent"), **gone("reviews", "absent")}
    assert outcome(judged(sections=(0, 1, 2, 3, 4), changes=changes), "report.tables_missing") == "fail"
    assert outcome(judged(form="narrative", sections=(0, 1, 2)), "report.tables_missing") == "not_assessable"
    assert outcome(judged(form="narrative", sections=(0, 1, 2, 3)), "report.tables_missing") == "fail"


def test_tables_of_a_narrative_are_missing_from_2019_on() -> None:
    assert outcome(judged(form="narrative"), "report.tables_missing") == "fail"
    assert outcome(judged(form="narrative", sections=(0, 1, 5)), "report.tables_missing") == "pass"
    early = judged(form="narrative", year_key=2018)
    assert outcome(early, "report.tables_missing") == "pass"


@pytest.mark.parametrize(
    ("opening", "folder", "published", "expected"),
    [
        ("", 2020, date(2021, 1, 20), "pass"),
        ("", None, None, "pass"),
        ("", 2019, None, "fail"),
        ("", 2020, date(2019, 12, 31), "fail"),
        ("统计期限自2019年1月1日起至2019年12月31日止。", 2020, None, "fail"),
        ("统计期限自2019年12月1日起至2020年11月30日止。", 2020, None, "pass"),
    ],
)
def test_years_that_disagree(opening: str, folder: int | None, published: date | None, expected: str) -> None:
    assert outcome(judged(opening, folder=folder, published_on=published), "report.year_conflict") == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("莒县2020年政府信息公开工作年度报告", "pass"),
        ("莒县2008年至2020年政府信息公开工作年度报告", "pass"),
        ("莒县二〇二〇年政府信息公开工作年度报告", "pass"),
        ("莒县政府信息公开工作年度报告", "pass"),
        (None, "pass"),
        ("莒县2002年政府信息公开工作年度报告", "fail"),
        ("莒县2099年政府信息公开工作年度报告", "fail"),
    ],
)
def test_a_title_of_another_year_than_the_text_contradicts_it(title: str | None, expected: str) -> None:
    assert outcome(judged(title=title), "report.year_conflict") == expected


@pytest.mark.parametrize(
    ("form", "year", "expected"),
    [("2019", 2020, "pass"), ("2019", 2021, "fail"), ("2021", 2020, "fail"), ("2021", 2021, "pass"),
     ("2019", 2018, "fail"), ("2019", 0, "not_assessable")],
)  # fmt: skip
def test_form_and_year(form: str, year: int, expected: str) -> None:
    assert outcome(judged(form=form, year_key=year), "report.form_year") == expected
    assert outcome(judged(form=form, year_key=year), "report.year_unknown") == ("fail" if year == 0 else "pass")


@pytest.mark.parametrize(
    ("rule", "attribute", "sound", "bad"),
    [
        ("report.agency_unclear", "agency_status", "exact", "inferred"),
        ("report.duplicate", "status", "current", "duplicate_of"),
    ],
)
def test_attributes_of_the_report(rule: str, attribute: str, sound: str, bad: str) -> None:
    assert outcome(judged(**{attribute: sound}), rule) == "pass"
    assert outcome(judged(**{attribute: bad}), rule) == "fail"


def test_rules_can_name_what_is_known_of_a_report() -> None:
    found = attributed()
    own = set(contract("dim_report").columns)
    assert set(report_columns()) - own <= {*found.columns, "agency_level"}
