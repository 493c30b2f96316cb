"""Whether a report tells of the office itself or of all below it.

Belongs here: the words that say so. Keep out: names and places. An office's own report and the government's report are
different documents for one place, and their figures must never be added up.
"""

from __future__ import annotations

import re

from pipelines.contracts.codes import code_list

OWN, SUMMARY, UNKNOWN = code_list("scope").named("own", "summary", "unknown")
_OWN = re.compile(r"本机关|[（(]本级(?:机关)?[)）]|机关本级|政府本级")
_SUMMARY = re.compile(r"汇总|全[省市县区州盟旗](?!域)|[（(](?:全?系统|汇总)[)）]|系统(?=20|政府|年度|$)|关区")
_SUMMARY_TEXT = re.compile(
    r"(?:汇总|统计)(?:了)?(?:全[省市县区州盟旗]|各[镇乡街部单县区])"
    r"|各(?:乡镇|镇街|街道|县区|区县|部门|单位).{0,30}(?:汇总|的?年度报告).{0,12}(?:编制|汇总|综合)"
    r"|根据.{0,60}(?:各|全)[\u4e00-\u9fff、（）]{2,40}(?:年度?报告|年报).{0,10}(?:编制|汇总|综合)"
)
_WHOLE_BY_LAW = ("government", "government_office", None)


def scope_of(name: str, agency_type: str | None, text: str | None = None) -> str:
    """Return own, summary or unknown from title or name, type of agency and text.

    A department's or township's report is its own unless it says otherwise; a government's may be either.
    """
    if _OWN.search(name):
        return OWN
    if _SUMMARY.search(name):
        return SUMMARY
    if agency_type not in _WHOLE_BY_LAW:
        return OWN
    if agency_type == "government_office":
        return UNKNOWN if text and _SUMMARY_TEXT.search(text[:3000]) else OWN
    return SUMMARY if text and _SUMMARY_TEXT.search(text[:3000]) else UNKNOWN
