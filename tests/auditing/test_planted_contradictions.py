"""What a text says wrongly is found, and what it says truly is not accused.

Each number of the sentences in `planted` is put wrong alone; sentences that tell other matters stay without a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl
import pytest

from pipelines.auditing import RULES
from pipelines.auditing.evaluate import evaluate, findings
from pipelines.auditing.rule_examples import Attributes, Example
from tests.auditing.example_reports import audited
from tests.auditing.planted import CELLS, SENTENCES

_RULE = next(rule for rule in RULES if rule.rule == "narrative.applications")
_NUMBER = re.compile(r"\{(\d+(?:\.\d+)?)\}")
# Other years, offices, matters, parts and channels, and what is published, planned or compared.
TRUTHFUL = (
    "截至2022年底，历年累计收到政府信息公开申请312件。",
    "2021年收到政府信息公开申请45件，2022年收到政府信息公开申请50件，同比增加5件。",
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
    "收到政府信息公开申请约50件，2023年计划办理政府信息公开申请60件。",
    "自2019年以来累计制发行政规范性文件62件，转发上级规范性文件14件。",
    "全年办理人大建议12件、政协提案9件，已全部答复21件。",
    "行政许可申请受理700件，办结690件。",
    "予以公开的政策文件20件，其中规范性文件7件。",
    "办理政府信息公开申请49件，其中予以公开及部分公开26件，占53%。",
)


def wrong() -> Iterator[str]:
    """Yield the sentences with one number each put wrong."""
    for sentence in SENTENCES:
        for m in _NUMBER.finditer(sentence):
            said = str(round(float(m[1]) + 7, 1)) if "." in m[1] else str(int(m[1]) + 7)
            yield _NUMBER.sub(r"\1", sentence[: m.start()] + said + sentence[m.end() :])


def told(text: str) -> list[str]:
    """Return the findings on a text beside the tables of the report."""
    example = Example(form="2021", cells=CELLS, text=text, report=Attributes(year=2022))
    found = findings(evaluate(audited(_RULE, example)))
    return found.filter(pl.col("rule").str.starts_with("narrative."))["message"].to_list()


@pytest.mark.parametrize("text", [*(_NUMBER.sub(r"\1", sentence) for sentence in SENTENCES), *TRUTHFUL])
def test_what_is_said_truly_is_no_finding(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("text", [*wrong()])
def test_what_is_said_wrongly_is_a_finding(text: str) -> None:
    assert told(text)
