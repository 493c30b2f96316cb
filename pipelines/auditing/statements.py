"""What the text of a report says, or leaves out, where law and format ask for a statement.

Belongs here: statements that must stand in some part. Keep out: figures (`extracting.narrative`), whether it is a
fault to leave one out (rules/report.yml).
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.in_words import BETWEEN, SUFFIX, told
from pipelines.messages import LANGUAGES, Language

_OVERVIEW, _OTHER_MATTERS = 1, 6
# Converted pages print traditional characters.
_FEE = r"[处處]理[费費]"
# In part six any word of a charge is about this fee: the others are told in part two.
_ANY_FEE = rf"{_FEE}|收[费費]|[费費]用|收取"
# Elsewhere: 政务信息公开的收费及减免情况.
_FEE_ELSEWHERE = rf"{_FEE}|收[费費][及和、与]?[减減]免|(?:信息公[开開]|依申[请請]公[开開])[^。；]{{0,8}}收[费費]"
# Article 50: what the report of a government must tell besides: its message, and words that reports use for it.
_SUPERVISION = {
    "auditing.work_assessment": r"考核|考评|考評|绩效|績效|测评|測評|考[查察]",
    "auditing.public_appraisal": r"评议|評議|评估|評估|评价|評價|满意度|滿意度",
    "auditing.accountability": r"追究|问责|問責|追责|追責",
}


def statements(sections: pl.DataFrame) -> pl.DataFrame:
    """Return what sections tell: report_key, overview_characters, fee_stated, supervision_lacking and the same `_en`.

    `overview_characters` counts those of part one without blanks. `fee_stated` tells whether the fee for processing
    information is told of; NULL where part six is not there or empty, as where a file was cut. `supervision_lacking`
    are the matters that no part tells of, empty where all are told; NULL where not all of part one is there.
    """
    body = pl.col("body").fill_null("").str.replace_all(r"\s+", "")
    plain = sections.select("report_key", "section", text=body)
    numbered = plain.filter(pl.col("section").is_between(1, 6)).sort("report_key", "section")
    number, text = pl.col("section"), pl.col("text")
    overview, last = text.filter(number == _OVERVIEW), text.filter(number == _OTHER_MATTERS)
    whole = text.str.join("")
    fee = last.str.contains(_ANY_FEE).any() | whole.str.contains(_FEE_ELSEWHERE)
    is_whole = overview.str.len_chars().sum().gt(0) & (number.max() > _OVERVIEW)
    found = numbered.group_by("report_key", maintain_order=True).agg(
        overview_characters=pl.when(overview.len() > 0).then(overview.str.len_chars().sum()).cast(pl.Int64),
        fee_stated=pl.when(last.str.len_chars().sum() > 0).then(fee),
        is_whole=is_whole,
        **{code: ~whole.str.contains(words) for code, words in _SUPERVISION.items()},
    )
    lacking = {f"supervision_lacking{SUFFIX[each]}": _lacking(each) for each in LANGUAGES}
    return found.with_columns(**lacking).drop("is_whole", *_SUPERVISION)


def _lacking(language: Language) -> pl.Expr:
    """Return the matters that a report does not tell of, listed in a language."""
    matters = [pl.when(code).then(told(language, code)) for code in _SUPERVISION]
    return pl.when("is_whole").then(pl.concat_str(*matters, separator=BETWEEN[language], ignore_nulls=True))
