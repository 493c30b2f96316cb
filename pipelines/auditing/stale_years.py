"""Which reports tell another year's work as this year's: section 一 of the report of 2022 says what was done in 2021.

Only sentences that begin with a year and tell what was done in it count, and headings of the tables that name another
year or a part of one. Comparisons, plans, documents of a year and
what runs since or up to a day do not; where the text tells of the report year as well, the other year is background.
Belongs here: this judgement over texts. Keep out: periods and dates that a report states of itself (`attributes`).
"""

from __future__ import annotations

import polars as pl

# Where reports tell what was done in the year.
_SECTIONS = (1, 3, 4)
# Where tables stand, of which the heading says the time.
_OF_TABLES = (2, 3, 4)
_HEADED_YEAR, _PART_OF_A_YEAR = r"(?:^|[^\d])(20\d\d)年", r"上一?年度?[^结]|去年|[上下]半年|第?[一二三四]季度"
# Titles, remarks and numbers of documents bear years of their own.
_QUOTED = r"《[^《》]*》|〔[^〔〕]*〕|\[[^\[\]]*\]|（[^（）]*）|\([^()]*\)|“[^“”]*”|[ \t　\x{a0}]"
_SENTENCE = r"[^。；;！!\n]+"
_NUMBERING = r"^(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．])?"
_HEADING = r"(?:[^，,。：:\d]{2,12}(?:情况|方面|公开|工作)?[：:。.])?"
_AGENCY = r"[^，,。\d]{1,24}?(?:局|委|办|镇|乡|街道|中心|政府|厅|队|所|院|会|办公室|管委会)"
_DONE = r"(?:全年|我|本|各|共|累计|主动|收到|新收|受理|办理|未|没有|无|通过|认真|坚持|深入|严格|按照|在|区|县|市|镇|乡)"
_CLAIM = rf"{_NUMBERING}{_HEADING}(?:{_AGENCY})?(20\d\d)年度?(?:[，,、]|{_DONE}|{_AGENCY})"
# What is compared, planned, decided or dated in a year is not what was done in it.
_OTHERWISE = (
    r"^[^，,]{0,6}(?:截[至止]|自|从|与|较|比|相比|继|根据|按照|依据|参照|落实)|将|拟|计划|下一步|力争|预计|同比|相比|比上年|较上年"
    r"|较20|比20|以来|结转|年报|年度报告|要点|决算|预算|印发|出台|修订|成立|启动|上线|开通|机构改革|起[，,]|迄今|至今|往年|历年"
    r"|20\d\d年[^。]*20\d\d年"
)
_UNITS = r"(?:条|件|份|篇|宗|起|次|项)"
_APPLICATIONS = (
    rf"(?:收到|新收|受理|接到|接收|办理|答复|办结)[^，,。]{{0,24}}(?:申请|依申请)|申请[^，,。]{{0,8}}\d+{_UNITS}"
)
_DISCLOSED = rf"(?:公开|发布)[^。]{{0,40}}\d+余?{_UNITS}"
_THIS_YEAR = r"本年|今年|本年度"
_KINDS = {"applications": _APPLICATIONS, "disclosure": _DISCLOSED}


def stale_years(sections: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, stale_year): the first sentence of a report that tells another year as this one, if any.

    `sections` are (report_key, section, heading, body), `reports` (report_key, year_key). Without such a text a report
    has no row.
    """
    years = reports.filter(pl.col("year_key") > 0).select("report_key", "year_key")
    told_of = pl.col("section").is_in(_SECTIONS) & pl.col("body").is_not_null()
    chosen = sections.filter(told_of).select("report_key", "section", "body").join(years, on="report_key")
    told = (
        chosen.sort("report_key", "section")
        .with_columns(sentence=pl.col("body").str.replace_all(_QUOTED, "").str.extract_all(_SENTENCE))
        .explode("sentence", empty_as_null=True)
        .drop_nulls("sentence")
        .with_columns(claimed=pl.col("sentence").str.extract(_CLAIM, 1).cast(pl.Int32))
    )
    year, text = pl.col("year_key"), pl.col("sentence")
    named = text.str.contains(pl.format("{}年", year), literal=True) | text.str.contains(_THIS_YEAR)
    is_other = (pl.col("claimed") != year).fill_null(False) & ~text.str.contains(_OTHERWISE) & ~named
    # A sentence without a year tells the year of those before it.
    since = pl.col("claimed").forward_fill().over("report_key", "section")
    is_own = named | ((since == year) & pl.col("claimed").is_null()).fill_null(False)
    found = told.with_columns(is_other=is_other, is_own=is_own)
    kinds = [_stale(text.str.contains(pattern)) for pattern in _KINDS.values()]
    # Nothing at all is told of the report year.
    kinds.append(_stale(pl.lit(True)))
    judged = found.group_by("report_key", maintain_order=True).agg(stale_year=pl.coalesce(kinds))
    told_of_another = judged.drop_nulls("stale_year")
    headed = _headed(sections, years)
    return pl.concat([headed, told_of_another.join(headed, on="report_key", how="anti")])


def _headed(sections: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, stale_year): the first heading of tables that names another time than the report year."""
    heading = pl.col("heading")
    own = heading.str.contains(pl.format("{}年", pl.col("year_key")), literal=True)
    other = heading.str.contains(_HEADED_YEAR) | heading.str.contains(_PART_OF_A_YEAR)
    of_tables = sections.filter(pl.col("section").is_in(_OF_TABLES)).select("report_key", "section", "heading")
    found = of_tables.join(years, on="report_key").filter(other & ~own).sort("report_key", "section")
    return found.group_by("report_key", maintain_order=True).agg(stale_year=heading.first())


def _stale(of_kind: pl.Expr) -> pl.Expr:
    """Return the first sentence of a kind that tells another year, where none of that kind tells the report year."""
    other = pl.col("sentence").filter(pl.col("is_other") & of_kind).first()
    return pl.when(~(pl.col("is_own") & of_kind).any()).then(other)
