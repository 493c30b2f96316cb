"""An office's own report, or that of all below it, and what that rests on."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipelines.agencies.resolver import Resolver
from pipelines.agencies.scopes import (
    BY_LAW,
    OWN,
    STATED,
    SUMMARY,
    UNKNOWN,
    WORDED,
    Scope,
    scope_of,
)

_COLLECTED = "本报告由区政府办公室汇总各镇办部门数据编制。汇总全区各部门"
# Sentences of real reports with the truth by hand; names as they are printed.
SENTENCES = list(
    csv.DictReader(Path(__file__).with_name("scope_sentences.csv").read_text(encoding="utf-8").splitlines())
)
LEAST_SENTENCES = 100
NOTHING = Scope(UNKNOWN, None)


@pytest.mark.parametrize(
    ("name", "kind", "text", "scope"),
    [
        ("博山区教育局", "department", None, Scope(OWN, BY_LAW)),
        ("博山镇人民政府", "town", _COLLECTED, Scope(OWN, BY_LAW)),
        ("海关总署(本级机关)", "ministry", None, Scope(OWN, STATED)),
        ("海关系统", "ministry", None, Scope(SUMMARY, STATED)),
        ("广州海关关区", "vertical", None, Scope(SUMMARY, STATED)),
        ("淄博市教育局（汇总）", "department", None, Scope(SUMMARY, STATED)),
        ("博山镇（汇总）", "town", None, Scope(OWN, BY_LAW)),
        ("博山区人民政府", "government", None, Scope(SUMMARY, BY_LAW)),
        ("博山区人民政府（本级）", "government", _COLLECTED, Scope(OWN, STATED)),
        ("博山区人民政府", "government", _COLLECTED, Scope(SUMMARY, STATED)),
        ("博山区人民政府", "government", "本报告由办公室编制。", Scope(SUMMARY, BY_LAW)),
        ("博山区人民政府办公室", "government_office", None, Scope(OWN, BY_LAW)),
        ("博山区人民政府办公室", "government_office", _COLLECTED, NOTHING),
        ("某某", None, None, NOTHING),
    ],
)
def test_scope(name: str, kind: str | None, text: str | None, scope: Scope) -> None:
    assert scope_of(name, kind, text) == scope


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        # A city of departments without its counties is neither its own nor the whole.
        ("本报告汇总市政府各部门数据编制。本报告数据不含各县（市、区）。", NOTHING),
        ("本报告数据不含各县（市、区）和部门。", Scope(OWN, STATED)),
        ("本报告所列数据统计范围为市本级。", Scope(OWN, STATED)),
        # Article 49 calls the whole report one of 本级政府.
        ("现向社会公布本级政府2022年政府信息公开工作年度报告。", Scope(SUMMARY, BY_LAW)),
        ("根据《关于各县（市、区）、市直各部门做好年度报告编制的通知》要求，编制本报告。", Scope(SUMMARY, BY_LAW)),
        ("根据各部门做好年度报告编制工作的通知要求，编制本报告。", Scope(SUMMARY, BY_LAW)),
        ("全市共收到申请100件，其中市政府办公室收到申请20件。", Scope(SUMMARY, WORDED)),
        ("在全市会议上作经验交流，全市排名第3位。", Scope(SUMMARY, BY_LAW)),
        ("市政府共收到政府信息公开申请36件。", NOTHING),
        ("市政府办公室收到申请20件。", Scope(OWN, WORDED)),
    ],
)
def test_what_a_government_says(text: str, scope: Scope) -> None:
    assert scope_of("淄博市人民政府", "government", text) == scope


@pytest.mark.parametrize(
    ("kind", "text", "scope"),
    [
        ("vertical", "本报告数据涵盖全省税务系统。", Scope(SUMMARY, STATED)),
        ("department", "本报告所列数据包括市局机关及所属各分局。", Scope(SUMMARY, STATED)),
        ("department", "要求全系统公开，全市共收到申请100件。", Scope(OWN, BY_LAW)),
        ("department", "本报告汇总各镇、各部门数据编制。", Scope(OWN, BY_LAW)),
        ("functional_zone", "全区共收到申请100件。", Scope(OWN, BY_LAW)),
        ("functional_zone", "本报告由管委会办公室汇总各镇街、各部门数据编制。", Scope(SUMMARY, STATED)),
        ("government_office", "全市共收到申请100件。", Scope(OWN, BY_LAW)),
        ("subdistrict", "本报告汇总各社区、各部门数据编制。", Scope(OWN, BY_LAW)),
    ],
)
def test_what_other_agencies_say(kind: str, text: str, scope: Scope) -> None:
    assert scope_of("某机关", kind, text) == scope


def test_without_a_place_a_government_may_be_a_towns() -> None:
    assert scope_of("人民政府", "government", None, has_place=False) == NOTHING


def test_the_middle_of_a_long_text_does_not_count() -> None:
    text = f"{'。' * 7000}{_COLLECTED}{'。' * 7000}"
    assert scope_of("博山区人民政府", "government", text) == Scope(SUMMARY, BY_LAW)


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: f"{row['name']} {row['text'][:12]}")
def test_sentences_of_real_reports(row: dict[str, str], resolver: Resolver) -> None:
    found = resolver.resolve(row["name"], 2020, text=row["text"])
    assert (found.scope, found.scope_basis or "") == (row["scope"], row["basis"])


def test_there_are_sentences_of_every_scope_and_basis() -> None:
    assert len(SENTENCES) >= LEAST_SENTENCES
    assert {row["scope"] for row in SENTENCES} == {OWN, SUMMARY, UNKNOWN}
    assert {row["basis"] for row in SENTENCES} == {STATED, WORDED, BY_LAW, ""}
