"""Which edition a name says it is."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.declarations import DeclarationError
from pipelines.warehouse.editions import WITHDRAWN, edition, is_withdrawn, read_editions, without_edition


def of(name: str) -> float:
    return float(pl.select(edition(pl.lit(name))).item())


def test_the_examples_follow_each_other() -> None:
    stages = [of(stage.example) for stage in read_editions().stages]
    assert stages == sorted(set(stages)) and stages[0] < 0 < stages[1]
    assert of("莒县司法局2021年政府信息公开工作年度报告.docx") == 0


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("修改稿", "修改稿2"),
        ("修改稿（一）", "修改稿（第二）"),
        ("修改20220120", "修改2"),  # a date is no count
        ("未盖章", "年报"),
        ("修改稿9", "定稿"),
    ],
)
def test_editions_are_counted(earlier: str, later: str) -> None:
    assert of(earlier) < of(later)


@pytest.mark.parametrize("name", ["甲局（作废）.docx", "甲局（定稿，已撤回）.docx", "甲局更正（已撤销）"])
def test_what_was_withdrawn_stands_before_every_draft_whatever_else_its_name_says(name: str) -> None:
    assert of(name) == WITHDRAWN < of(read_editions().stages[0].example)
    assert is_withdrawn(name) and not is_withdrawn("甲局（定稿）.docx")


@pytest.mark.parametrize("name", ["甲局（修改稿2）", "甲局【定稿】", "甲局更正", "甲局", "甲局（作废）"])
def test_a_name_is_the_same_without_its_edition(name: str) -> None:
    assert pl.select(without_edition(pl.lit(name))).item() == "甲局"


@pytest.mark.parametrize(
    ("stages", "fault"),
    [
        ("[{stage: a, words: [初稿], example: 定稿}]", "has none of its words"),
        ("[{stage: a, words: [初稿], example: 初稿}, {stage: b, words: [初稿], example: 初稿}]", "stands twice"),
        ("[]", "stages"),
        ("[{stage: a, words: [作废], example: 作废}]", "stands twice"),
    ],
)
def test_a_wrong_declaration_is_refused(tmp_path: Path, stages: str, fault: str) -> None:
    path = tmp_path / "editions.yml"
    withdrawn = "{stage: withdrawn, words: [作废], example: 作废}"
    path.write_text(f"stages: {stages}\nwithdrawn: {withdrawn}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=fault):
        read_editions(path)
