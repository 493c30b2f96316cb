"""All rules over the frames of some reports: every evaluation is kept, failures become findings.

Belongs here: which frames an audit needs, and what becomes a finding. Keep out: how a rule is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.auditing.across import across_years
from pipelines.auditing.cells import cell_rules, report_rules, unmapped_rules
from pipelines.auditing.copying import copied_texts
from pipelines.auditing.figures import figure_rules, stated_yuan
from pipelines.auditing.in_words import SUFFIX, told
from pipelines.auditing.levels import summaries
from pipelines.auditing.local_packs import PACKS_ON, LocalPack, rules_of_packs
from pipelines.auditing.mixed_forms import with_layout
from pipelines.auditing.proved import proved_cells
from pipelines.auditing.relations import relations
from pipelines.auditing.rule_cells import scope_labels
from pipelines.auditing.rules_file import RULES
from pipelines.auditing.wide import EVALUATED, NUMBER, wide_frames
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS, Form
from pipelines.messages import Language

_EMPTY = pl.DataFrame(
    schema={
        **dict.fromkeys(EVALUATED, pl.String),
        **{"report_key": pl.Int64, "year_key": pl.Int32},
        **dict.fromkeys(("left_value", "right_value", "difference"), NUMBER),
    }
)


@dataclass(frozen=True)
class Audited:
    """What is audited: frames of the same reports.

    `cells` and `unmapped` are rows of their tables; `reports` of dim_report with the attributes that rules name.
    `figures` are rows of narrative_figure. `last` are cells of last year's reports under this year's report_key.
    `subordinates` are what the reports below a summary add up to (columns of `levels.BELOW`). `sections` are rows of
    report_section, `last_sections` those of last year's reports under this year's report_key. None: not evaluated.
    """

    cells: pl.DataFrame
    reports: pl.DataFrame
    unmapped: pl.DataFrame
    figures: pl.DataFrame | None = None
    last: pl.DataFrame | None = None
    subordinates: pl.DataFrame | None = None
    sections: pl.DataFrame | None = None
    last_sections: pl.DataFrame | None = None


def _plain(name: str) -> pl.Expr:
    """Render a number without trailing zeros."""
    return pl.col(name).cast(pl.String).str.replace(r"\.?0+$", "").replace({"": "0", "-": "0"})


# The figures of a finding as both languages tell them.
_FIGURES = {
    "left_told": _plain("left_value"),
    "right_told": _plain("right_value"),
    "difference_told": _plain("difference"),
}


def evaluate(
    audited: Audited, *, forms: Mapping[str, Form] = ALL_FORMS, packs: Sequence[LocalPack] = PACKS_ON
) -> pl.DataFrame:
    """Return the evaluations of all rules (columns of audit_evaluation).

    `forms` are those of the reports, `packs` the local ones that are on: each is for the reports of its division.
    """
    cells, reports = audited.cells, with_layout(audited.reports, forms)
    known = stated_yuan(cells, audited.figures)
    parts = [*cell_rules(known, reports), *report_rules(reports), *unmapped_rules(audited.unmapped)]
    parts += proved_cells(cells)
    for wide in wide_frames(cells, reports, audited.last, forms=forms):
        parts += [*relations(wide), *across_years(wide)]
    if audited.figures is not None:
        parts += figure_rules(audited.figures, cells)
    if audited.subordinates is not None:
        parts += summaries(cells, audited.subordinates)
    if audited.sections is not None and audited.last_sections is not None:
        parts += copied_texts(audited.sections, audited.last_sections)
    parts += [part for pack in packs for part in _of_pack(pack, known, reports)]
    whole = pl.concat([_EMPTY, *(part.cast(dict(_EMPTY.schema)) for part in parts)])  # type: ignore[arg-type]
    return whole.sort("year_key", "report_key", "rule", "scope")


def _of_pack(pack: LocalPack, cells: pl.DataFrame, reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    own = pack.reports_of(reports)
    if not own.is_empty():
        yield from cell_rules(cells.join(own, on="report_key", how="semi"), own, pack.rules)
        yield from report_rules(own, pack.rules)


def findings(evaluations: pl.DataFrame, *, packs: Sequence[LocalPack] = PACKS_ON) -> pl.DataFrame:
    """Return audit_finding: failures at their rule's severity, failures with assumed zeros at most as warnings."""
    known = [*RULES, *(rule for _, rule in rules_of_packs(packs))]
    rules = pl.DataFrame(
        [(r.rule, r.severity, r.zh, r.en) for r in known], schema=["rule", "rule_severity", "zh", "en"], orient="row"
    )
    special = pl.DataFrame(
        [(r.rule, scope, severity) for r in RULES for scope, severity in r.severity_of.items()],
        schema={"rule": pl.String, "scope": pl.String, "scope_severity": pl.String},
        orient="row",
    )
    failed = (
        evaluations.filter(pl.col("outcome").is_in(["fail", "assumed_zero_fail"]))
        .join(rules, on="rule")
        .join(special, on=["rule", "scope"], how="left")
        .join(scope_labels(), on="scope", how="left")
        .with_columns(own=pl.coalesce("scope_severity", "rule_severity"), **_FIGURES)
    )
    assumed = pl.col("outcome") == "assumed_zero_fail"
    severity = pl.when(assumed & (pl.col("own") == "error")).then(pl.lit("warning")).otherwise("own")
    table = contract("audit_finding")
    return failed.select(
        "report_key",
        "year_key",
        "rule",
        "scope",
        severity.alias("severity"),
        "outcome",
        "left_value",
        "right_value",
        "difference",
        "cell_path",
        _message("zh").alias("message"),
        _message("en").alias("message_en"),
        "hint",
        "hint_en",
    ).sort(table.sort)


def _message(language: Language) -> pl.Expr:
    """Return what is told of a failure: the rule, the place, the figures, and where a blank decided it."""
    suffix = SUFFIX[language]
    place = pl.coalesce(
        *(["detail_en", "detail"] if suffix else ["detail"]),
        f"scope_label{suffix}",
        pl.when(pl.col("scope") != "").then("scope"),
        told(language, "auditing.whole_report"),
    )
    what = {"rule": pl.col(language), "place": place}
    figures = {"left": "left_told", "right": "right_told", "difference": "difference_told"}
    # The figures are NULL where there is no difference.
    finding = pl.coalesce(
        told(language, "auditing.finding_with_figures", **what, **figures),
        told(language, "auditing.finding", **what),
    )
    assumed = told(language, "auditing.finding_assumed", finding=finding)
    return pl.when(pl.col("outcome") == "assumed_zero_fail").then(assumed).otherwise(finding)
