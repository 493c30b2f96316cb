"""The words around a number -> the measures it can mean. In doubt none: an invented figure accuses an office falsely.

Belongs here: counts, amounts and shares. Keep out: claims that there was none (`denials`).
"""

from __future__ import annotations

import re

from pipelines.extracting.narrative.applications import application_meanings
from pipelines.extracting.narrative.clauses import Clause

REVIEWS = 4
# Units that count applications, documents and cases; 人次 or 篇 count something else.
_PIECES = frozenset(("件", "件次", "条", "份", "个", "项", "起", "例", "宗", "部"))
# 政策文件、规范性文件45件 counts both.
_JOINED = re.compile(r"[、和及与或](?:行政|政府|各类|其[他它])*+$")
PROCESSING_FEE = "information_processing_fee"
RULES, NORMATIVE = "documents.rules", "documents.normative_documents"
PROJECTS, PURCHASES = "procurement.project_count", "procurement.total_amount"
LITIGATION = ("litigation_direct", "litigation_after_reconsideration", "litigation")

# The object named last must be the document itself: 规范性文件解读 is another thing.
_DOCUMENT = re.compile(r"(?P<rules>(?<!法规)(?<!法规、)规章(?!制度))|规范性文件")
_DOCUMENT_TAIL = re.compile(
    r"^(?:正式|公开|发布|公布|制发|废止|现行有效|有效|对外|全文|本年|主动|新|件|数|量|数量|总数|总|共|共计|合计|总计|计|为|有|是|达|到|了|的|:)*+$"
)
_DOCUMENT_OTHER = re.compile(
    r"备案|审[查核]|清理|修[改订]|报送|报备|解读|征求|评估|起草|党内|转发|草案|拟|上级|各类文件|[省市区县州旗](?:人民)?政府|修正|失效|等"
)
_DOCUMENT_VERBS = (
    (re.compile(r"对外公开.*总|公开总"), ("total_published",)),
    (re.compile(r"废止"), ("repealed",)),
    (re.compile(r"现行有效|继续有效|保留"), ("in_force",)),
    (re.compile(r"制发|制定|制作|制订|出台|印发"), ("newly_made", "issued")),
    (re.compile(r"发布|公布"), ("newly_made", "newly_published", "total_published", "issued")),
    (re.compile(r"公开"), ("newly_published", "total_published")),
)
_FOLLOWING_DOCUMENTS = re.compile(
    r"^(?:,|、|;|\(|:|其中|含|和|及|并|已|共|新|本年度?|今年|全年)*+(?P<verb>废止|现行有效|继续有效|制发|制定|出台|印发)(?:件|数|量|的|为|有|共|:)*+$"
)

_CLAUSE_MARK = re.compile(r"[,;:。(]")

_DECISION = re.compile(
    r"行政(?P<kind>许可|处罚|强制)(?:的)?(?:处理)?决定(?:书)?(?:数量|数|共|计|为|有|:|总数|总计|合计|量)*+$"
)
_DECISION_RIGHT = re.compile(r"^(?:的)?行政(?P<kind>许可|处罚|强制)(?:处理)?决定")
_DECISION_OTHER = re.compile(r"公[开示布]|信息|录入|归集|推送|双公示|上报|案卷|备案|撤销")
DECISIONS = {
    "许可": "licensing.administrative_licensing.decisions",
    "处罚": "enforcement.administrative_penalty.decisions",
    "强制": "enforcement.administrative_coercion.decisions",
}

_PURCHASE = re.compile(
    r"(?<!非)(?:政府)?集中采购(?:类|项目|总|工作|事项|数量|数|共|共计|总计|合计|计|有|为|涉及|完成|实施|开展|了|的|:)*+$"
)
_PURCHASE_RIGHT = re.compile(r"^(?:的)?(?:政府)?集中采购(?:项目|事项)?$")
_PRICE = re.compile(
    r"^(?:政府|采购|项目|类|涉及|成交|中标|合同|支出|规模|总?金额|资金|总额|总价|价款|经费|共计|合计|总计"
    r"|共|计|总|额|为|达|到|是|人民币|的|了|数|,|:|、)*+$"
)
_PRICED = re.compile(r"[额价资]|经费|计")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_PRICE_OTHER = re.compile(r"预算|节[约支省]|平均|下降|计划|中标率|分散")
_FEE = re.compile(
    r"信息(?:公开)?(?:信息)?处理费(?:用)?(?:收入|金额|总额|共计|共|合计|总计|计|为|是|了|的|收取|:|人民币)*+$"
)
_FEE_LATER = re.compile(r"^(?:,|其中)?(?:共计|合计|总计|共|金额|总额|收取)(?:共计|合计|共|为|:)*+$")
_LEVY = re.compile(r"行政事业性收费(?:项目)?(?:收入|金额|总额|共计|共|合计|总计|计|为|是|了|的|收取|:|人民币)*+$")
_FEE_OTHER = re.compile(r"减[免征少]|免[收征]|停征|取消|标准|每|不超过|退")
_TOPIC = re.compile(r"(?<!非)集中采购|分散|处理费|收费|许可|处罚|强制")

RECONSIDERATION = re.compile(r"复议")
LAWSUIT = re.compile(r"诉讼|起诉|应诉")
_REVIEW_TAIL = re.compile(
    r"(?:复议|诉讼|起诉|应诉)(?:的|申请|案件|案|事项|件|情况|情形|数量|数|量|总数|总计|合计|共计|共|计|为|有|发生|:)*+$"
)
_BOTH_TAIL = re.compile(
    r"(?:复议|诉讼)(?:的|申请|案件|案|事项|件|情况|情形|数量|数|量|总数|均|都|总计|合计|共计|共|计|为|有|发生|:)*+$"
)
_REVIEW_OTHER = re.compile(
    r"受理|办理|审[理结查]|立案|作出|做出|答辩|出庭|率|撤|化解|调解|参加|收到.*决定|一审|二审|再审|文书|建议"
)
_REVIEW_RIGHT = re.compile(
    r"^(?:的)?(?:因?政府信息公开|涉及|信息公开|类|行政|案件|引起|引发|的)*+(?:行政)?(?P<what>复议|诉讼)(?:案件|申请|案)?$"
)
_DISCLOSURE = re.compile(r"信息公开|政务公开|依申请|公开申请")
_RESULTS = (
    (
        "upheld",
        re.compile(
            r"^(?:,|、|:|;|其中|结果|被|均|已|和|及|决定)*+维持(?:原[^,]{0,8})?(?:的|案件|件|为|共|有|:|结果)*+$"
        ),
    ),
    (
        "corrected",
        re.compile(r"^(?:,|、|:|;|其中|结果|被|依法|均|已|和|及|决定)*+(?:纠正|纠错)(?:的|案件|件|为|共|有|:|结果)*+$"),
    ),
    ("other_result", re.compile(r"^(?:,|、|:|;|其中|和|及)*+其他结果(?:的|案件|件|为|共|有|:)*+$")),
    ("pending", re.compile(r"^(?:,|、|:|;|其中|和|及)*+(?:尚未|未)审结(?:的|案件|件|为|共|有|:)*+$")),
)
_SHARE = re.compile(r"^[,(]*(?:占比?|占[^,;。()\d]{1,10}(?:总数|总量|总件数|数量|申请|答复)的?|占总数的?)(?:为|:|达)?$")


def count_meanings(clause: Clause, unit: str) -> tuple[str, ...]:
    """Return what a count can mean."""
    if unit not in _PIECES:
        return _projects(clause)
    return (
        application_meanings(clause)
        or _documents(clause)
        or _reviews(clause)
        or _decisions(clause)
        or _projects(clause)
    )


def amount_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what an amount of money can mean."""
    left, topics = clause.left, _TOPIC.findall(clause.before + clause.left)
    topic = topics[-1] if topics else ""
    if topic == "集中采购" and _is_price(clause):
        return (PURCHASES,)
    if _FEE_OTHER.search(left):
        return ()
    if _FEE.search(left) or (topic == "处理费" and _FEE_LATER.match(left)):
        return (PROCESSING_FEE,)
    return ("fees.administrative_fees.amount_collected",) if _LEVY.search(left) else ()


def _is_price(clause: Clause) -> bool:
    """Tell whether an amount is that of the purchases named last, with no more than their count between."""
    text = clause.before + clause.left
    since = text[text.rindex("集中采购") + len("集中采购") :]
    inside = clause.left[-len(since) :] if len(since) < len(clause.left) else clause.left
    return bool(
        _PRICE.match(inside.removeprefix("政府集中采购"))
        and _PRICED.search(inside)
        and len(_FIGURE.findall(since)) <= 1
        and not _PRICE_OTHER.search(since)
    )


def share_meanings(clause: Clause, part: tuple[str, ...], wholes: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a percentage after the count of a part can mean, given what the total before it can mean."""
    if len(part) != 1 or not _SHARE.match(clause.left):
        return ()
    return tuple(f"share:{part[0]}/{whole}" for whole in wholes)


def _documents(clause: Clause) -> tuple[str, ...]:
    left = clause.left
    found = [*_DOCUMENT.finditer(left)]
    if not found:
        right = _DOCUMENT.match(clause.right.removeprefix("行政"))
        if right and right.end() == len(clause.right.removeprefix("行政")) and not _DOCUMENT_OTHER.search(left):
            return _document_columns(RULES if right["rules"] else NORMATIVE, left)
        return _following_documents(clause)
    if (
        len(found) > 1
        or _JOINED.search(left[: found[0].start()])
        or _DOCUMENT_OTHER.search(left)
        or not _DOCUMENT_TAIL.match(left[found[0].end() :])
    ):
        return ()
    return _document_columns(RULES if found[0]["rules"] else NORMATIVE, left)


def _document_columns(row: str, words: str) -> tuple[str, ...]:
    for verb, columns in _DOCUMENT_VERBS:
        if verb.search(words):
            return tuple(f"{row}.{column}" for column in columns)
    return ()


def _following_documents(clause: Clause) -> tuple[str, ...]:
    """Return the meaning of 废止2件 after 制发规范性文件5件."""
    following = _FOLLOWING_DOCUMENTS.match(clause.left)
    found = [*_DOCUMENT.finditer(clause.before)] if following else []
    if not following or not found or len({m[0] for m in found}) > 1:
        return ()
    if _DOCUMENT_OTHER.search(_CLAUSE_MARK.split(clause.before[: found[-1].end()])[-1]):
        return ()
    if "、" in clause.before[found[-1].end() :] or "文件" in clause.before[found[-1].end() :]:
        return ()
    return _document_columns(RULES if found[-1]["rules"] else NORMATIVE, following["verb"])


def _reviews(clause: Clause) -> tuple[str, ...]:
    left, before = clause.left, clause.before
    if clause.section != REVIEWS and not _DISCLOSURE.search(before + left + clause.right):
        return ()
    reconsidered, sued = RECONSIDERATION.search(left), LAWSUIT.search(left)
    if not reconsidered and not sued:
        right = _REVIEW_RIGHT.match(clause.right)
        if right and not _REVIEW_OTHER.search(left):
            return ("reconsideration.total",) if right["what"] == "复议" else _lawsuits("", "total")
        return _results(clause)
    if _REVIEW_OTHER.search(left) or not _REVIEW_TAIL.search(left):
        return ()
    if sued and _lawsuit_kind(left):
        return _lawsuits(left, "total")
    if reconsidered and sued:
        return ()
    return _lawsuits(left, "total") if sued else ("reconsideration.total",)


def both_reviews(clause: Clause) -> bool:
    """Tell whether a number is one of reconsiderations and lawsuits together: only 0 can be told apart."""
    if clause.section != REVIEWS and not _DISCLOSURE.search(clause.before + clause.left):
        return False
    named = RECONSIDERATION.search(clause.left) and LAWSUIT.search(clause.left) and not _lawsuit_kind(clause.left)
    return bool(named and _BOTH_TAIL.search(clause.left) and not _REVIEW_OTHER.search(clause.left))


def _lawsuit_kind(words: str) -> str | None:
    if re.search(r"未经复议|直接起诉|直接提起", words):
        return "litigation_direct"
    return "litigation_after_reconsideration" if re.search(r"复议后", words) else None


def _lawsuits(words: str, result: str) -> tuple[str, ...]:
    kind = _lawsuit_kind(words)
    return (f"{kind}.{result}",) if kind else tuple(f"{name}.{result}" for name in LITIGATION)


def _results(clause: Clause) -> tuple[str, ...]:
    """Return the meaning of 维持1件 after 行政复议2件."""
    for result, pattern in _RESULTS:
        if pattern.match(clause.left):
            reconsidered = clause.before.rfind("复议")
            suits = [*LAWSUIT.finditer(clause.before)]
            if not suits or suits[-1].start() < reconsidered:
                return (f"reconsideration.{result}",) if reconsidered >= 0 and not suits else ()
            return _lawsuits(clause.before, result) if reconsidered < 0 else ()
    return ()


def _decisions(clause: Clause) -> tuple[str, ...]:
    found = _DECISION.search(clause.left) or _DECISION_RIGHT.match(clause.right)
    if not found or _DECISION_OTHER.search(clause.left) or _DECISION_OTHER.search(clause.right):
        return ()
    if found.string is clause.left and _JOINED.search(clause.left[: found.start()]):
        return ()
    return (DECISIONS[found["kind"]],)


def _projects(clause: Clause) -> tuple[str, ...]:
    if _PRICE_OTHER.search(clause.left):
        return ()
    bought = _PURCHASE.search(clause.left)
    if bought and _JOINED.search(clause.left[: bought.start()]):
        return ()
    bought = bought or _PURCHASE_RIGHT.match(clause.right)
    return (PROJECTS,) if bought and "信息" not in clause.left[-8:] else ()
