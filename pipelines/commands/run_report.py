"""What a run prints when it ends: what is in the release, which reports are undecided, which files are quarantined.

Shared by the run that built something and the one that had nothing to do. Keep out: running (`assets.run`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from pipelines.commands.coded import in_words, what_to_do
from pipelines.commands.printing import show_table
from pipelines.contracts.codes import code_list
from pipelines.releases.open_release import connect
from pipelines.releases.summary import EXAMPLE_QUERY, conflicting, counts, example_query, quarantined

_SHOWN_QUARANTINED = 20
_SHOWN_UNDECIDED = 20
_SHOWN_EXAMPLE = 10
_UNDECIDED = ("年度 year", "机关 agency", "文件 file")
QUARANTINED_EXIT = 3


def console_for_notes() -> Console:
    """Return the console of standard error: what is told while a run goes on, and what needs somebody."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_causes(causes: Iterable[str], console: Console) -> None:
    """Print in one line why a run works (codes of run_cause)."""
    codes = code_list("run_cause")
    told = ", ".join(f"{codes.label(code, 'zh')} {codes.label(code, 'en')}" for code in causes)
    console.print(f"有变化 changed: {told}", markup=False)


def print_mended(notes: Iterable[str], console: Console) -> None:
    """Print what of the ledger had to be replayed."""
    for note in notes:
        console.print(f"台账已据日志恢复 ledger recovered: {note}", markup=False)


def print_failures(lines: Iterable[str], console: Console, published: str | None = None) -> None:
    """Print why a run failed, and what is current: a release that it published before, or the one that was."""
    for line in lines:
        console.print(f"failed: {line}", markup=False)
    if published is None:
        console.print("nothing was published; the current release is unchanged")
    else:
        console.print(f"{published} was published before that, and is current on this machine", markup=False)


def print_nothing_new(release: Path, console: Console, read: str = "0 files read") -> None:
    """Print that a run published nothing, and which release is current."""
    told = f"{read}, nothing published; current is {release.name}"
    console.print(f"[bold]无新内容 nothing new:[/] {told}")


def print_release(release: Path, console: Console) -> int:
    """Print what is in a release, and on standard error what is quarantined; returns the exit code of the run."""
    show_table("仓库 warehouse", ["内容 content", "数量 rows"], [(k, f"{n:,}") for k, n in counts(release)], console)
    _print_example(release, console)
    _print_undecided(release, console)
    refused = quarantined(release)
    errors = console_for_notes()
    for location, reason, detail in refused[:_SHOWN_QUARANTINED]:
        errors.print(f"quarantined {location}: {in_words('outcome_reason', reason)}: {detail}", markup=False)
    if len(refused) > _SHOWN_QUARANTINED:
        errors.print(f"... and {len(refused) - _SHOWN_QUARANTINED} more: see the table raw_file_location")
    for reason in dict.fromkeys(reason for _, reason, _ in refused):
        errors.print(f"{reason}: {what_to_do('outcome_reason', reason)}", markup=False)
    return QUARANTINED_EXIT if refused else 0


def _print_undecided(release: Path, console: Console) -> None:
    """Print the reports that are in no sum until someone decides which of them counts."""
    undecided = conflicting(release)
    if not undecided:
        return
    rows: list[tuple[object, ...]] = list(undecided[:_SHOWN_UNDECIDED])
    show_table(f"{in_words('report_status', 'conflicting')}: {len(undecided)}", list(_UNDECIDED), rows, console)
    console.print(what_to_do("report_status", "conflicting"), markup=False, highlight=False)


def _print_example(release: Path, console: Console) -> None:
    query, place = example_query(), f"sql/queries/{EXAMPLE_QUERY}.sql"
    console.print(f"示例查询 example query ({place}):")
    console.print(query.strip(), style="dim", highlight=False)
    with connect(release) as connection:
        found = connection.execute(query)
        rows = found.fetchmany(_SHOWN_EXAMPLE + 1)
        show_table(None, [name for name, *_ in found.description], rows[:_SHOWN_EXAMPLE], console)
    if len(rows) > _SHOWN_EXAMPLE:
        console.print(f"... 前 {_SHOWN_EXAMPLE} 行；全部见 all rows: gongkai sql --file {place}", highlight=False)
