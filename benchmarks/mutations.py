"""How many wrong figures the rules catch, and how often they accuse a correct report: `python -m benchmarks.mutations`.

One printed cell of a correct report (or one row, shifted) is changed. It is caught if an error or a warning that the
unchanged report does not have stands on a relation that uses the cell. Belongs here: changes, counting, printing.
Keep out: correct reports (`audit`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.audit import cell_frame, report_before, report_frame, sound_report
from benchmarks.corpus.figures import Figure, Path
from pipelines.auditing import rule_cells_frame
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts import contract
from pipelines.forms import FORMS, Form

Figures = dict[Path, Figure]
Changed = dict[Path, Figure]
_PART = 2_000
_MONEY = ("total_amount", "amount_collected")


def _figure(number: Decimal) -> Figure:
    return Figure(f"{number:f}", number)


def _digit(rng: Random, figures: Figures, path: Path) -> Changed:
    number = figures[path].value
    if number is None or number != int(number):
        return {}
    digits = list(str(abs(int(number))))
    at = rng.randrange(len(digits))
    digits[at] = rng.choice([d for d in "123456789" if d != digits[at]])
    return {path: _figure(Decimal("".join(digits)).copy_sign(number))}


def _swapped(rng: Random, figures: Figures, path: Path) -> Changed:
    number = figures[path].value
    digits = list(str(int(number))) if number is not None and number == int(number) else []
    places = [i for i in range(len(digits) - 1) if digits[i].isdigit() and digits[i] != digits[i + 1]]
    if not places:
        return {}
    at = rng.choice(places)
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    return {path: _figure(Decimal("".join(digits)))}


def _blank(_: Random, figures: Figures, path: Path) -> Changed:
    return {path: Figure("", None)} if figures[path].value else {}


def _shifted(_: Random, figures: Figures, path: Path) -> Changed:
    row = [own for own in figures if own[:2] == path[:2]]
    moved = dict(zip(row[1:], [figures[own] for own in row], strict=False)) | {row[0]: Figure("", None)}
    return {own: figure for own, figure in moved.items() if figure.value != figures[own].value}


def _unit(_: Random, figures: Figures, path: Path) -> Changed:
    number = figures[path].value
    return {path: _figure(number * 10_000)} if path[2] in _MONEY and number else {}


def _neighbour(_: Random, figures: Figures, path: Path) -> Changed:
    row = [own for own in figures if own[:2] == path[:2]]
    other = figures[row[(row.index(path) + 1) % len(row)]]
    return {path: other} if other.value is not None and other.value != figures[path].value else {}


def _sign(_: Random, figures: Figures, path: Path) -> Changed:
    number = figures[path].value
    return {path: _figure(-number)} if number else {}


CHANGES: dict[str, Callable[[Random, Figures, Path], Changed]] = {
    "digit changed": _digit,
    "digits swapped": _swapped,
    "blank": _blank,
    "row shifted": _shifted,
    "yuan as 万元": _unit,
    "neighbour's value": _neighbour,
    "sign": _sign,
}


def judged(
    reports: list[tuple[int, Form, Figures]], before: list[tuple[int, Form, Figures]], level: str = "prefecture"
) -> pl.DataFrame:
    """Return the findings of some reports with their reports of the year before."""
    cells = cell_frame(reports)
    last = cell_frame(before).select("report_key", "cell_path", "status", "value")
    known = report_frame(cells, level=level)
    return findings(evaluate(Audited(cells, known, contract("unmapped_row").empty(), last=last)))


def false_alarms(reports: int, seed: int) -> Counter[tuple[str, str]]:
    """Count the findings of correct reports by (severity, rule)."""
    found: Counter[tuple[str, str]] = Counter()
    rng = Random(f"{seed} correct")
    for start in range(0, reports, _PART):
        part = [(key, form, sound_report(rng, form)) for key, form in _keys(start, min(reports, start + _PART))]
        before = [(key, form, report_before(figures)) for key, form, figures in part]
        found.update(judged(part, before).select("severity", "rule").iter_rows())
    return found


def _keys(start: int, stop: int) -> list[tuple[int, Form]]:
    forms = list(FORMS.values())
    return [(key, forms[key % len(forms)]) for key in range(start, stop)]


def caught(kind: str, reports: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Return how many changes were made and how many caught, by table."""
    rng = Random(f"{seed} {kind}")
    own, before, sound, changed = [], [], [], []
    for key, form in _keys(0, reports):
        figures = sound_report(rng, form)
        paths = [path for path in figures if kind != "yuan as 万元" or path[2] in _MONEY]
        tried = (CHANGES[kind](rng, figures, rng.choice(paths)) for _ in range(200))
        found = next((change for change in tried if change), None)
        if found is None:
            continue
        sound.append((key, form, figures))
        own.append((key, form, {**figures, **found}))
        before.append((key, form, report_before(figures)))
        changed += [(key, form.id, ".".join(path), path[0]) for path in found]
    made = pl.DataFrame(changed, schema=["report_key", "form", "cell_path", "table_id"], orient="row")
    new = judged(own, before, "county").join(
        judged(sound, before, "county"), on=["report_key", "rule", "scope"], how="anti"
    )
    named = _named(new.filter(pl.col("severity") != "info"), made)
    tables = made.group_by("report_key").agg(pl.col("table_id").first())
    hit = tables.join(named, on="report_key", how="semi")
    return Counter(tables["table_id"].to_list()), Counter(hit["table_id"].to_list())


def _named(found: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Return the findings that name a changed cell, its row, its table, or a relation that uses it."""
    both = found.select("report_key", "rule", "scope", told="cell_path").join(made, on="report_key")
    used = rule_cells_frame().select("rule", "scope", "form", "cell_path")
    related = both.join(used, on=["rule", "scope", "form", "cell_path"], how="semi")
    row = pl.col("cell_path").str.replace(r"\.[^.]+$", "")
    same = (pl.col("told") == pl.col("cell_path")) | (pl.col("scope") == row)
    whole = pl.col("scope") == pl.col("table_id")
    return pl.concat([related, both.filter((same | whole).fill_null(False))]).select("report_key").unique()


def caught_table(reports: int, seed: int) -> Table:
    """Return the rate of changes caught, by kind and table."""
    names = ("documents", "licensing", "enforcement", "fees", "procurement", "applications", "reviews")
    table = Table("change", "all", *names, title=f"Changes caught by an error or a warning ({reports} of each kind)")
    for kind in CHANGES:
        made, hit = caught(kind, reports, seed)
        rates = (f"{hit[name] / made[name]:.0%} of {made[name]}" if made[name] else "" for name in names)
        table.add_row(kind, f"{hit.total() / made.total():.0%}", *rates)
    return table


def alarms_table(reports: int, seed: int) -> Table:
    """Return the findings of correct reports."""
    table = Table("severity", "rule", "findings", "aim", title=f"Findings of {reports:,} correct reports")
    found = false_alarms(reports, seed)
    errors = sum(number for (severity, _), number in found.items() if severity == "error")
    table.add_row("error", "all", str(errors), "0")
    for (severity, rule), number in sorted(found.items()):
        table.add_row(severity, rule, str(number), "")
    return table


def main(
    reports: Annotated[int, typer.Option(min=10, help="Reports for each kind of change.")] = 2000,
    correct: Annotated[int, typer.Option(min=10, help="Correct reports.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the reports and changes.")] = 1,
) -> None:
    """Change reports, audit them and correct ones, and print two tables."""
    console = Console()
    console.print(caught_table(reports, seed))
    console.print(alarms_table(correct, seed))


if __name__ == "__main__":
    typer.run(main)
