"""Totals and their parts in one sentence. The words of lists have their examples beside them (`test_vocabulary`)."""

from __future__ import annotations

import pytest

from tests.extracting.narrative.told import RECEIVED, figures, told


def listed(text: str) -> tuple[list[int], list[int]]:
    found = [f for f in figures(text) if f.group is not None]
    assert len({f.group for f in found}) <= 1
    return [int(f.value) for f in found if f.role == "total"], [int(f.value) for f in found if f.role == "part"]


@pytest.mark.parametrize(
    ("text", "total", "parts"),
    [
        ("全年公开信息100条，其中A 40条、B 60条。", [100], [40, 60]),
        ("收到申请10件。其中，网络申请7件，占70%；信函申请3件，占30%。", [10], [7, 3]),
        ("收到申请10件，其中网络申请6件、信函申请4件，予以公开5件，不予公开5件。", [10], [6, 4]),
        # Examples, other matters and units, lists within lists and what is not exact prove nothing.
        ("公开信息22条，其中线上15条，通知5条。", [], []),
        ("公开信息22条，其中网站15条。", [], []),
        ("公开信息1.2万条，其中网站7000条，微信6000条。", [], []),
        ("公开信息10条，其中动态8篇、公告9篇。", [], []),
    ],
)
def test_parts_of_a_total(text: str, total: list[int], parts: list[int]) -> None:
    assert listed(text) == (total, parts)


def test_a_part_of_those_received_is_no_total() -> None:
    assert told("收到政府信息公开申请10件，其中县局收到4件。") == [("10", (RECEIVED,))]
