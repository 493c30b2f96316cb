"""Sentences as annual reports of 2023 tell their figures, each number the measure that it states.

Belongs here: the sentences, and telling them of one report, truly or with one number wrong. Keep out: reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pipelines.forms.measures import measure

# A measure, or of a percentage the part / the whole.
_STATED = re.compile(r"\{([a-z_./]+)\}")
# What a wrong number is more than the true one.
_APART = 7

_DENIED, _UNABLE = "applications.denied", "applications.unable"
_SHORT: Final = {
    "R": "applications.received.total",
    "IN": "applications.carried_in.total",
    "BOTH": "applications.received_and_carried_in",
    "DONE": "applications.outcome_total.total",
    "OUT": "applications.carried_out.total",
    "NAT": "applications.received.natural_person",
    "ORG": "applications.received.organizations",
    "G": "applications.granted.total",
    "PG": "applications.partially_granted.total",
    "GPG": "applications.granted_or_partially_granted",
    "D": _DENIED,
    "U": _UNABLE,
    "NP": "applications.not_processed",
    "OP": "applications.other_processing",
    "LIC": "licensing.administrative_licensing.decisions",
    "PEN": "enforcement.administrative_penalty.decisions",
    "COE": "enforcement.administrative_coercion.decisions",
    "ISSUED": "documents.normative_documents.issued",
    "REPEALED": "documents.normative_documents.repealed",
    "FORCE": "documents.normative_documents.in_force",
    "REC": "reviews.reconsideration.total",
    "LIT": "reviews.litigation.total",
}
_WRITTEN: Final = (
    "2023年，本局新收政府信息公开申请<R>件，上年结转<IN>件，合计<BOTH>件。",
    "全年共收到政府信息公开申请<R>件，其中公民个人申请<NAT>件、法人或其他组织申请<ORG>件。",
    "全年收到“政府信息公开申请”<R>宗，申请人为自然人的<NAT>宗，法人<ORG>宗。",
    "全年收到申请公开政府信息<R>份，其中<NAT>份为自然人申请，<ORG>份为法人申请。",
    "收到政府信息公开申请<R>件，其中商业企业{applications.received.commercial_enterprise}件、科研机构"
    "{applications.received.research_institution}件、法律服务机构{applications.received.legal_service_org}件。",
    "本年度办理政府信息公开申请<DONE>件（含上年结转<IN>件），另有<OUT>件结转下年度继续办理。",
    "2023年共处理政府信息公开申请<BOTH>件（含上年度结转<IN>件），答复<DONE>件，结转下年度<OUT>件。",
    "收到政府信息公开申请<R>件，上年度（2022年）结转<IN>件，法定期限内予以答复<DONE>件，结转到2024年办理<OUT>件。",
    "全年办结政府信息公开申请<DONE>件，其中予以公开<G>件，部分公开<PG>件，不予公开<D>件，无法提供<U>件，"
    "不予处理<NP>件，其他处理<OP>件。",
    "全年办结政府信息公开申请<DONE>件。其中：“予以公开”<G>件；“部分公开”<PG>件；“不予公开”<D>件；“无法提供”<U>件。",
    "全年办结政府信息公开申请<DONE>件，其中<G>件予以公开，<PG>件部分公开，<U>件无法提供，<NP>件不予处理。",
    "办理政府信息公开申请<DONE>件，属于同意公开的<G>件，部分予以公开<PG>件，不同意公开的<D>件，其他处理<OP>件。",
    "办理政府信息公开申请<DONE>件，予以公开及部分公开<GPG>件，占{applications.granted_or_partially_granted/"
    "applications.outcome_total.total}%。",
    "办理政府信息公开申请<DONE>件，其中本机关不掌握相关政府信息{applications.unable.not_held.total}件，"
    "属于过程性信息{applications.denied.deliberative_process.total}件，重复申请"
    "{applications.not_processed.repeat_request.total}件。",
    "办理政府信息公开申请<DONE>件，予以公开、部分公开、不予公开分别为<G>件、<PG>件、<D>件。",
    "办结政府信息公开申请<DONE>件，予以公开占{applications.granted.total/applications.outcome_total.total}%，"
    "无法提供占{applications.unable/applications.outcome_total.total}%。",
    "（三）依申请公开。全年共收到申请<R>次，已答复<DONE>次，剩余<OUT>次结转下年度办理。",
    "作出行政许可决定<LIC>件，行政处罚决定<PEN>件，行政强制决定<COE>件。",
    "全年办理行政许可<LIC>件，行政处罚<PEN>件，行政强制<COE>件。",
    "行政许可、行政处罚、行政强制决定数量分别为<LIC>宗、<PEN>宗和<COE>宗。",
    "实施行政处罚<PEN>起，办结行政许可事项<LIC>件。",
    "全年制发行政规范性文件<ISSUED>件，废止<REPEALED>件，现行有效<FORCE>件。",
    "因政府信息公开被申请行政复议<REC>件，其中维持{reviews.reconsideration.upheld}件、纠正"
    "{reviews.reconsideration.corrected}件、其他结果{reviews.reconsideration.other_result}件、尚未审结"
    "{reviews.reconsideration.pending}件。",
    "全年发生政府信息公开行政复议<REC>件，行政诉讼<LIT>件。",
    "发生<REC>起有关政府信息公开的行政复议案件。",
    "因政府信息公开引发行政复议<REC>宗，结果维持{reviews.reconsideration.upheld}宗；引发行政诉讼<LIT>宗，结果维持"
    "{reviews.litigation.upheld}宗。",
    "因信息公开被提起行政诉讼<LIT>件，其中未经复议直接起诉{reviews.litigation_direct.total}件，复议后起诉"
    "{reviews.litigation_after_reconsideration.total}件。",
    "（二）依申请公开。收到申请<R>件，答复后被申请行政复议<REC>件，被提起行政诉讼<LIT>件。",
    "政府信息公开行政复议、行政诉讼分别为<REC>件、<LIT>件。",
)
SENTENCES: Final = tuple(re.sub(r"<([A-Z]+)>", lambda m: f"{{{_SHORT[m[1]]}}}", sentence) for sentence in _WRITTEN)


def told(sentence: str, cells: Mapping[str, Decimal]) -> str | None:
    """Return a sentence as it is true of a report, None where it states a share of nothing."""
    parts = [*_told(sentence, cells)]
    return None if None in parts else "".join(part for part in parts if part is not None)


def told_wrongly(sentence: str, cells: Mapping[str, Decimal]) -> Iterator[tuple[str, str]]:
    """Yield each measure that a sentence states with the sentence in which this one number is wrong."""
    parts = [*_told(sentence, cells)]
    if None in parts:
        return
    stated = _STATED.findall(sentence)
    for n, name in enumerate(stated):
        wrong = [part or "" for part in parts]
        wrong[2 * n + 1] = str(Decimal(wrong[2 * n + 1]) + _APART)
        yield name, "".join(wrong)


def _told(sentence: str, cells: Mapping[str, Decimal]) -> Iterator[str | None]:
    for n, part in enumerate(_STATED.split(sentence)):
        yield part if n % 2 == 0 else _number(part, cells)


def _number(stated: str, cells: Mapping[str, Decimal]) -> str | None:
    part, _, whole = stated.partition("/")
    count = _sum(part, cells)
    if not whole:
        return str(count)
    of = _sum(whole, cells)
    return str((count * 100 / of).quantize(Decimal("0.1"), ROUND_HALF_UP)) if of else None


def _sum(name: str, cells: Mapping[str, Decimal]) -> Decimal:
    return sum((cells.get(path, Decimal(0)) for path in measure(name).cells), Decimal(0))
