"""What a report says and shows of itself as a whole: attributes that the rules of kind `report` name.

Belongs here: stated periods, sections, years. Keep out: figures and judgements.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipelines.agencies.rulemaking import may_make_rules
from pipelines.auditing.in_words import SUFFIX
from pipelines.auditing.mixed_forms import other_tables, tables_in_words, with_layout
from pipelines.auditing.stale_years import stale_years
from pipelines.auditing.statements import statements
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS, Form
from pipelines.messages import LANGUAGES, Language

_DAY = r"(20\d\d)年(\d{1,2})月(\d{1,2})日"
# A stated period, or where the figures end. Only such words make a date one of the statistics period.
_LIMIT = r"(?:期限|时限|时间|截止)"
_KEYWORD = (
    rf"(?:统计(?:期限|时限|时间|区间|周期)|(?:所列|统计|本报告|报告中所列)(?:中|的)*数据[^。，；]{{0,8}}?{_LIMIT}"
    rf"|数据(?:统计)?(?:的)?(?:期限|时限|截止))"
)
_PERIOD = rf"({_KEYWORD}[^。；;\n]{{0,60}})"
_BEGIN_END = rf"{_DAY}[^。；;\n]{{0,8}}?[至到—–\-－~～]+[^。；;\n\d]{{0,6}}(?:(20\d\d)年)?(\d{{1,2}})月(\d{{1,2}})日"
_END = rf"截止[^。；;\n\d]{{0,10}}{_DAY}"
# A date with too many digits on end: 20211月31日, 20201月1日.
_BROKEN = r"20\d{3,}月|20\d\d年\d{3,}|\d{3,}日"
_TEMPLATE = r"[（(](?:镇街|单位名称|XX|××|此处|请填写)[^）)]{0,10}[）)]|(?:XX|××|某某)(?:县|市|区|局|镇)(?:人民政府)?20"
_YEAR_IN_TITLE = r"(?:19|20)\d{2}"
_STATUTORY_SECTIONS = (1, 2, 3, 4, 5, 6)
# What is known of a report beyond its row of dim_report.
_ADDED = (
    *("agency_type", "agency_level", "layout", "form_in_force", "period_end", "folder_year", "period_stated"),
    *("period_is_year", "years_conflict", "sections_missing", "template_left", "tables_missing", "forms_mixed"),
    *("other_tables", "other_tables_in_words", "other_tables_in_words_en", "files_beside", "files_beside_en"),
    *("tables_cut", "prefecture", "division_code", "may_make_rules", "overview_characters", "fee_stated"),
    *("supervision_lacking", "supervision_lacking_en", "stale_year"),
)
# What is known of an agency by its type and place; of one that is not known there is none of it.
_OF_AGENCY = ("agency_type", "agency_level", "prefecture", "division_code")

# Of a report that stands alone.
NONE_BESIDE = pl.DataFrame(schema={"report_key": pl.Int64, "files_beside": pl.String, "files_beside_en": pl.String})


def report_columns() -> tuple[str, ...]:
    """Return the attributes that rules over reports can name."""
    return (*contract("dim_report").columns, *_ADDED)


def with_attributes(
    reports: pl.DataFrame,
    sections: pl.DataFrame,
    cells: pl.DataFrame,
    folders: pl.DataFrame,
    years: pl.DataFrame,
    *,
    beside: pl.DataFrame = NONE_BESIDE,
    forms: Mapping[str, Form] = ALL_FORMS,
) -> pl.DataFrame:
    """Return reports with the attributes that rules name (`report_columns`, as far as they are known).

    `reports` are dim_report with agency_type, agency_level, prefecture and division_code, as far as they are known (an
    example of a rule has no title);
    `sections` report_section; `cells` cell; `folders` (report_key, folder_year); `years` dim_year; `beside`
    (report_key, files_beside, files_beside_en).
    """
    unknown = [pl.lit(None, pl.String).alias(name) for name in (*_OF_AGENCY, "title") if name not in reports.columns]
    known = (
        with_layout(reports.with_columns(unknown), forms)
        .join(_stated(sections), on="report_key", how="left")
        .join(_tables(cells), on="report_key", how="left")
        .join(statements(sections), on="report_key", how="left")
        .join(stale_years(sections, reports), on="report_key", how="left")
        .join(folders, on="report_key", how="left")
        .join(beside, on="report_key", how="left")
        .join(other_tables(cells, reports, forms), on="report_key", how="left")
        .join(years.select("year_key", "form_in_force", "period_end"), on="year_key", how="left")
    )
    held = pl.col("sections").fill_null([])
    in_sections = pl.all_horizontal(held.list.contains(n) for n in _STATUTORY_SECTIONS)
    mixed = pl.col("other_tables")
    return known.with_columns(
        may_make_rules(),
        sections_missing=(pl.col("layout") == "tables") & ~in_sections,
        template_left=pl.col("template_left").fill_null(False),
        tables_missing=_tables_missing(held, forms, is_last=False),
        tables_cut=_tables_missing(held, forms, is_last=True),
        period_is_year=_is_year(),
        years_conflict=_conflict(),
        forms_mixed=mixed.is_not_null(),
        **{f"other_tables_in_words{SUFFIX[language]}": _in_words(mixed, language, forms) for language in LANGUAGES},
    )


def _in_words(mixed: pl.Expr, language: Language, forms: Mapping[str, Form]) -> pl.Expr:
    return mixed.map_elements(lambda tables: tables_in_words(tables, language, forms), return_dtype=pl.String)


def _tables_missing(held: pl.Expr, forms: Mapping[str, Form], *, is_last: bool) -> pl.Expr:
    """Tell whether the heading of a section stands without its first table; in words from the first form with tables.

    With `is_last` of the last section, else of those before it: a text may have been cut off before a table, but not
    where it goes on. In a report in words no table is printed, so that any form's will do.
    """
    printed = [form for form in forms.values() if form.layout == "tables"]
    first_year = min(form.since for form in printed)
    in_words = (pl.col("layout") == "text") & (pl.col("year_key") >= first_year)
    tables = pl.col("tables").fill_null([])
    last = held.list.eval(pl.element().filter(pl.element().is_in(_STATUTORY_SECTIONS))).list.max().fill_null(0)
    return pl.any_horizontal(
        (in_words | (pl.col("form") == form.id))
        & held.list.contains(section)
        & ((last == section) if is_last else (last > section))
        & tables.list.contains(table).not_()
        for form in printed
        for section, table in _first_tables(form).items()
    )


def _first_tables(form: Form) -> dict[int, str]:
    """Return the first table of each section of a form by the number of the section."""
    first: dict[int, str] = {}
    for table in form.tables:
        if table.section is not None:
            first.setdefault(table.section, table.id)
    return first


def _stated(sections: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, sections, period_stated and what it says, template_left)."""
    ordered = sections.sort("report_key", "section")
    body = pl.col("body").fill_null("")
    plain = ordered.with_columns(text=pl.concat_str(pl.col("heading").fill_null(""), body).str.replace_all(r"\s+", ""))
    opening = pl.col("text").filter(pl.col("section") < 2).str.join("")
    found = plain.group_by("report_key").agg(
        sections="section", opening=opening, template_left=pl.col("text").str.contains(_TEMPLATE).any()
    )
    period = pl.col("opening").str.extract(_PERIOD, 1)
    return found.with_columns(period_stated=pl.when(period.str.contains(r"\d")).then(period)).select(
        "report_key",
        "sections",
        "template_left",
        "period_stated",
        broken=pl.col("period_stated").str.contains(_BROKEN),
        begin_year=_part(_BEGIN_END, 1),
        begin=pl.concat_str(_part(_BEGIN_END, 2), _part(_BEGIN_END, 3), separator="-"),
        end_year=pl.coalesce(_part(_BEGIN_END, 4), _part(_BEGIN_END, 1)),
        end=pl.concat_str(_part(_BEGIN_END, 5), _part(_BEGIN_END, 6), separator="-"),
        until_year=_part(_END, 1),
        until=pl.concat_str(_part(_END, 2), _part(_END, 3), separator="-"),
    )


def _part(pattern: str, group: int) -> pl.Expr:
    return pl.col("period_stated").str.extract(pattern, group).cast(pl.Int32)


def _tables(cells: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, tables): those of which any cell is printed."""
    printed = cells.filter(pl.col("is_statutory") & (pl.col("status") != "absent"))
    return printed.group_by("report_key").agg(tables=pl.col("table_id").unique())


def _is_year() -> pl.Expr:
    """Tell whether the stated period is the year of the report: read in full, or to its last day."""
    year = pl.col("year_key")
    whole = (pl.col("begin") == "1-1") & (pl.col("end") == "12-31") & (pl.col("begin_year") == year)
    whole &= pl.col("end_year") == year
    to_end = pl.col("begin").is_null() & (pl.col("until") == "12-31") & (pl.col("until_year") == year)
    # The regulation came into force on 1 May 2008, so the first reports begin there.
    first = (year == 2008) & (pl.col("begin") == "5-1") & (pl.col("end") == "12-31")
    return ~pl.col("broken").fill_null(False) & (whole | to_end | first).fill_null(False)


def _conflict() -> pl.Expr:
    """Tell whether title, period, folder and publication date contradict each other on the year."""
    year = pl.col("year_key")
    folder = (pl.col("folder_year") != year).fill_null(False) & (pl.col("folder_year") > 0).fill_null(False)
    period = (pl.col("begin_year") != year).fill_null(False) & (pl.col("begin_year") == pl.col("end_year")).fill_null(
        False
    )
    early = (pl.col("published_on").dt.year() < year).fill_null(False)
    # Where nobody can believe the year of a title (2002 for 2020) it is taken from the text, and contradicts it still.
    named = pl.col("title").str.extract_all(_YEAR_IN_TITLE)
    titled = ((named.list.len() > 0) & ~named.list.contains(year.cast(pl.String))).fill_null(False)
    return folder | period | early | titled
