"""Claims that there was none: 未收到政府信息公开申请, 无行政复议, 规范性文件无.

Belongs here: which measures a clause denies. Keep out: numbers (`measures`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.extracting.narrative.applications import (
    APPLICANT,
    APPLICATION,
    APPLICATIONS,
    CARRIED_IN,
    CARRIED_OUT,
    CHANNEL,
    EVERYONE,
    HANDLED,
    RECEIVED,
)
from pipelines.extracting.narrative.measures import (
    LAWSUIT,
    NORMATIVE,
    PROCESSING_FEE,
    PROJECTS,
    RECONSIDERATION,
    REVIEWS,
    RULES,
)
from pipelines.extracting.narrative.sentences import last_match

_CLAUSE = re.compile(r"[^,;。.()!?]+")
_DENIAL = re.compile(
    r"(?:暂时?|尚|从|并|均|也|都)?(?:(?P<bare>暂无|均无|无(?![法需关偿效故误论障碍条件正当]))|(?:未|没有|没|无)(?:曾|有)?"
    r"(?P<verb>收到|接到|接收到?|收悉|受理|办理|发生|产生|出现|收取|制发|制定|制作|出台|印发|发布|公布|被|因|有)|没有)(?:过|任何|一[件起例])?"
)
_NIL_AT_END = re.compile(r"^(?P<object>[^:]{2,80}?)(?:的?情况)?(?:类)?(?:[:为]|均为?|方面)?(?:暂时?|均)?无$")
# Another denial inside, an exception, or only some of the offices.
_UNSURE = re.compile(
    r"[未无没不除]|部分|个别|其余|等\d*[个家]?(?:部门|单位|[镇乡])|由于|因为|如果|若|超期|逾期|延期|失误|差错|现象|他年|上年|去年|以往|以来|投诉|举报|质疑|建议|提案|信访|败诉|纠[正错]|撤|重大|群体|转办|转来|上级|确保|力争|争取|实现|做到|杜绝|防止|避免"
)
_TAIL_WORDS = r"(?:的|申请|事项|情况|情形|件|需求|案件|案|业务|诉求|请求|信息|政府|政务|内容|受理|办理|工作|数量)*+$"
_APPLICATION_END = re.compile(_TAIL_WORDS)
# 无人受理 is no denial of applications: after a bare 无 the applications are named at once.
_AT_ONCE = re.compile(
    r"(?:任何|公民|群众|、|法人|和|或|其[他它]|组织|本年度?|新增?|新收|向我[^,;]{0,6}提出的?|政府|政务|主动)*+"
)
_NOT_AN_APPLICATION = re.compile(r"涉及|关于|复议|诉讼|起诉|费|引[起发]|导致|不服|结转|答复|许可|答辩|咨询|重复|撤回")
_CARRIED = (
    (
        CARRIED_OUT,
        re.compile(
            r"^(?:结转(?:至|到|入)?(?:下年|下一年|次年|明年)|(?:下年|下一年|次年)度?结转)(?:度|继续|办理|处理|的|政府|信息|公开|申请|件|情况)*+$"
        ),
    ),
    (
        CARRIED_IN,
        re.compile(r"^(?:(?:上年|去年|上一年)度?结转|结转(?:上年|去年))(?:度|的|办理|政府|信息|公开|申请|件|情况)*+$"),
    ),
)
_REVIEW_END = re.compile(
    r"(?:复议|诉讼|起诉|应诉)(?:的|案件|案|事项|情况|情形|事件|申请|发生|方面|请求|和|有关|申诉|、|工作|行为|等)*+$"
)
_REVIEW_PART = re.compile(r"未经|直接|复议后|一审|二审|再审|尚未|逾期|应当")
_DISCLOSURE = re.compile(r"信息公开|政务公开|依申请|公开申请|公开工作")
_DOCUMENTS_END = re.compile(
    r"(?:^|[、和及或与的]|信息|行政|政府|制发|制定|出台|公开|发布|本年|度)(?:规章(?:、|和|及|或|与)?(?:行政)?(?:规范性文件)?|(?:行政)?规范性文件(?:、|和|及|或)?(?:规章)?)(?:的|制发|制定|出台|情况|类)*+$"
)
_DOCUMENT_COLUMNS = (
    (re.compile(r"制发|制定|制作|出台|印发"), ("newly_made", "issued")),
    (re.compile(r"公开|发布|公布"), ("newly_published", "total_published")),
    (re.compile(r""), ("newly_made", "newly_published", "issued")),
)
_FEE_END = re.compile(r"信息处理费(?:用)?(?:的)?(?:情况|收入|收取|收取情况)?$")
_PURCHASE_END = re.compile(r"^(?:本年|全年|本年度)?(?:政府)?集中采购(?:类|项目|事项|情况)?$")


class Denial(NamedTuple):
    """A clause that says there was none: the span of the words that deny, and what each of them can mean."""

    start: int
    stop: int
    denied: tuple[tuple[str, ...], ...]


def denials(sentence: str, section: int, topic: str) -> Iterator[Denial]:
    """Yield the claims of a folded sentence that there was none of a measure."""
    about = _DISCLOSURE.search(sentence) is not None or section == REVIEWS
    applications = section == APPLICATIONS or "依申请公开" in topic
    for m in _CLAUSE.finditer(sentence):
        clause = m[0]
        if "未" not in clause and "无" not in clause and "没" not in clause:
            continue
        denial = _DENIAL.search(clause)
        if denial and denial.end() < len(clause):
            front, named, verb = clause[: denial.start()], clause[denial.end() :], denial["verb"] or ""
            span = denial.span()
        elif nil := _NIL_AT_END.match(clause):
            front, named, verb = "", nil["object"], "情况"
            span = (len(clause) - 1, len(clause))
        else:
            continue
        if _UNSURE.search(front) or _UNSURE.search(named) or len(named) > 80:
            continue
        denied = _denied(named, verb, front, about, applications)
        if denied:
            yield Denial(m.start() + span[0], m.start() + span[1], denied)


def _denied(named: str, verb: str, front: str, about: bool, applications: bool) -> tuple[tuple[str, ...], ...]:
    for meaning, pattern in _CARRIED:
        if pattern.match(named) and (applications or about):
            return ((meaning,),)
    if RECONSIDERATION.search(named) or LAWSUIT.search(named):
        return _reviews(named, verb) if about and verb != "收取" else ()
    if _FEE_END.search(named):
        return ((PROCESSING_FEE,),) if verb in ("收取", "", "情况", "产生", "发生") else ()
    if _DOCUMENTS_END.search(named):
        return _documents(named, verb)
    if _PURCHASE_END.match(named.removeprefix("政府")):
        return ((PROJECTS,),)
    return _applications(named, verb, front, applications)


def _applications(named: str, verb: str, front: str, on_applications: bool) -> tuple[tuple[str, ...], ...]:
    everyone = EVERYONE.sub("", named)
    # 在线 stands in a set phrase of many towns, where there is no other way to apply.
    way = CHANNEL.search(everyone.replace("在线", "", 1) if "法人" in named else everyone)
    if verb not in ("收到", "接到", "接收", "接收到", "收悉", "受理", "办理", "", "有", "发生", "情况"):
        return ()
    if _NOT_AN_APPLICATION.search(named) or APPLICANT.search(everyone) or way or CHANNEL.search(front):
        return ()
    found = last_match(APPLICATION, named)
    if found is None:
        plain = on_applications and verb in ("收到", "接到") and re.fullmatch(r"(?:公开)?申请(?:事项|件)?", everyone)
        return ((RECEIVED,),) if plain else ()
    at_once = _AT_ONCE.match(named)
    if verb == "" and at_once and not APPLICATION.match(named, at_once.end()):
        return ()
    if not _APPLICATION_END.match(named, found.end()):
        return ()
    return (HANDLED,) if verb in ("受理", "办理", "情况") else ((RECEIVED,),)


def _reviews(named: str, verb: str) -> tuple[tuple[str, ...], ...]:
    if not _REVIEW_END.search(named) or _REVIEW_PART.search(named) or verb in ("受理", "办理", "制作"):
        return ()
    found = []
    if RECONSIDERATION.search(named):
        found.append(("reconsideration.total",))
    if LAWSUIT.search(named):
        found.append(("litigation.total",))
    return tuple(found)


def _documents(named: str, verb: str) -> tuple[tuple[str, ...], ...]:
    columns = next(columns for pattern, columns in _DOCUMENT_COLUMNS if pattern.search(verb + named))
    rows = [row for row, word in ((RULES, "规章"), (NORMATIVE, "规范性文件")) if word in named]
    return tuple(tuple(f"{row}.{column}" for column in columns) for row in rows)
