"""Which count of applications the words around a number speak of. In doubt none.

Belongs here: received, carried over, handled, outcomes. Keep out: other tables (`measures`).
"""

from __future__ import annotations

import re

from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.sentences import last_match

APPLICATIONS = 3
RECEIVED, CARRIED_IN, CARRIED_OUT = "applications.received", "applications.carried_in", "applications.carried_out"
OUTCOME_TOTAL, GRANTED = "applications.outcome_total", "applications.granted"
# 受理, 办理, 答复 N 件: which of these is not said.
HANDLED = (RECEIVED, f"{RECEIVED}+{CARRIED_IN}", OUTCOME_TOTAL)

APPLICATION = re.compile(
    r"信息(?:依法?)?(?:申请)?公开的?申请|依法?申请公开|依公开申请|依法?申请(?:政府|政务)?信息|申请公开(?:政府|政务)?信息"
    r"|公开(?:政府|政务)信息的?申请|公开申请|依申请"
)
# Other things that are received, handled or counted; and words that narrow an application down to a part of all.
_OTHER = re.compile(
    r"建议|提案|信访|投诉|举报|来[信访电]|留言|咨询|热线|12345|信箱|许可|办件|复议|诉讼|起诉|应诉|网民|问政|舆情|费|平均|时限"
    r"|材料|文书|证明|登记表|培训|会议|制度|流程|模板|补正|撤[回销诉]|转[办来交]|移送|[延逾超]期|[按如]期|按时|涉及|关于|有关|类|方面|领域"
    r"|重复|不予受理|率|指南|目录|栏目|专栏|平台|点|解读|文件|公文|主动公开|人数|会商|案例|报告|意见|协助|指导|审核"
)
CHANNEL = re.compile(
    r"网络|网上|在线|线上|线下|信函|邮寄|邮件|邮箱|邮政|来函|当面|现场|传真|电话|窗口|书面|电子|口头|平台|系统"
)
_ALL_CHANNELS = re.compile(
    r"等(?:多种|各种|各类)?(?:方式|渠道|形式|途径)|(?:各种|各类|多种|任何)(?:方式|渠道|形式|途径)"
)
EVERYONE = re.compile(
    r"(?:公民|自然人|群众|公众)[、,和及或与]*(?:企业)?法人(?:[、,和及或与以]*(?:社会|其[他它])?组织)?"
)
APPLICANT = re.compile(r"自然人|法人|企业|公司|机构|律师|组织|商业|科研")
_RECEIVE = re.compile(r"新收|收到|接收|接到|收悉|收取")
_HANDLE = re.compile(r"受理|办理|办结|处理|答复|回复|处置")
_TAIL = (
    r"(?:的|件|申请|办理|受理|事项|案件|案|信息|政府|政务|数量|数|量|总数|总量"
    r"|总计|合计|共计|共|计|为|有|达|到|了|累计|情况|:)*+$"
)
_AFTER_APPLICATION = re.compile(r"(?:进行|作出)?(?:答复|办结|回复|处理)?" + _TAIL)
_PLAIN_APPLICATIONS = re.compile(r"(?:收到|新收|接到|接收|受理)(?:的|了|各类|公开)*+申请" + _TAIL)
_PLAIN_RECEIVING = re.compile(
    r"^(?:,|:|其中|已|共|共计|累计|今年|全年|本年度?|我[局镇乡街县区市办]|、)*+(?:新收|收到|接到)" + _TAIL
)
_PLAIN_HANDLING = re.compile(
    r"^(?:,|:|其中|已|均|全部|共|本年度?|今年|全年|我[局镇乡街县区市办]|按规定|依法|和|并|及|、)*+(?:办结|答复|办理|回复|受理)"
    r"(?:完毕|完成|办结|答复|回复)?(?:申请)?" + _TAIL
)
_APPLICATION_RIGHT = re.compile(
    r"^(?:的|政府|政务|公民|群众|、|法人|和|或|其[他它]|组织|提出|提交)*+(?:" + APPLICATION.pattern + ")"
)
_REVIEWED = re.compile(r"复议|诉讼|起诉|应诉")
_CARRIED_IN = re.compile(r"(?:上年|去年|上一年)(?:度|未办结|转来)?(?:的)?(?:接)?结转|结转(?:自)?(?:上年|去年|上一年)")
_CARRIED_OUT = re.compile(
    r"结转(?:至|到|入|为|于)?(?:下年|下一年|次年|明年)|(?:下年|下一年|次年)度?结转|转[至入](?:下年|下一年|次年)"
)
_NEXT_YEAR = re.compile(r"^[至到入](?:下年|下一年|次年)")
_CARRIED_TAIL = re.compile(r"(?:度|继续|办理|处理|的|政府|信息|公开|申请|件|数|量|数量|为|有|共|计|答复|:)*+$")
_OUTCOMES = (
    ("applications.partial", re.compile(r"(?:予以|同意)?部分公开")),
    ("applications.denied", re.compile(r"不予公开|不同意公开|未?不公开")),
    (GRANTED, re.compile(r"(?<!不)(?<!部分)(?:予以|给予|同意|全部)公开")),
    ("applications.unable", re.compile(r"(?:无法|不能)提供")),
    ("applications.not_processed", re.compile(r"不予处理")),
)
_OUTCOME_FRONT = re.compile(
    r"^(?:,|:|其中|、|和|以及|及|并|或|作出|做出|决定|依法|共|均|已|同意|答复|给予|[①-⑨]|[1-9][.、])*+$"
)
_OUTCOME_TAIL = re.compile(r"(?:的|答复|信息|政府|申请|决定|件|数|量|为|有|共|计|处理|:)*+$")
OUTCOME_IDS = {"applications.partial": "applications.partially_granted"}


def application_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of applications can mean; nothing where it counts a part of them or other things."""
    left = clause.left
    about = clause.section == APPLICATIONS or clause.on_applications or bool(APPLICATION.search(clause.before))
    if (about or APPLICATION.search(left)) and (carried := _carried(left, clause.right)):
        return (carried,)
    if about and (outcome := _outcome(left)):
        return (outcome,)
    everyone = EVERYONE.sub("", left)
    if _OTHER.search(everyone) or _OTHER.search(clause.right) or APPLICANT.search(everyone):
        return ()
    if CHANNEL.search(left) and not _ALL_CHANNELS.search(left):
        return ()
    if not _names_applications(clause, about):
        return ()
    if clause.listed and "新收" not in left:
        return ()  # a part of the applications
    if _RECEIVE.search(left) and not _HANDLE.search(left):
        return (RECEIVED,)
    if "受理" in left and _RECEIVE.search(clause.before):
        return ()  # of those received, the ones that were accepted
    if _HANDLE.search(left) or _RECEIVE.search(left):
        return HANDLED
    return (*HANDLED, GRANTED)


def _names_applications(clause: Clause, about: bool) -> bool:
    """Tell whether a number counts applications; `about`: what stands above it speaks of them."""
    left = clause.left
    found = last_match(APPLICATION, left)
    if (found and _AFTER_APPLICATION.match(left, found.end())) or _APPLICATION_RIGHT.match(clause.right):
        return True
    if (clause.section == APPLICATIONS or clause.on_applications) and _PLAIN_RECEIVING.match(left):
        return True
    return about and bool(_PLAIN_APPLICATIONS.search(left) or _PLAIN_HANDLING.match(left))


def _carried(left: str, right: str) -> str | None:
    if (left in ("", "除") and _CARRIED_OUT.match(right)) or (left.endswith("结转") and _NEXT_YEAR.match(right)):
        return CARRIED_OUT
    if APPLICANT.search(left) or _REVIEWED.search(left):
        return None
    for meaning, pattern in ((CARRIED_IN, _CARRIED_IN), (CARRIED_OUT, _CARRIED_OUT)):
        if (found := pattern.search(left)) and _CARRIED_TAIL.match(left, found.end()):
            return meaning
    return None


def _outcome(left: str) -> str | None:
    found = [(meaning, m) for meaning, pattern in _OUTCOMES for m in pattern.finditer(left)]
    if len(found) != 1:
        return None
    meaning, m = found[0]
    if not _OUTCOME_FRONT.match(left[: m.start()]) or not _OUTCOME_TAIL.match(left, m.end()):
        return None
    return OUTCOME_IDS.get(meaning, meaning)
