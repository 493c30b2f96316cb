"""Figures of whole reports: which sections and sentences count, and where each figure stands.

What a sentence can mean stands beside the words, as examples (`test_vocabulary`).
"""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.extracting.narrative.figures import NarrativeFigure, narrative_figures
from pipelines.extracting.report import extract
from pipelines.extracting.sections import Section
from pipelines.reading import read
from tests.extracting.narrative.told import RECEIVED, figures, told

SEEDS = Path(__file__).parents[3] / "data" / "raw" / "2020"
GRANTED = "applications.granted.total"
HANDLED = (RECEIVED, "applications.received_and_carried_in", "applications.outcome_total.total")
PUBLISHED = ("documents.normative_documents.newly_published", "documents.normative_documents.total_published")
PROJECTS, AMOUNT = (f"procurement.centralized_procurement.{name}" for name in ("project_count", "total_amount"))


def test_all_outcomes_of_one_sentence() -> None:
    parts = "其中予以公开4件，部分公开2件，不予公开1件，无法提供1件，不予处理1件。"
    assert told(f"办结政府信息公开申请9件，{parts}") == [
        ("9", HANDLED),
        ("4", (GRANTED,)),
        ("2", ("applications.partially_granted.total",)),
        ("1", ("applications.denied",)),
        ("1", ("applications.unable",)),
        ("1", ("applications.not_processed",)),
    ]


def test_money_is_exact_in_yuan() -> None:
    text = "政府集中采购项目12个，采购总金额 712.187 895 万元。实际收取信息处理费共计１，２００元。"
    found = {meaning: f.yuan for f in figures(text + "行政事业性收费金额为1.5亿元。", 2) for meaning in f.meanings}
    assert found == {
        PROJECTS: None,
        AMOUNT: Decimal("7121878.95"),
        "narrative.information_processing_fee": Decimal(1200),
        "fees.administrative_fees.amount_collected": Decimal(150_000_000),
    }


@pytest.mark.parametrize(
    "later", ["工程招标3项，金额12万元。", "工程招标金额12万元。", "分散采购金额3万元。", "节约资金3万元。"]
)
def test_an_amount_is_that_of_the_purchases_named_last(later: str) -> None:
    assert [f.raw for f in figures(f"政府集中采购7项，{later}", 2)] == ["7项"]


def test_a_share_is_of_a_part_and_a_whole() -> None:
    found = [f for f in figures("收到政府信息公开申请50件，其中予以公开20件，占40%。") if f.kind == "share"]
    assert [(f.value, f.meanings) for f in found] == [(Decimal(40), (f"{GRANTED}/{RECEIVED}",))]


@pytest.mark.parametrize(
    "text",
    [
        "办理人大代表建议28件，政协提案35件。",
        "受理12345热线1234件，信访件56件，网民留言92条。",
        "全年制发公文707件，主动公开673件。",
        "发放政府信息公开申请表20份，设政府信息公开申请受理点3个。",
        "依据《条例》第二十条、国办公开办函〔2019〕60号、〔2021〕12号件，电话0435-3590086。",
        "规范性文件解读材料3件，备案规范性文件4件，审查规范性文件12件。",
        "公开行政处罚决定22件，行政许可信息8条。",
        "作出行政许可和行政处罚决定36件。",
        "政府采购信息15条，非集中采购项目3个，集中采购预算金额20万元。",
        "分散采购3项，金额12万元。",
        "减免信息处理费200元，信息处理费标准为每件100元。",
        "办理行政复议案件120件。",
        "政府信息公开申请同比增加12件。",
        "全市收到政府信息公开申请50件，市本级收到政府信息公开申请5件。",
        "2021年未收到政府信息公开申请。",
        "未发生一起涉及信息公开的举报。",
        "未收到因政府信息公开申请引起的举报。",
        "无超期答复的政府信息公开申请。",
        "杜绝无人受理政府信息公开申请。",
        "无政府信息公开收费。",
        "未出现因政府信息公开提起行政诉讼被纠错的情况。",
        "无政府信息公开重大行政诉讼案件。",
    ],
)
def test_what_may_mean_something_else_is_left_out(text: str) -> None:
    assert figures(text) == []


def test_a_year_above_in_the_paragraph_counts() -> None:
    assert figures("2021年，我局印发方案。全年共收到政府信息公开申请3件。") == []
    assert len(figures("2021年，我局印发方案。\n全年共收到政府信息公开申请3件。")) == 1


def test_a_year_in_a_title_or_a_comparison_does_not() -> None:
    assert told("根据《2021年政务公开工作要点》，全年收到政府信息公开申请5件。") == [("5", (RECEIVED,))]
    assert told("收到政府信息公开申请15件，较2021年增加3件。") == [("15", (RECEIVED,))]


def test_plans_and_an_unknown_year_state_nothing() -> None:
    assert figures("收到政府信息公开申请5件。", 5) == []
    assert figures("2022年收到政府信息公开申请5件。", year=0) == []


def test_places_and_raw_text_are_those_of_the_section() -> None:
    text = "一段话。\n２０２２年，共收到政府信息公开申请 1,\u3000234 件，办结 二十 件。下一句。"
    first, second = figures(text)
    assert [f.ordinal for f in (first, second)] == [1, 2]
    assert (first.raw, first.value, first.unit) == ("1,\u3000234 件", Decimal(1234), "件")
    assert (second.raw, second.value) == ("二十 件", Decimal(20))
    assert all(text[f.start : f.end] == f.raw for f in (first, second))
    assert first.sentence == "２０２２年，共收到政府信息公开申请 1,\u3000234 件，办结 二十 件。"


def test_claims_of_none_count_zero() -> None:
    found = figures("无政府信息公开行政复议、诉讼情况。", 4)
    assert [(f.kind, f.value, f.unit) for f in found] == [("none", Decimal(0), None)] * 2


def seed(number: str) -> list[NarrativeFigure]:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    report = extract(read(path.read_bytes()), 2026)
    return narrative_figures(report.sections, report.headline.year)


def test_seed_000_lists_more_than_its_total() -> None:
    found = [f for f in seed("000") if f.group == 1]
    assert [(int(f.value), f.role) for f in found] == [
        (2525, "total"),
        (480, "part"),
        (1749, "part"),
        (116, "part"),
        (1170, "part"),
    ]


def test_seed_001_states_its_normative_documents() -> None:
    found = seed("001")
    assert [(int(f.value), f.meanings) for f in found if f.kind == "count"] == [(21, PUBLISHED), (21, PUBLISHED)]
    assert not [f for f in found if f.role]


def test_seed_002_states_its_applications() -> None:
    assert [(int(f.value), f.meanings) for f in seed("002")] == [(3, HANDLED), (3, (GRANTED,))]


def test_seed_003_states_its_procurement() -> None:
    found = {f.meanings: (f.value, f.yuan, f.raw) for f in seed("003") if f.kind != "none"}
    assert found == {
        (PROJECTS,): (Decimal(7), None, "7项"),
        (AMOUNT,): (Decimal("359.3"), Decimal(3_593_000), "359.3万元"),
    }


def test_seed_004_lists_what_adds_up() -> None:
    found = seed("004")
    assert [(int(f.value), f.role) for f in found if f.role] == [(113, "total"), (25, "part"), (88, "part")]
    assert [f.meanings for f in found if f.kind == "none"] == [(RECEIVED,)]


HOSTILE = (
    *("1", "1,", "1.", "1 ", "1\n", "一", "一件", "12件", "(", "()", "、", "。", " ", "未", "未收到", "其中", "2020年"),
    *("其中1件，", "信息公开申请数量", "集中采购项目", "较上年增加", "无行政复议、行政诉讼"),
    "公开信息3条，其中网站2条，微信1条；",
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_no_time(unit: str) -> None:
    """CPU with a wide bound: what grows with the square of the text takes minutes."""
    text = (unit * 200_000)[:200_000] + "件"
    began = time.process_time()
    figures(text)
    assert time.process_time() - began < 20


def test_sections_keep_their_own_figures() -> None:
    sections = [Section(number, None, "收到政府信息公开申请5件。") for number in (1, 3)]
    assert [(f.ordinal, f.section) for f in narrative_figures(sections, 2022)] == [(1, 1), (2, 3)]
