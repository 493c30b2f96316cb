"""This year's text against last year's: figures and order decide nothing, short texts say nothing."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.auditing.copying import copied_texts
from pipelines.auditing.evaluate import findings

SENTENCES = [
    f"本机关第{name}方面的工作在全年得到扎实推进，{name}科室按照要求完成了既定的公开任务。"
    for name in "甲乙丙丁戊己庚辛壬癸"
]
OTHER = [
    f"今年新设的{name}号窗口开始接待群众，{name}号答复流程由专人负责并逐月通报办理进度。"
    for name in "子丑寅卯辰巳午未申酉"
]


def text(sentences: list[str], year: int, figure: int = 7, section: int = 1) -> pl.DataFrame:
    body = "".join(sentences) + f"全年收到申请{figure}件。"
    rows = [(1, year, section, "一、总体情况", body)]
    columns = ["report_key", "year_key", "section", "heading", "body"]
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.mark.parametrize(
    ("own", "before", "expected"),
    [
        (SENTENCES, SENTENCES, "fail"),
        (SENTENCES, SENTENCES[::-1], "fail"),
        (SENTENCES, SENTENCES[:5] + OTHER[:5], "pass"),
        (SENTENCES, OTHER, "pass"),
        (SENTENCES, SENTENCES + OTHER, "pass"),
        (SENTENCES[:3], SENTENCES[:3], "not_assessable"),
    ],
)
def test_copied_text(own: list[str], before: list[str], expected: str) -> None:
    (found,) = copied_texts(text(own, 2023, 9), text(before, 2022, 4))
    assert found.select("rule", "scope", "outcome", "year_key").rows() == [
        ("years.copied", "narrative", expected, 2023)
    ]


def test_what_is_equal_is_reported() -> None:
    (found,) = copied_texts(text(SENTENCES, 2023), text(SENTENCES, 2022))
    assert found["left_value"].to_list() == [1]
    told = findings(found.with_columns(pl.col("report_key").cast(pl.Int64), pl.col("year_key").cast(pl.Int32)))
    assert told["message"].to_list() == ["内容与上年报告雷同（正文 100.0% 相同）"]
    assert told["message_en"].str.ends_with(" (100.0% of the text is the same)").to_list() == [True]
    assert told["severity"].to_list() == ["warning"]


def test_instructions_before_and_links_after_the_report_are_not_its_text() -> None:
    (found,) = copied_texts(text(SENTENCES, 2023, section=0), text(SENTENCES, 2022, section=7))
    assert found.is_empty()


def test_a_text_without_words_is_no_copy() -> None:
    signs = ["——（）" * 200]
    (found,) = copied_texts(text(signs, 2023), text(signs, 2022))
    assert found["outcome"].to_list() == ["not_assessable"]


def test_a_report_without_last_year_has_no_evaluation() -> None:
    other = text(SENTENCES, 2022).with_columns(report_key=pl.lit(2))
    (found,) = copied_texts(text(SENTENCES, 2023), other)
    assert found.is_empty()
