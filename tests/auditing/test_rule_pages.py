"""docs/rules.md is what the rules say."""

from __future__ import annotations

from pipelines.auditing import RULES
from pipelines.auditing.local_packs import local_packs
from pipelines.auditing.rule_pages import PAGE, rules_markdown

TEXT = rules_markdown()


def test_the_committed_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == TEXT, "stale: run `make docs`"


def test_every_rule_stands_there_once_with_its_source() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("| `")]
    packs = [(rule, pack) for pack in local_packs().values() for rule in pack.rules]
    assert len(lines) == len(RULES) + len(packs)
    for rule in (*RULES, *(rule for rule, _ in packs)):
        (line,) = (line for line in lines if line.startswith(f"| `{rule.rule}` |"))
        assert line.count(" | ") == 5
        assert all(each.text_zh in line and each.text_en in line for each in rule.source)


def test_a_pack_tells_its_place_and_years() -> None:
    _, _, local = TEXT.partition("## 地方规则包")
    assert "### wuwei" in local
    assert "`620600`. Report years 报告年度: 2025." in local
    assert "local.wuwei" not in TEXT.partition("## 地方规则包")[0]
