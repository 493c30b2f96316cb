"""An office's own report, or that of all below it."""

from __future__ import annotations

import pytest

from pipelines.agencies.scopes import OWN, SUMMARY, UNKNOWN, scope_of

_COLLECTED = "本报告由区政府办公室汇总各镇办部门数据编制。汇总全区各部门"


@pytest.mark.parametrize(
    ("name", "kind", "text", "scope"),
    [
        ("博山区教育局", "department", None, OWN),
        ("博山镇人民政府", "town", _COLLECTED, OWN),
        ("海关总署(本级机关)", "ministry", None, OWN),
        ("海关系统", "ministry", None, SUMMARY),
        ("广州海关关区", "vertical", None, SUMMARY),
        ("淄博市教育局（汇总）", "department", None, SUMMARY),
        ("博山区人民政府", "government", None, UNKNOWN),
        ("博山区人民政府", "government", _COLLECTED, SUMMARY),
        ("博山区人民政府", "government", "本报告由办公室编制。", UNKNOWN),
        ("博山区人民政府办公室", "government_office", None, OWN),
        ("博山区人民政府办公室", "government_office", _COLLECTED, UNKNOWN),
        ("某某", None, None, UNKNOWN),
    ],
)
def test_scope(name: str, kind: str | None, text: str | None, scope: str) -> None:
    assert scope_of(name, kind, text) == scope


def test_only_the_beginning_of_a_text_counts() -> None:
    assert scope_of("博山区人民政府", "government", f"{'。' * 3000}{_COLLECTED}") == UNKNOWN
