"""Which reports say the same: copies of one content, readings that agree, a text beside the report with the tables.

Belongs here: comparing what reports say in numbers. Keep out: which of several that differ counts (`standing`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.forms import NARRATIVE
from pipelines.warehouse.agreements import MIN_SHARED, UNREAD, is_emptied

_AMBIGUOUS, _ABSENT = UNREAD
(_DUPLICATE,) = code_list("report_status").named("duplicate_of")
_SAME, _AGREEING, _PART, _WITHOUT_TABLES, _ALIKE = code_list("status_basis").named(
    "same_content", "agreeing_content", "part_of_whole", "without_tables", "alike_by_name"
)
(_CURRENT,) = code_list("report_status").named("current")
NUMBERS: dict[str, Any] = {
    "report_key": pl.Int64,
    "place": pl.Int32,
    "status": pl.String,
    "value": pl.Decimal(18, 6),
    "yuan": pl.Decimal(18, 2),
}
Numbers = Callable[[list[int]], pl.DataFrame]
# What a report says in numbers, summed up in one row, and its words, by which it equals another (null of too few).
SAID: dict[str, Any] = {
    "report_key": pl.Int64,
    "content": pl.String,
    "digits": pl.Int64,
    "held": pl.Int64,
    "unread": pl.Int64,
    "absent": pl.Int64,
    "words": pl.String,
}
Said = Callable[[list[int]], pl.DataFrame]
_SEEDS = (11, 23)
# So many digits of different numbers are not the same by chance in reports of two agencies; few small numbers are.
_TELLING_DIGITS = 8
# Fewer characters than these are a heading, and no text of an agency's own.
_MIN_WORDS = 20
# How surely an agency is known whose reports may be told from those of others.
KNOWN = code_list("agency_status").named("exact", "inferred")
# Reports that are never added up together: of one group at most one counts.
GROUP = ("agency_key", "year_key", "class_of_scope")
_SUMMARY, _OWN = code_list("scope").named("summary", "own")
SAID_SCOPE = code_list("scope_basis").named("stated", "worded")
# Of equal contents the one that counts: a sure agency, what someone chose, a stated scope, a date, the best format.
_BEST = ("is_sure", "is_kept", "is_scoped", "is_dated", "trust", "report_key")
_OF_NAME = ["name", "year_key", "form", "content"]
_BEST_DESCENDING = (True, True, True, True, False, False)


def is_sure() -> pl.Expr:
    """Tell whether it is known whose report it is, and of which year."""
    return pl.col("agency_status").is_in(KNOWN) & (pl.col("year_key") > 0)


def class_of_scope() -> pl.Expr:
    """Return what is added up together: a report that does not say its scope may be the agency's own."""
    return pl.when(pl.col("scope") == _SUMMARY).then(pl.lit(_SUMMARY)).otherwise(pl.lit(_OWN)).alias("class_of_scope")


def basis_of(status: str, basis: str) -> list[pl.Expr]:
    """Return status and status_basis as columns."""
    return [pl.lit(status).alias("status"), pl.lit(basis).alias("status_basis")]


def summed_up(printed: pl.LazyFrame) -> pl.LazyFrame:
    """Return SAID, one row for each report with numbers, from rows NUMBERS: `content` equals where all numbers do.

    `digits` counts those of the different numbers other than 0; `words` stand in no number, and are null.
    """
    different = pl.col("value").filter(pl.col("value") != 0).unique().cast(pl.Int64).abs().cast(pl.String)
    number = pl.coalesce(pl.col("yuan").cast(pl.String), pl.col("value").cast(pl.String), pl.lit(""))
    said = pl.concat_str("status", number, separator=" ").sort_by("place").str.join("|")
    return printed.group_by("report_key").agg(
        # Twice 64 bits in the place of some kilobytes: reports of a whole country are held against each other.
        content=pl.concat_str(*(said.hash(seed).cast(pl.String) for seed in _SEEDS)),
        digits=different.str.len_chars().sum().cast(pl.Int64),
        held=pl.col("value").is_not_null().sum().cast(pl.Int64),
        unread=pl.col("status").is_in(UNREAD).sum().cast(pl.Int64),
        absent=(pl.col("status") == _ABSENT).sum().cast(pl.Int64),
        words=pl.lit(None, pl.String),
    )


def in_one_hash(sections: pl.LazyFrame) -> pl.LazyFrame:
    """Return (report_key, words), one row for each report, from rows (report_key, section, heading, body).

    Equal where headings and text are, but for spaces; null where there is less than a sentence.
    """
    text = pl.concat_str("heading", "body", separator="", ignore_nulls=True).str.replace_all(r"\s+", "")
    length = pl.col("text").str.len_chars().sum()
    hashes = (pl.col("text").hash(seed).cast(pl.String).sort_by("section").str.join("|").hash(seed) for seed in _SEEDS)
    return (
        sections.select("report_key", "section", text=text)
        .group_by("report_key")
        .agg(words=pl.concat_str(*(each.cast(pl.String) for each in hashes)), length=length)
        .select("report_key", words=pl.when(pl.col("length") >= _MIN_WORDS).then("words"))
    )


def contents(known: pl.DataFrame, said: Said) -> pl.DataFrame:
    """Return what reports say (SAID) that have others of their agency or name."""
    of_agency = is_sure() & (pl.len().over("agency_key", "year_key") > 1)
    of_name = (pl.col("year_key") > 0) & pl.col("name").is_not_null() & (pl.len().over("name", "year_key") > 1)
    wanted = known.filter(of_agency | of_name)
    # A narrative without a figure says nothing that another could contradict.
    return (
        wanted.select("report_key")
        .join(said(wanted["report_key"].to_list()), on="report_key", how="left")
        .with_columns(
            pl.col("content").fill_null(""),
            pl.col("digits", "held", "unread", "absent").fill_null(0),
        )
    )


def _best(column: str = "report_key") -> pl.Expr:
    return pl.col(column).sort_by(_BEST, descending=list(_BEST_DESCENDING)).first()


def same_content(contenders: pl.DataFrame) -> pl.DataFrame:
    """Pair copies with the report they repeat: equal in form and every cell, of one agency or under one printed name.

    Of an agency whose reports of a year have different names they are copies where their numbers are too many to be the
    same by chance, or where the text is the same as well: two offices that were made one report nothing but zeros, too.
    An agency that is not sure is known by its printed name alone, which offices of many places bear. So its report is
    a copy where its numbers are too many to be the same by chance, or where the text is the same as well; reports of
    nothing but zeros are alike wherever they come from.
    """
    sure = pl.col("is_sure")
    rows = contenders.filter(pl.col("content").is_not_null()).with_columns(
        is_sure=is_sure(),
        # What is only presumed by law says nothing against a copy that states its scope.
        is_scoped=pl.col("scope_basis").is_in(SAID_SCOPE).fill_null(False),
        is_dated=pl.col("published_on").is_not_null(),
    )
    by = ["agency_key", "year_key", "form", "content"]
    stated = pl.col("scope").filter(pl.col("is_scoped")).n_unique().over(by)
    scope = pl.when(stated > 1).then(
        pl.when(pl.col("scope") == _SUMMARY).then(pl.lit(_SUMMARY)).otherwise(pl.lit(_OWN))
    )
    own = rows.filter(sure).with_columns(fold=scope.fill_null("any"))
    kept_of_agency = own.with_columns(related_report_key=_best().over(*by, "fold"))
    kept = own.select(related_report_key="report_key", name_of_other="name", words_of_other="words")
    copies = (
        kept_of_agency.filter(pl.col("report_key") != pl.col("related_report_key"))
        .join(kept, on="related_report_key")
        .filter(_is_of_one_office())
    )
    first = rows.join(copies, on="report_key", how="anti")
    evidence = pl.when(pl.col("digits") >= _TELLING_DIGITS).then(pl.lit("")).otherwise("words")
    named = [*_OF_NAME, "evidence"]
    agencies = pl.col("agency_key").filter(sure).n_unique()
    unsure = (
        first.filter(_may_be_one())
        .with_columns(evidence=evidence, agencies=agencies.over(_OF_NAME))
        .filter(pl.col("evidence").is_not_null(), ~sure | (pl.col("agencies") == 1))
        .with_columns(related_report_key=_best().over(named))
        .filter(~sure & (pl.col("report_key") != pl.col("related_report_key")))
    )
    columns = ["report_key", "related_report_key"]
    return pl.concat([copies.select(columns), unsure.select(columns)]).with_columns(basis_of(_DUPLICATE, _SAME))


def _is_of_one_office() -> pl.Expr:
    """Tell of two reports of an agency whether they are those of one office: its name, or more than chance, says so.

    Names that follow each other in time are one agency (`organs.yml`), and two offices where both stand in one year.
    """
    name, other = pl.col("name"), pl.col("name_of_other")
    one_name = name.str.contains(other, literal=True) | other.str.contains(name, literal=True)
    is_telling = (pl.col("digits") >= _TELLING_DIGITS) | (pl.col("words") == pl.col("words_of_other"))
    return one_name.fill_null(True) | is_telling.fill_null(False)


def _may_be_one() -> pl.Expr:
    """Tell whether a report has what others under its name could repeat: a name, a year, a number other than 0."""
    return (pl.col("digits") > 0) & pl.col("name").is_not_null() & (pl.col("year_key") > 0)


def alike_by_name(contenders: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Return the reports of no sure agency that may be copies, and are not known to be: same name, same numbers.

    They count, as offices of two places do, and what they rest on says that they may be one.
    """
    left = contenders.join(same, on="report_key", how="anti").filter(_may_be_one() & pl.col("content").is_not_null())
    alike = left.filter(pl.len().over(_OF_NAME) > 1).filter(~is_sure())
    return alike.with_columns(basis_of(_CURRENT, _ALIKE), related_report_key=pl.lit(None, pl.Int64))


def beside_tables(sure: pl.DataFrame) -> pl.DataFrame:
    """Pair narratives with the report of the same agency and year that has the tables."""
    by = ["agency_key", "year_key"]
    is_text = pl.col("form") == NARRATIVE
    tables = sure.filter(~is_text).sort("report_key")
    # What a text says in numbers is no table: it tells nothing of two offices that are taken for one.
    of_other = {"name_of_other": "name", "words_of_other": "words", "scope_of_other": "class_of_scope"}
    pairs = sure.filter(is_text).join(tables.select(*by, related_report_key="report_key", **of_other), on=by)
    return (
        pairs.with_columns(digits=pl.lit(0, pl.Int64))
        .filter(_is_of_one_office())
        .sort("report_key", pl.col("class_of_scope") != pl.col("scope_of_other"), "related_report_key")
        .unique("report_key", keep="first", maintain_order=True)
        .with_columns(basis_of(_DUPLICATE, _WITHOUT_TABLES))
    )


def agreeing(sure: pl.DataFrame, numbers: Numbers) -> pl.DataFrame:
    """Pair reports of one group whose numbers agree, though of one some could not be read, with the better one.

    The one of which more could be read is the better, then the later edition, then the fuller one. Mostly the same
    numbers make two reports one, or that one is a part of the other: each of its numbers stands there, and what it
    lacks it does not print, as where a file was cut off (there the last row may be in doubt; one that reads badly is
    no part, as what cannot be read may differ). A cell that is blank, a dash or words in one and a number in the
    other is a difference: a number may have been withdrawn. Nor is a copy what a decision keeps over the other.
    """
    group = [*GROUP, "form"]
    rivals = sure.filter((pl.len().over(group) > 1) & (pl.col("form") != NARRATIVE))
    none = pl.DataFrame(schema={"report_key": pl.Int64, "related_report_key": pl.Int64})
    if rivals.is_empty():
        return none.with_columns(basis_of(_DUPLICATE, _AGREEING))
    better = ["unread", "edition", "held", "trust", "report_key"]
    ranked = rivals.sort(better, descending=[False, True, True, False, False])
    ranked = ranked.with_columns(rank=pl.int_range(pl.len()).over(group))
    of_other = {"rank_of_other": "rank", "held_by_other": "held", "sha256s_of_other": "sha256s"}
    of_other |= {"name_of_other": "name", "words_of_other": "words"}
    other = ranked.select(*group, related_report_key="report_key", **of_other)
    pairs = ranked.join(other, on=group).filter(pl.col("rank_of_other") < pl.col("rank"), _is_of_one_office())
    pairs = pairs.filter(pl.col("over").list.set_intersection("sha256s_of_other").list.len().fill_null(0) == 0)
    # All numbers of either: those of both, less those they share.
    all_numbers = pl.col("held") + pl.col("held_by_other") - pl.col("shared")
    is_mostly = pl.col("shared") >= all_numbers * MIN_SHARED
    is_part = (pl.col("shared") == pl.col("held")) & (pl.col("not_printed") > pl.col("in_doubt"))
    agree = (
        pairs.join(_shared(pairs, numbers(rivals["report_key"].to_list())), on=["report_key", "related_report_key"])
        .filter((pl.col("differing") == 0) & (pl.col("emptied") == 0) & (is_mostly | is_part))
        .with_columns(basis=pl.when(is_mostly).then(pl.lit(_AGREEING)).otherwise(pl.lit(_PART)))
        .sort("rank", "rank_of_other")
    )
    copies: dict[int, tuple[int, str]] = {}
    for key, kept, basis in agree.select("report_key", "related_report_key", "basis").iter_rows():
        if key not in copies and kept not in copies:
            copies[key] = kept, basis
    return pl.DataFrame(
        [(key, kept, _DUPLICATE, basis) for key, (kept, basis) in copies.items()],
        schema={**none.schema, "status": pl.String, "status_basis": pl.String},
        orient="row",
    )


def _shared(pairs: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """Count the numbers that stand in both reports of a pair, and those of them that differ; amounts in yuan.

    Of the other's that the report does not have, `not_printed` and `in_doubt`; `emptied` are the cells of either that
    are printed without a number where the other has one.
    """
    held = printed.filter(pl.col("value").is_not_null()).select("report_key", "place", "value", "yuan")
    other = held.rename({"report_key": "related_report_key", "value": "other_value", "yuan": "other_yuan"})
    in_yuan = pl.col("yuan").is_not_null() & pl.col("other_yuan").is_not_null()
    differs = (
        pl.when(in_yuan)
        .then(pl.col("yuan") != pl.col("other_yuan"))
        .otherwise(pl.col("value") != pl.col("other_value"))
    )
    keys = ["report_key", "related_report_key"]
    without = printed.filter(pl.col("value").is_null()).select("report_key", "place", "status")
    lacking = (
        pairs.select(keys)
        .join(without, on="report_key")
        .join(other, on=["related_report_key", "place"], how="semi")
        .group_by(keys)
        .agg(
            not_printed=(pl.col("status") == _ABSENT).sum(),
            in_doubt=(pl.col("status") == _AMBIGUOUS).sum(),
            emptied=is_emptied().sum(),
        )
    )
    lacking_there = (
        pairs.select(keys)
        .join(without.rename({"report_key": "related_report_key"}), on="related_report_key")
        .join(held, on=["report_key", "place"], how="semi")
        .group_by(keys)
        .agg(emptied_there=is_emptied().sum())
    )
    return (
        pairs.select(keys)
        .join(held, on="report_key")
        .join(other, on=["related_report_key", "place"])
        .group_by(keys)
        .agg(shared=pl.len(), differing=differs.sum())
        .join(lacking, on=keys, how="left")
        .join(lacking_there, on=keys, how="left")
        .with_columns(pl.col("not_printed", "in_doubt", "emptied", "emptied_there").fill_null(0))
        .with_columns(emptied=pl.col("emptied") + pl.col("emptied_there"))
    )
