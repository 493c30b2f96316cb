"""What pages say of the form."""

from __future__ import annotations

import pytest

from pipelines.exploring.statutory import with_labels


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("applications.outcome_total.other_org 与 x 相同", "「办理结果总计 · 其他」 与 x 相同"),
        ("applications.denied.state_secret.total", "「属于国家秘密 · 总计」"),
        ("reviews.reconsideration.pending 的数字可能颠倒", "「行政复议 · 尚未审结」 的数字可能颠倒"),
        ("见 2020/a.txt 与 www.example.gov.cn", "见 2020/a.txt 与 www.example.gov.cn"),
        ("", ""),
    ],
)
def test_paths_become_labels(text: str, shown: str) -> None:
    assert with_labels(text) == shown
