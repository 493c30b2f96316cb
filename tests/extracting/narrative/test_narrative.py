"""Figures in prose: what a sentence can mean, what must be left out, and lists that do not add up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.extracting.narrative.figures import NarrativeFigure, narrative_figures
from pipelines.extracting.report import extract
from pipelines.extracting.sections import Section
from pipelines.reading import read
from tests.cpu import at_most

YEAR = 2022
SEEDS = Path(__file__).parents[3] / "data" / "raw" / "2020"
RECEIVED, GRANTED = "applications.received", "applications.granted"
HANDLED = (RECEIVED, f"{RECEIVED}+applications.carried_in", "applications.outcome_total")
MADE = ("documents.normative_documents.newly_made", "documents.normative_documents.issued")
PUBLISHED = ("documents.normative_documents.newly_published", "documents.normative_documents.total_published")
REPEALED = ("documents.normative_documents.repealed",)
LITIGATION = ("litigation_direct.total", "litigation_after_reconsideration.total", "litigation.total")


def figures(text: str, section: int = 1, year: int = YEAR) -> list[NarrativeFigure]:
    return narrative_figures([Section(section, None, text)], year)


def told(text: str, section: int = 1) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(f.value), f.meanings) for f in figures(text, section) if f.meanings and f.kind != "none"]


def denied(text: str, section: int = 1) -> set[str]:
    found = [f for f in figures(text, section) if f.kind == "none"]
    assert all(f.value == 0 for f in found)
    return {meaning for f in found for meaning in f.meanings}


def listed(text: str) -> tuple[list[int], list[int]]:
    found = [f for f in figures(text) if f.group is not None]
    assert len({f.group for f in found}) <= 1
    return [int(f.value) for f in found if f.role == "total"], [int(f.value) for f in found if f.role == "part"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年，我局共收到政府信息公开申请14件。", [("14", (RECEIVED,))]),
        ("全年新收政府信息公开申请二十一件。", [("21", (RECEIVED,))]),
        ("今年以来收到 9 份政府信息公开申请。", [("9", (RECEIVED,))]),
        ("全年受理依申请公开6件。", [("6", HANDLED)]),
        ("收到并办理依申请公开件8件。", [("8", HANDLED)]),
        ("收到政府信息公开申请10件，上年结转2件。", [("10", (RECEIVED,)), ("2", ("applications.carried_in",))]),
        ("收到信息公开申请7件，2021年结转3件。", [("7", (RECEIVED,)), ("3", ("applications.carried_in",))]),
        ("收到信息公开申请7件，结转2件至下一年度。", [("7", (RECEIVED,)), ("2", ("applications.carried_out",))]),
        (
            "收到依申请公开9件，除1件结转下年办理外均已答复。",
            [("9", (RECEIVED,)), ("1", ("applications.carried_out",))],
        ),
        (
            "办结政府信息公开申请9件，其中予以公开4件，部分公开2件，不予公开1件，无法提供1件，不予处理1件。",
            [
                ("9", HANDLED),
                ("4", (GRANTED,)),
                ("2", ("applications.partially_granted",)),
                ("1", ("applications.denied",)),
                ("1", ("applications.unable",)),
                ("1", ("applications.not_processed",)),
            ],
        ),
        ("（二）依申请公开情况。本年度共收到5件，予以公开3件。", [("5", (RECEIVED,)), ("3", (GRANTED,))]),
        ("收到政府信息公开申请15件，较2021年增加3件。", [("15", (RECEIVED,))]),
        ("截至2022年12月31日，收到政府信息公开申请5件。", [("5", (RECEIVED,))]),
        ("根据《2021年政务公开工作要点》，全年收到政府信息公开申请5件。", [("5", (RECEIVED,))]),
    ],
)
def test_applications(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年制发行政规范性文件两件。", [("2", MADE)]),
        ("政府规范性文件公开21条；", [("21", PUBLISHED)]),
        ("出台3件规范性文件。", [("3", MADE)]),
        ("规范性文件：制发3件，废止2件。", [("3", MADE), ("2", REPEALED)]),
        (
            "现行有效规范性文件25件，其中2022年制发5件。",
            [("25", ("documents.normative_documents.in_force",)), ("5", MADE)],
        ),
        ("规章对外公开总数量4件。", [("4", ("documents.rules.total_published",))]),
        ("作出行政处罚决定1,036件。", [("1036", ("enforcement.administrative_penalty.decisions",))]),
        ("行政许可处理决定数量77件。", [("77", ("licensing.administrative_licensing.decisions",))]),
    ],
)
def test_documents_and_decisions(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert told(text, 2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("因政府信息公开被申请行政复议2件，其中维持1件，纠正1件。", ["total", "upheld", "corrected"]),
        ("行政复议案件3件，尚未审结2件。", ["total", "pending"]),
    ],
)
def test_reconsiderations(text: str, expected: list[str]) -> None:
    assert [meanings for _, meanings in told(text, 4)] == [(f"reconsideration.{result}",) for result in expected]


def test_lawsuits() -> None:
    assert told("因信息公开被提起行政诉讼1起。") == [("1", LITIGATION)]
    assert told("未经复议直接起诉1件，复议后起诉2件。", 4) == [("1", LITIGATION[:1]), ("2", LITIGATION[1:2])]
    assert told("行政复议、行政诉讼均为0件。", 4) == [("0", ("litigation.total",)), ("0", ("reconsideration.total",))]
    assert told("行政复议、行政诉讼共3件。", 4) == []


def test_money_is_exact_in_yuan() -> None:
    text = "政府集中采购项目12个，采购总金额 712.187 895 万元。实际收取信息处理费共计１，２００元。"
    found = {meaning: f.yuan for f in figures(text + "行政事业性收费金额为1.5亿元。", 2) for meaning in f.meanings}
    assert found == {
        "procurement.project_count": None,
        "procurement.total_amount": Decimal("7121878.95"),
        "information_processing_fee": Decimal(1200),
        "fees.administrative_fees.amount_collected": Decimal(150_000_000),
    }


@pytest.mark.parametrize(
    "later", ["工程招标3项，金额12万元。", "工程招标金额12万元。", "分散采购金额3万元。", "节约资金3万元。"]
)
def test_an_amount_is_that_of_the_purchases_named_last(later: str) -> None:
    assert [f.raw for f in figures(f"政府集中采购7项，{later}", 2)] == ["7项"]


def test_the_two_fees_are_different() -> None:
    assert [f.meanings for f in figures("信息处理费400元。", 6)] == [("information_processing_fee",)]
    assert told("减免信息处理费200元，信息处理费标准为每件100元。", 6) == []


def test_a_share_names_its_part_and_its_whole() -> None:
    found = [f for f in figures("收到政府信息公开申请50件，其中予以公开20件，占40%。") if f.kind == "share"]
    assert [(f.value, f.meanings) for f in found] == [(Decimal(40), (f"share:{GRANTED}/{RECEIVED}",))]
    assert figures("依申请公开按时答复率100%，公开率30.8%。") == []


@pytest.mark.parametrize(
    "text",
    [
        "2021年收到政府信息公开申请12件。",
        "2021年收到政府信息公开申请12件，全年办结12件。",
        "自2018年以来共收到政府信息公开申请120件。",
        "2022年上半年收到政府信息公开申请26件。",
        "1-6月收到政府信息公开申请26件。",
        "截至2022年6月底，收到政府信息公开申请5件。",
        "收到政府信息公开申请100余件。",
        "共办理近100件政府信息公开申请。",
        "收到政府信息公开申请3-5件。",
        "收到政府信息公开申请1.2万件。",
        "预计收到政府信息公开申请20件。",
        "政府信息公开申请同比增加12件。",
        "收到政府信息公开申请2020 12件。",
        "收到政府信息公开申请000件。",
        "收到政府信息公开申请12人次。",
        "办理人大代表建议28件，政协提案35件。",
        "受理12345热线1234件，信访件56件，网民留言92条。",
        "共收到行政审批申请230件，予以公开230件。",
        "全年制发公文707件，主动公开673件。",
        "收到自然人政府信息公开申请5件。",
        "收到网络政府信息公开申请5件。",
        "受理涉及土地征收的政府信息公开申请5件。",
        "发放政府信息公开申请表20份，设政府信息公开申请受理点3个。",
        "按期办结政府信息公开申请36件。",
        "政府信息公开申请均在20个工作日内答复。",
        "依据《条例》第二十条、国办公开办函〔2019〕60号、〔2021〕12号件，电话0435-3590086。",
        "规范性文件解读材料3件，备案规范性文件4件，审查规范性文件12件。",
        "制定规章制度12项，印发法规规章5件。",
        "发布政策文件、规范性文件45件。",
        "以县政府名义制发规范性文件5件。",
        "公开行政处罚决定22件，行政许可信息8条。",
        "作出行政许可和行政处罚决定36件。",
        "政府采购信息15条，非集中采购项目3个，集中采购预算金额20万元。",
        "分散采购3项，金额12万元。",
        "集中采购金额一万二千元。",
        "集中采购金额3万5千元。",
        "集中采购金额1亿2000万元。",
        "集中采购金额12万余元。",
        "收到政府信息公开申请3.5件。",
        "办理行政复议案件120件。",
        "受理政府信息公开类行政复议案件12件。",
        "未发生一起涉及信息公开的举报。",
        "全市收到政府信息公开申请50件，市本级收到政府信息公开申请5件。",
        "县政府办公室收到政府信息公开申请5件。",
    ],
)
def test_what_may_mean_something_else_is_left_out(text: str) -> None:
    assert figures(text) == []


def test_a_year_above_in_the_paragraph_counts() -> None:
    assert figures("2021年，我局印发方案。全年共收到政府信息公开申请3件。") == []
    assert len(figures("2021年，我局印发方案。\n全年共收到政府信息公开申请3件。")) == 1


def test_plans_and_an_unknown_year_state_nothing() -> None:
    assert figures("收到政府信息公开申请5件。", 5) == []
    assert figures("2022年收到政府信息公开申请5件。", year=0) == []


def test_a_part_of_those_received_is_no_total() -> None:
    assert told("收到政府信息公开申请10件，受理8件，不予受理2件。") == [("10", (RECEIVED,))]
    assert told("收到政府信息公开申请10件，其中县局收到4件。") == [("10", (RECEIVED,))]


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("2022年未收到政府信息公开申请。", 3, {RECEIVED}),
        ("我镇没有接到群众主动要求公开政府信息的申请。", 1, {RECEIVED}),
        ("未收到公民、法人或其他组织提出的政府信息公开申请。", 1, {RECEIVED}),
        ("本年度无依申请公开事项.", 1, {RECEIVED}),
        ("無政府信息公開申請。", 1, {RECEIVED}),
        ("政府信息公开申请情况：无。", 1, set(HANDLED)),
        ("无结转2023年继续办理件。", 3, {"applications.carried_out"}),
        ("无政府信息公开行政复议、诉讼情况。", 4, {"reconsideration.total", "litigation.total"}),
        ("未发生一起因政府信息公开引发的行政复议案件。", 1, {"reconsideration.total"}),
        ("没有因政府信息公开引起的行政诉讼发生。", 1, {"litigation.total"}),
        ("本年度未收取信息处理费。", 6, {"information_processing_fee"}),
        ("我局未制发规范性文件。", 2, set(MADE)),
        ("政府集中采购类无。", 2, {"procurement.project_count"}),
    ],
)
def test_claims_of_none(text: str, section: int, expected: set[str]) -> None:
    assert denied(text, section) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2021年未收到政府信息公开申请。",
        "部分镇未收到政府信息公开申请。",
        "等5个部门未收到政府信息公开申请。",
        "未收到政府信息公开申请的投诉。",
        "未收到因政府信息公开申请引起的举报。",
        "未收到书面政府信息公开申请。",
        "无超期答复的政府信息公开申请。",
        "无法提供政府信息公开申请。",
        "杜绝无人受理政府信息公开申请。",
        "没有政府信息公开申请受理平台。",
        "无政府信息公开收费。",
        "未出现因政府信息公开提起行政诉讼被纠错的情况。",
        "确保无政府信息公开行政复议、行政诉讼案件。",
        "未发生行政复议案件。",
        "无政府信息公开重大行政诉讼案件。",
    ],
)
def test_what_denies_something_else_is_left_out(text: str) -> None:
    assert denied(text) == set()


@pytest.mark.parametrize(
    ("text", "total", "parts"),
    [
        ("公开信息113条，其中专栏更新25条，微信公众号更新88条。", [113], [25, 88]),
        ("公开信息25条，其中，网站发布48条;微信发布17条、抖音号发布11条。", [25], [48, 17, 11]),
        ("全年公开信息100条，其中A 40条、B 60条。", [100], [40, 60]),
        ("发布信息150条，分别为网站100条、微博20条、微信20条。", [150], [100, 20, 20]),
        ("发布信息22条，其中线上15条，其他5条。", [22], [15, 5]),
        ("收到申请10件。其中，网络申请7件，占70%；信函申请3件，占30%。", [10], [7, 3]),
        ("主动公开规章13件（含新制定5件，修改4件，废止4件），其他文件113件。", [13], [5, 4, 4]),
        ("收到申请10件，其中网络申请6件、信函申请4件，予以公开5件，不予公开5件。", [10], [6, 4]),
        # Examples, other matters, lists within lists and approximations prove nothing.
        ("公开信息22条，其中线上15条，通知5条。", [], []),
        ("公开信息22条，其中网站15条。", [], []),
        ("发布信息100条，其中动态60条、公告30条，微信公众号发布80条。", [], []),
        ("发布信息20条，视频约100余条，其中网站60条、微信40条。", [], []),
        ("公开信息1.2万条，其中网站7000条，微信6000条。", [], []),
        ("收到申请10件，行政复议、行政诉讼分别为2件、3件。", [], []),
        ("收到申请10件，其中予以公开8件、不予公开4件。", [], []),
        ("公开信息10条，其中动态8篇、公告9篇。", [], []),
    ],
)
def test_parts_of_a_total(text: str, total: list[int], parts: list[int]) -> None:
    assert listed(text) == (total, parts)


def test_places_and_raw_text_are_those_of_the_section() -> None:
    text = "一段话。\n２０２２年，共收到政府信息公开申请 1,\u3000234 件，办结 二十 件。下一句。"
    first, second = figures(text)
    assert [f.ordinal for f in (first, second)] == [1, 2]
    assert (first.raw, first.value, first.unit) == ("1,\u3000234 件", Decimal(1234), "件")
    assert (second.raw, second.value) == ("二十 件", Decimal(20))
    assert all(text[f.start : f.end] == f.raw for f in (first, second))
    assert first.sentence == "２０２２年，共收到政府信息公开申请 1,\u3000234 件，办结 二十 件。"


def test_a_sentence_over_two_lines_is_read_but_two_numbers_are_not_joined() -> None:
    line = "我局严格按照条例的要求办理依申请公开工作，全年共收到政府信息公开申请"
    assert told(f"{line}\n12件。") == [("12", (RECEIVED,))]
    assert told(f"{line}1\n2件。") == []


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
        ("procurement.project_count",): (Decimal(7), None, "7项"),
        ("procurement.total_amount",): (Decimal("359.3"), Decimal(3_593_000), "359.3万元"),
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
    text = (unit * 200_000)[:200_000] + "件"
    with at_most(20):
        figures(text)
