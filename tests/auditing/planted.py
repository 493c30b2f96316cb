"""One sound report and sentences that tell its figures: each number in braces is one that the tables hold.

Belongs here: the report and the sentences. Keep out: what must be found (`test_planted_contradictions`).
"""

from __future__ import annotations

from typing import Final

_OUTCOMES = {
    "granted": 20,
    "partially_granted": 6,
    "denied.state_secret": 1,
    "denied.third_party_rights": 2,
    "denied.deliberative_process": 3,
    "unable.not_held": 9,
    "unable.needs_creation": 1,
    "not_processed.petition_complaint": 3,
    "not_processed.repeat_request": 1,
    "other_processing.overdue_correction": 1,
    "other_processing.other": 2,
    "outcome_total": 49,
    "carried_out": 4,
}
_RECEIVED = {
    "natural_person": 40,
    "commercial_enterprise": 5,
    "research_institution": 1,
    "legal_service_org": 2,
    "other_org": 2,
    "total": 50,
}
_REVIEWS = {
    "reconsideration": {"upheld": 4, "corrected": 1, "other_result": 2, "pending": 1, "total": 8},
    "litigation_direct": {"upheld": 2, "pending": 1, "total": 3},
    "litigation_after_reconsideration": {"upheld": 1, "other_result": 1, "total": 2},
}
_DOCUMENTS = {"rules": (2, 1, 12), "normative_documents": (7, 5, 31)}
# 50 received and 3 carried in are 49 answered and 4 carried over; all but the received are of natural persons.
CELLS: Final[dict[str, int | str]] = {
    **{f"applications.received.{column}": n for column, n in _RECEIVED.items()},
    "applications.carried_in.natural_person": 3,
    "applications.carried_in.total": 3,
    **{f"applications.{row}.total": n for row, n in _OUTCOMES.items()},
    **{f"reviews.{channel}.{result}": n for channel, results in _REVIEWS.items() for result, n in results.items()},
    **{
        f"documents.{row}.{column}": n
        for row, numbers in _DOCUMENTS.items()
        for column, n in zip(("issued", "repealed", "in_force"), numbers, strict=True)
    },
    "licensing.administrative_licensing.decisions": 690,
    "enforcement.administrative_penalty.decisions": 36,
    "enforcement.administrative_coercion.decisions": 8,
}

SENTENCES: Final = (
    "2022年，本局新收政府信息公开申请{50}件，上年结转{3}件，合计{53}件。",
    "全年共收到政府信息公开申请{50}件，其中公民个人申请{40}件、法人或其他组织申请{10}件。",
    "全年收到“政府信息公开申请”{50}宗，申请人为自然人的{40}宗，法人{10}宗。",
    "全年收到申请公开政府信息{50}份，其中{40}份为自然人申请，{10}份为法人申请。",
    "收到政府信息公开申请{50}件，其中商业企业{5}件、科研机构{1}件、法律服务机构{2}件。",
    "本年度办理政府信息公开申请{49}件（含上年结转{3}件），另有{4}件结转下年度继续办理。",
    "2022年共处理政府信息公开申请{53}件（含上年度结转{3}件），答复{49}件，结转下年度{4}件。",
    "收到政府信息公开申请{50}件，上年度（2021年）结转{3}件，法定期限内予以答复{49}件，结转到2023年办理{4}件。",
    "全年办结政府信息公开申请{49}件，其中予以公开{20}件，部分公开{6}件，不予公开{6}件，无法提供{10}件，不予处理{4}件，其他处理{3}件。",
    "全年办结政府信息公开申请{49}件。其中：“予以公开”{20}件；“部分公开”{6}件；“不予公开”{6}件；“无法提供”{10}件。",
    "全年办结政府信息公开申请{49}件，其中{20}件予以公开，{6}件部分公开，{10}件无法提供，{4}件不予处理。",
    "办理政府信息公开申请{49}件，属于同意公开的{20}件，部分予以公开{6}件，不同意公开的{6}件，其他处理{3}件。",
    "办理政府信息公开申请{49}件，予以公开及部分公开{26}件，占{53.1}%。",
    "办理政府信息公开申请{49}件，其中本机关不掌握相关政府信息{9}件，属于过程性信息{3}件，重复申请{1}件。",
    "予以公开、部分公开、不予公开政府信息公开申请的答复另见第三部分，办理政府信息公开申请{49}件，予以公开、部分公开、不予公开分别为{20}件、{6}件、{6}件。",
    "办结政府信息公开申请{49}件，予以公开占{40.8}%，无法提供占{20.4}%。",
    "（三）依申请公开。全年共收到申请{50}次，已答复{49}次，剩余{4}次结转下年度办理。",
    "作出行政许可决定{690}件，行政处罚决定{36}件，行政强制决定{8}件。",
    "全年办理行政许可{690}件，行政处罚{36}件，行政强制{8}件。",
    "行政许可、行政处罚、行政强制决定数量分别为{690}宗、{36}宗和{8}宗。",
    "实施行政处罚{36}起，采取的措施另行公布。",
    "办结行政许可事项{690}件。",
    "全年制发行政规范性文件{7}件，废止{5}件，现行有效{31}件。",
    "制定规章{2}件，现行有效规章{12}件。",
    "因政府信息公开被申请行政复议{8}件，其中维持{4}件、纠正{1}件、其他结果{2}件、尚未审结{1}件。",
    "全年发生政府信息公开行政复议{8}件，行政诉讼{5}件。",
    "发生{8}起有关政府信息公开的行政复议案件。",
    "因政府信息公开引发行政复议{8}宗，结果维持{4}宗；引发行政诉讼{5}宗，结果维持{3}宗。",
    "因信息公开被提起行政诉讼{5}件，其中未经复议直接起诉{3}件，复议后起诉{2}件。",
    "（二）依申请公开。收到申请{50}件，答复后被申请行政复议{8}件，被提起行政诉讼{5}件。",
    "政府信息公开行政复议、行政诉讼分别为{8}件、{5}件。",
)
