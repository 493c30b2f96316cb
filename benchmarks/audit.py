"""How fast and in how much memory reports are audited: `python -m benchmarks.audit`.

Belongs here: generated frames of sound reports, the runs, the printed table. Keep out: rules, and what they catch
(`mutations`).
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from random import Random
from time import perf_counter
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.corpus.figures import Figure, Path, random_figures
from pipelines.agencies.deadlines import due_on
from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts import contract
from pipelines.forms import FORMS, Form
from pipelines.warehouse.dimensions import dim_year
from pipelines.warehouse.parts import REPORTS_PER_PART

_MB = 1_000_000
_MILLION = 1_000_000
_YEARS = {"2019": 2020, "2021": 2023}
# Different reports that are repeated under new keys; the time of a column does not depend on what it holds.
_POOL = 300
# Share of the repeated reports with one wrong figure, so that failures, hints and findings are measured too.
_WRONG = 0.2
_ITEMS = ("prior_year_items", "items_change")
_LAYOUTS = ("all printed", "all printed", "zeros blank", "totals blank", "zeros marked")
# About as many different clauses as a real report has; half of them stand in last year's too.
_NAMES = "甲乙丙丁戊己庚辛壬癸子丑"
_PAIRS = [a + b for a in _NAMES for b in _NAMES[:9]]
_CLAUSES = [f"{pair}任务由办公室{pair}组牵头落实，相关信息在{pair}栏目及时公开。" for pair in _PAIRS]
_PER_SECTION, _NEW = 12, 36
_OPENING = "本报告中所列数据的统计期限自{0}年1月1日起至{0}年12月31日止。"
_SENTENCE = "全年共收到政府信息公开申请{}件。"


def sound_report(rng: Random, form: Form) -> dict[Path, Figure]:
    """Return figures of a correct report: everything that a form relates adds up; some layouts leave cells blank."""
    figures = random_figures(rng, form)
    for path, figure in figures.items():
        table, row, column = path
        number = figure.value or Decimal(0)
        if column == "items_change":
            number = max(number, -(figures[table, row, "prior_year_items"].value or Decimal(0)))
            figures[path] = Figure(f"{number:+f}", number)
        elif column in ("total_published", "in_force"):
            other = "newly_published" if column == "total_published" else "issued"
            number += figures[table, row, other].value or Decimal(0)
            figures[path] = Figure(f"{number:f}", number)
        elif column == "decisions":
            number = _decisions(number, [figures.get((table, row, name)) for name in _ITEMS])
            figures[path] = Figure(f"{number:f}", number)
        elif column in ("total_amount", "amount_collected"):
            figures[path] = Figure(f"{number % 1000:f}万元", number % 1000)
    if ("procurement", "centralized_procurement", "total_amount") in figures:
        _procure(figures)
    return _laid_out(rng.choice(_LAYOUTS), figures)


def _decisions(number: Decimal, columns: list[Figure | None]) -> Decimal:
    """Return decisions that their items allow; equal to them, they would look like three years in three columns."""
    items = sum((figure.value or Decimal(0) for figure in columns if figure), Decimal(0))
    return Decimal(0) if None not in columns and items == 0 else number + (number == items)


def _procure(figures: dict[Path, Figure]) -> None:
    count, amount = (("procurement", "centralized_procurement", name) for name in ("project_count", "total_amount"))
    projects = (figures[count].value or Decimal(0)) % 60
    figures[count] = Figure(f"{projects:f}", projects)
    figures[amount] = Figure(f"{projects * 10:f}万元", projects * 10)


def _laid_out(layout: str, figures: dict[Path, Figure]) -> dict[Path, Figure]:
    def printed(path: Path, figure: Figure) -> Figure:
        counted = path[0] in ("applications", "reviews")
        if counted and layout == "totals blank" and path[2] == "total":
            return Figure("", None)
        if counted and layout.startswith("zeros") and figure.value == 0:
            return Figure("" if layout == "zeros blank" else "-", None)
        return figure

    return {path: printed(path, figure) for path, figure in figures.items()}


def cell_frame(reports: list[tuple[int, Form, dict[Path, Figure]]]) -> pl.DataFrame:
    """Return rows of the table cell for some reports, by their keys."""
    rows = []
    for key, form, figures in reports:
        for order, (path, figure) in enumerate(figures.items(), start=1):
            money = path[2] in ("total_amount", "amount_collected")
            status = "value" if figure.value is not None else "nil_mark" if figure.text else "blank"
            yuan = figure.value * 10_000 if money and figure.value is not None else None
            unit = ("万元", "header" if path[0] == "fees" else "cell") if money else ("件", None)
            whole = (key, _YEARS[form.id], ".".join(path), order, *path, True, figure.text, status, figure.value)
            rows.append((*whole, unit[0], yuan, unit[1], "label", None))
    names = "report_key year_key cell_path cell_order table_id row_id column_id is_statutory raw_text status value"
    columns = [*names.split(), "unit", "yuan", "unit_source", "matched_by", "note"]
    return pl.DataFrame(rows, schema={name: contract("cell").dtypes[name] for name in columns}, orient="row")


def report_frame(cells: pl.DataFrame, *, level: str = "prefecture") -> pl.DataFrame:
    """Return the rows of dim_report with their agencies for the reports of some cells."""
    forms = {year: form for form, year in _YEARS.items()}
    keys = cells.select("report_key", "year_key").unique(maintain_order=True)
    return keys.with_columns(
        form=pl.col("year_key").replace_strict(forms, return_dtype=pl.String),
        agency_status=pl.lit("exact"),
        agency_type=pl.lit("government"),
        agency_level=pl.lit(level),
        status=pl.lit("current"),
        published_on=pl.date(pl.col("year_key") + 1, 1, 20),
    ).with_columns(due_on())


def report_before(figures: dict[Path, Figure]) -> dict[Path, Figure]:
    """Return a report of the year before, with which every relation to last year holds."""
    before = dict(figures)
    for path, figure in figures.items():
        table, row, column = path
        if row == "carried_out":
            before[path] = figures[table, "carried_in", column]
        elif column == "items_change":
            before[path] = Figure("0", Decimal(0))
        elif column == "decisions":
            before[path] = Figure("", (figure.value or Decimal(0)) + 1)
        elif column == "in_force" and figure.value is not None:
            issued, repealed = (figures[table, row, name].value or 0 for name in ("issued", "repealed"))
            before[path] = Figure("", figure.value - issued + repealed)
    return before


def _wrong(rng: Random, figures: dict[Path, Figure]) -> dict[Path, Figure]:
    """Return a report in which one application figure is one too high."""
    path = rng.choice([path for path in figures if path[0] == "applications"])
    number = (figures[path].value or Decimal(0)) + 1
    return {**figures, path: Figure(f"{number:f}", number)}


def _repeated(frame: pl.DataFrame, times: int) -> pl.DataFrame:
    copies = pl.DataFrame({"copy": range(times)}, schema={"copy": pl.Int64})
    keys = pl.col("report_key") + pl.col("copy") * _POOL
    return copies.join(frame, how="cross").with_columns(report_key=keys).drop("copy")


def _sections(reports: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return a section 0 with the period and six sections of text, from a clause on."""
    texts = ["".join(_CLAUSES[first + start :][:_PER_SECTION]) for start in range(0, 6 * _PER_SECTION, _PER_SECTION)]
    sections = pl.DataFrame({"section": range(7), "told": ["", *texts]}, schema_overrides={"section": pl.Int32})
    opening = pl.format(_OPENING.replace("{0}", "{}"), "year_key", "year_key")
    return (
        reports.select("report_key", "year_key")
        .join(sections, how="cross")
        .with_columns(
            heading=pl.format("{}、情况", "section"),
            body=pl.when(pl.col("section") == 0)
            .then(opening)
            # Of every third report the text of this year is longer by half.
            .when((pl.col("report_key") % 3 == 0) & pl.lit(first > 0) & (pl.col("section") % 2 == 0))
            .then(pl.col("told") + pl.col("told").str.replace_all("任务", "事项"))
            .otherwise("told"),
        )
        .drop("told")
    )


def _figures(cells: pl.DataFrame) -> pl.DataFrame:
    """Return what the text states: the applications received, as a count and as a claim of none."""
    received = cells.filter(pl.col("cell_path") == "applications.received.total").with_columns(
        pl.col("value").fill_null(0)
    )
    parts = []
    for ordinal, kind in ((1, "count"), (2, "count"), (3, "none")):
        part = received.filter(pl.col("value") == 0) if kind == "none" else received
        sentence = pl.format(_SENTENCE, pl.col("value").cast(pl.Int64))
        means = pl.lit("applications.received.total,applications.received_and_carried_in")
        parts.append(
            part.select(
                "report_key", "year_key", "value", sentence=sentence, raw_text=sentence, meanings=means
            ).with_columns(ordinal=pl.lit(ordinal, pl.Int32), kind=pl.lit(kind))
        )
    own = pl.concat(parts)
    others = {name: dtype for name, dtype in contract("narrative_figure").dtypes.items() if name not in own.columns}
    return own.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in others.items())


@dataclass(frozen=True)
class Frames:
    """The frames of some reports that an audit reads from tables."""

    cells: pl.DataFrame
    reports: pl.DataFrame
    sections: pl.DataFrame
    figures: pl.DataFrame
    last: pl.DataFrame
    last_sections: pl.DataFrame


def frames(reports: int, seed: int = 1) -> Frames:
    """Return the frames of about so many reports, half of each form."""
    rng = Random(seed)
    forms = [FORMS[form] for form in _YEARS]
    pool = [(key, forms[key % len(forms)], sound_report(rng, forms[key % len(forms)])) for key in range(_POOL)]
    before = [(key, form, report_before(figures)) for key, form, figures in pool]
    pool = [(key, form, _wrong(rng, own) if rng.random() < _WRONG else own) for key, form, own in pool]
    times = max(1, reports // _POOL)
    base = cell_frame(pool)
    last = cell_frame(before).select("report_key", "cell_path", "status", "value")
    few = report_frame(base)
    parts = (base, few, _sections(few, _NEW), _figures(base), last, _sections(few, 0))
    return Frames(*(_repeated(part, times) for part in parts))


def audited(made: Frames) -> Audited:
    """Return what is audited, with the attributes of the reports."""
    folders = made.reports.select("report_key", folder_year="year_key")
    known = with_attributes(made.reports, made.sections, made.cells, folders, dim_year(max(_YEARS.values()) + 1))
    unmapped = contract("unmapped_row").empty()
    return Audited(
        made.cells,
        known,
        unmapped,
        made.figures,
        made.last,
        sections=made.sections,
        last_sections=made.last_sections,
    )


@dataclass(frozen=True)
class Run:
    """What auditing some reports took; memory is that of the whole process, its input included."""

    reports: int
    attributes: float
    evaluating: float
    finding: float
    input_bytes: int
    peak_bytes: int
    evaluations: int
    findings: int

    def with_more(self, other: Run) -> Run:
        """Return this and another run as one: memory is that of the larger."""
        return Run(
            self.reports + other.reports,
            self.attributes + other.attributes,
            self.evaluating + other.evaluating,
            self.finding + other.finding,
            max(self.input_bytes, other.input_bytes),
            max(self.peak_bytes, other.peak_bytes),
            self.evaluations + other.evaluations,
            self.findings + other.findings,
        )

    @property
    def seconds(self) -> float:
        """Return the seconds of attributes, evaluations and findings."""
        return self.attributes + self.evaluating + self.finding


def run(reports: int) -> Run:
    """Audit some reports in this process: as many at a time as a part of the warehouse holds, like a run."""
    whole, rest = divmod(reports, REPORTS_PER_PART)
    first, *others = ([rest] if rest else []) + [REPORTS_PER_PART] * whole
    total = _run(first)
    for size in others:
        total = total.with_more(_run(size))
    return total


def _run(reports: int) -> Run:
    made = frames(reports)
    before = _peak()
    start = perf_counter()
    known = audited(made)
    attributed = perf_counter()
    evaluated = evaluate(known)
    done = perf_counter()
    found = findings(evaluated)
    end = perf_counter()
    times = (attributed - start, done - attributed, end - done)
    return Run(made.reports.height, *times, before, _peak(), evaluated.height, found.height)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def results(runs: Iterator[Run]) -> Table:
    """Return a row for each run."""
    names = ("attributes", "evaluate", "findings", "reports/s", "1 M reports", "aim", "peak", "evaluations", "findings")
    table = Table("reports", *names, title="Auditing, by the size of a chunk")
    for one in runs:
        rate = one.reports / one.seconds
        table.add_row(
            f"{one.reports:,}",
            *(f"{seconds:.1f} s" for seconds in (one.attributes, one.evaluating, one.finding)),
            f"{rate:,.0f}",
            f"{_MILLION / rate / 60:.1f} min",
            "< 10 min",
            f"{one.peak_bytes / _MB:,.0f} MB ({one.input_bytes / _MB:,.0f} before)",
            f"{one.evaluations:,}",
            f"{one.findings:,}",
        )
    return table


def main(
    reports: Annotated[list[int] | None, typer.Option(min=_POOL, help="Reports of a run; may be repeated.")] = None,
) -> None:
    """Audit generated reports, each run in a process of its own, and print one table."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as apart:
        Console().print(results(apart.map(run, reports or [20_000, 100_000])))


if __name__ == "__main__":
    typer.run(main)
