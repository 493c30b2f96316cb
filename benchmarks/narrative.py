"""Which wrong numbers in a text are found, and which true ones accused: `python -m benchmarks.narrative`.

Every generated report is correct and tells its figures in some of the sentences of `corpus.telling`, once truly and
once with one number wrong.
Belongs here: telling and judging. Keep out: the sentences, the reports (`audit`), rules.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Annotated, NamedTuple

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.audit import cell_frame, report_frame
from benchmarks.corpus.figures import Figure, Path, random_figures
from benchmarks.corpus.telling import SENTENCES, told, told_wrongly
from pipelines.auditing.figures import figure_rules
from pipelines.auditing.stale_years import stale_years
from pipelines.contracts import contract
from pipelines.extracting.narrative.figures import narrative_figures
from pipelines.extracting.sections import Section
from pipelines.forms import FORMS, Form

_FORM = FORMS["2021"]
_YEAR = 2023
_PER_REPORT = 4
_FAILED = ("fail", "assumed_zero_fail")


class Told(NamedTuple):
    """A report with the text that tells it; `wrong` is the measure whose number is wrong, None where all are true."""

    key: int
    text: str
    wrong: str | None


def reports(count: int, seed: int) -> tuple[pl.DataFrame, list[Told]]:
    """Return the cells of generated reports, two for each drawn one, and their texts: true ones and wrong ones."""
    rng = Random(seed)
    drawn: list[tuple[int, Form, dict[Path, Figure]]] = []
    texts: list[Told] = []
    for n in range(count):
        figures = random_figures(rng, _FORM)
        cells = {".".join(path): figure.value or Decimal(0) for path, figure in figures.items()}
        chosen = rng.sample(SENTENCES, _PER_REPORT)
        texts.append(Told(2 * n, "".join(told(each, cells) or "" for each in chosen), None))
        wrong = [*told_wrongly(rng.choice(SENTENCES), cells)]
        drawn.append((2 * n, _FORM, figures))
        if wrong:
            name, text = rng.choice(wrong)
            texts.append(Told(2 * n + 1, text, name))
            drawn.append((2 * n + 1, _FORM, figures))
    return cell_frame(drawn), texts


def accused(cells: pl.DataFrame, texts: list[Told]) -> pl.DataFrame:
    """Return (report_key, rule, detail): what the rules over texts find."""
    found = pl.concat(figure_rules(_stated(texts), cells)).filter(pl.col("outcome").is_in(_FAILED))
    sections = pl.DataFrame(
        [(each.key, 1, None, each.text) for each in texts],
        schema={"report_key": pl.Int64, "section": pl.Int32, "heading": pl.String, "body": pl.String},
        orient="row",
    )
    stale = stale_years(sections, report_frame(cells)).select(
        "report_key", rule=pl.lit("report.stale_year"), detail="stale_year"
    )
    return pl.concat([found.select("report_key", "rule", "detail"), stale])


def _stated(texts: list[Told]) -> pl.DataFrame:
    table = contract("narrative_figure")
    names = {"figure_group": "group", "figure_role": "role", "stop": "end", "raw_text": "raw"}
    rows = []
    for each in texts:
        for figure in narrative_figures([Section(1, None, each.text)], _YEAR):
            own = {**figure._asdict(), "report_key": each.key, "year_key": _YEAR, "meanings": ",".join(figure.meanings)}
            rows.append(tuple(own[names.get(column, column)] for column in table.columns))
    return pl.DataFrame(rows, schema=table.dtypes, orient="row")


def main(
    count: Annotated[
        int, typer.Option("--reports", min=1, help="Reports told truly; as many are told wrongly.")
    ] = 2000,
    seed: int = 1,
) -> None:
    """Tell generated reports and print what is found of the wrong numbers, by table, and the true ones accused."""
    cells, texts = reports(count, seed)
    found = accused(cells, texts)
    keys = {*found["report_key"]}
    planted = Counter(each.wrong.split(".")[0] for each in texts if each.wrong)
    caught = Counter(each.wrong.split(".")[0] for each in texts if each.wrong and each.key in keys)
    table = Table("table", "wrong numbers", "found", "in 100", title="Numbers of texts put wrong")
    for name, number in sorted(planted.items()):
        table.add_row(name, f"{number:,}", f"{caught[name]:,}", f"{caught[name] / number:.1%}")
    console = Console()
    console.print(table)
    true = {each.key for each in texts if each.wrong is None}
    alarms = found.filter(pl.col("report_key").is_in([*true]))
    console.print(f"true texts: {len(true):,}; accused: {alarms['report_key'].n_unique():,}")
    for rule, detail in alarms.select("rule", "detail").head(10).rows():
        console.print(f"  {rule}: {detail}")


if __name__ == "__main__":
    typer.run(main)
