"""What a text says wrongly is found, and what it says truly is not accused.

Each number of the sentences of the benchmark is put wrong alone; sentences that tell other matters stay without a
finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import polars as pl

from benchmarks.corpus.telling import SENTENCES, told_wrongly
from benchmarks.corpus.telling import told as said
from pipelines.auditing import RULES
from pipelines.auditing.evaluate import evaluate, findings
from pipelines.auditing.rule_examples import Attributes, Cells, Example
from tests.auditing.example_reports import audited, together

_RULE = next(rule for rule in RULES if rule.rule == "narrative.applications")
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
CELLS: Cells = {
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
# Other years, offices, matters, parts and channels, and what is published, planned or compared.
TRUTHFUL = (
    "截至2023年底，历年累计收到政府信息公开申请312件。",
    "2022年收到政府信息公开申请45件，2023年收到政府信息公开申请50件，同比增加5件。",
    "收到政府信息公开申请50件，其中网络申请30件，信函申请20件。",
    "（二）依申请公开。本局作为行政复议机构，全年收到行政复议申请120件，办理行政复议案件98件，其中维持60件。",
    "（二）依申请公开。收到行政复议申请120件，受理100件，审结98件，维持60件，撤销5件。",
    "全市收到政府信息公开申请50件，其中市本级收到政府信息公开申请12件。",
    "下属事业单位收到政府信息公开申请2件。",
    "本局下属分局作出行政处罚决定12件。",
    "收到市政府办公室转来政府信息公开申请5件。",
    "公开行政许可信息120条、行政处罚信息35条，双公示行政许可决定55件。",
    "按时办结政府信息公开申请30件，延期办结19件。",
    "收到政府信息公开申请50件，其中涉及征地拆迁类20件、工程建设类9件。",
    "第四季度收到政府信息公开申请15件，平均每月4件。",
    "办理行政许可事项120项，立案查处行政处罚案件50件。",
    "收到政府信息公开咨询80次，申请人主动撤回政府信息公开申请2件。",
    "因行政许可引发行政诉讼7件，行政应诉案件12件。",
    "新收政府信息公开申请50件，其中办结46件，结转下年4件。",
    "收到政府信息公开申请50件，其中46件已答复，4件结转下年度办理。",
    "收到政府信息公开申请约50件，2024年计划办理政府信息公开申请60件。",
    "自2019年以来累计制发行政规范性文件62件，转发上级规范性文件14件。",
    "全年办理人大建议12件、政协提案9件，已全部答复21件。",
    "行政许可申请受理700件，办结690件。",
    "予以公开的政策文件20件，其中规范性文件7件。",
    "办理政府信息公开申请49件，其中予以公开及部分公开26件，占53%。",
)


_NUMBERS = {path: Decimal(n) for path, n in CELLS.items() if isinstance(n, int)}
_TRUE = [text for sentence in SENTENCES if (text := said(sentence, _NUMBERS))]
_WRONG = [text for sentence in SENTENCES for _, text in told_wrongly(sentence, _NUMBERS)]


def told(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the findings on each text beside the tables of the report: all texts are evaluated at once."""
    said_of: dict[int, str] = dict(enumerate(texts, start=1))
    found = findings(evaluate(together({key: audited(_RULE, _example(text)) for key, text in said_of.items()})))
    narrative = found.filter(pl.col("rule").str.starts_with("narrative."))
    messages: dict[str, list[str]] = {text: [] for text in said_of.values()}
    for key, message in narrative.select("report_key", "message").iter_rows():
        messages[said_of[key]].append(message)
    return messages


def _example(text: str) -> Example:
    return Example(form="2021", cells=CELLS, text=text, report=Attributes(year=2023))


def test_what_is_said_truly_is_no_finding() -> None:
    assert {text: found for text, found in told([*_TRUE, *TRUTHFUL]).items() if found} == {}


def test_what_is_said_wrongly_is_a_finding() -> None:
    assert len(_WRONG) >= 100
    assert [text for text, found in told(_WRONG).items() if not found] == []
