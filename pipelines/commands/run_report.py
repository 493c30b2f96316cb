"""What a run prints when it ends: what is in the release, which reports are undecided, which files are quarantined.

Shared by the run that built something and the one that had nothing to do. Keep out: running (`assets.run`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.coded import in_words, what_to_do
from pipelines.commands.printing import print_cut
from pipelines.commands.terminal import console_for_notes, line, say_folded, show_table
from pipelines.contracts.codes import code_list
from pipelines.messages import chosen, message
from pipelines.releases.open_release import connect
from pipelines.releases.summary import EXAMPLE_QUERY, conflicting, counts, doubtful, example_query, quarantined

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.corrections.correction import Correction

_SHOWN_QUARANTINED = 20
_SHOWN_UNDECIDED = 20
_SHOWN_EXAMPLE = 10
_UNDECIDED = ("年度 year", "行政机关 agency", "文件 file")
_QUARANTINED = "SELECT location, reason, detail, detail_zh FROM raw_file_location WHERE outcome = 'quarantined'"
_UNDECIDED_REPORTS = "SELECT * FROM dim_report WHERE status = 'conflicting'"
QUARANTINED_EXIT = 3
# In front of what a system says: the class of an error, its kind in DuckDB, its number.
_NAMES_OF_ERRORS = re.compile(r"^(?:[\w.]+(?:Error|Exception): )?(?:\w+ Error: |\[Errno \d+\] )?")


def print_causes(causes: Iterable[str], console: Console) -> None:
    """Print in one line why a run works (codes of run_cause)."""
    codes, language = code_list("run_cause"), chosen()
    say_folded(line(message("run.changed", causes=", ".join(codes.label(code, language) for code in causes))), console)


def print_mended(notes: Iterable[str], console: Console) -> None:
    """Print what of the ledger had to be replayed."""
    for note in notes:
        say_folded(line(message("run.ledger_recovered", note=note)), console)


def print_failures(lines: Iterable[str], console: Console, published: str | None = None) -> None:
    """Print why a run failed, and what is current: a release that it published before, or the one that was."""
    for reason in lines:
        say_folded(line(message("run.failed", reason=reason)), console)
    if published is None:
        say_folded(line(message("run.nothing_published")), console)
    else:
        say_folded(line(message("run.published_before", release=published)), console)


def refused_by_system(error: str) -> str:
    """Return an error of the system, of Python or DuckDB, without the names that programs give it, and what to do."""
    return message("run.refused_by_system", error=_NAMES_OF_ERRORS.sub("", error))


def files_read(files: int, again: int = 0, *, new: bool = False) -> str:
    """Return how many files a run read, and how many of them once more."""
    read = message("run.new_files_read" if new else "run.files_read", n=files)
    return message("run.read_again", read=read, n=again) if again else read


def print_nothing_new(release: Path, console: Console, read: str | None = None) -> None:
    """Print that a run published nothing, and which release is current."""
    told = message("run.nothing_new", read=read or files_read(0), release=release.name)
    say_folded(line((told, "bold")), console)


def print_release(release: Path, console: Console) -> int:
    """Print what is in a release, and on standard error what is quarantined; returns the exit code of the run."""
    counted = counts(release)
    show_table("数据仓库 warehouse", ["内容 content", "数量 rows"], [(k, f"{n:,}") for k, n in counted], console)
    if not any(n for _, n in counted):
        say_folded(line(message("run.release_empty")), console)
        return 0
    _print_example(release, console)
    _print_undecided(release, console)
    _print_doubtful(release, console)
    _print_idle_decisions(release)
    _print_idle_agencies(release)
    refused = quarantined(release, chinese=chosen() == "zh")
    errors = console_for_notes()
    for location, reason, detail in refused[:_SHOWN_QUARANTINED]:
        why = in_words("outcome_reason", reason)
        errors.print(line(message("run.quarantined", location=location, reason=why, detail=detail)))
    print_cut(_SHOWN_QUARANTINED, len(refused), _in_sql(_QUARANTINED), errors)
    for reason in dict.fromkeys(reason for _, reason, _ in refused):
        advice = what_to_do("outcome_reason", reason)
        errors.print(line(message("run.what_to_do", reason=reason, advice=advice)))
    return QUARANTINED_EXIT if refused else 0


def _in_sql(query: str) -> str:
    return f'gongkai sql "{query}" --format csv'


def _print_undecided(release: Path, console: Console) -> None:
    """Print the reports that are in no sum until someone decides which of them counts."""
    undecided = conflicting(release)
    if not undecided:
        return
    rows: list[tuple[object, ...]] = list(undecided[:_SHOWN_UNDECIDED])
    show_table(f"{in_words('report_status', 'conflicting')}: {len(undecided)}", list(_UNDECIDED), rows, console)
    print_cut(_SHOWN_UNDECIDED, len(undecided), _in_sql(_UNDECIDED_REPORTS), console)
    say_folded(line(what_to_do("report_status", "conflicting")), console)


def _print_doubtful(release: Path, console: Console) -> None:
    """Print the reports that count though there is a doubt, by doubt, with what to do about it."""
    found = doubtful(release)
    for basis in dict.fromkeys(basis for basis, *_ in found):
        own: list[tuple[object, ...]] = [row[1:] for row in found if row[0] == basis]
        title = f"{in_words('report_status', 'current')}, {in_words('status_basis', basis)}: {len(own)}"
        show_table(title, list(_UNDECIDED), own[:_SHOWN_UNDECIDED], console)
        query = f"SELECT * FROM dim_report WHERE status = 'current' AND status_basis = '{basis}'"  # noqa: S608  # a code of ours
        print_cut(_SHOWN_UNDECIDED, len(own), _in_sql(query), console)
        say_folded(line(what_to_do("status_basis", basis)), console)


def _print_idle_decisions(release: Path) -> None:
    """Print the decisions of pipelines/corrections/reports.yml that had no effect."""
    # Not loaded where no release is told of.
    from pipelines.corrections.reports import PATH, report_decisions
    from pipelines.releases.decisions import Kept, idle

    declared = report_decisions()
    if not declared:
        return
    found = idle(release, [Kept(each.sha256, each.location_pattern, each.report, each.over) for each in declared])
    for place, why in found:
        code = "run.decision_unused" if why == "unused" else "run.decision_without_effect"
        _print_idle(code, PATH, place, declared[place])


def _print_idle_agencies(release: Path) -> None:
    """Print the corrections of pipelines/corrections/agencies.yml that changed nothing."""
    from pipelines.corrections.agencies import PATH, declared_agencies

    declared = declared_agencies()
    if not declared:
        return
    from pipelines.agencies.assigning import APPLIED, EXPIRED, NOT_APPLIED
    from pipelines.releases.agency_corrections import Entry, without_effect

    not_held = EXPIRED, NOT_APPLIED
    entries = [Entry(e.sha256, e.location_pattern, f"{APPLIED}: {e.reason}", not_held) for e in declared]
    for place, why in without_effect(release, entries):
        code, more = ("run.agency_unused", dict[str, str]()) if why is None else ("run.agency_not_held", {"why": why})
        _print_idle(code, PATH, place, declared[place], **more)


def _print_idle(code: str, file: Path, place: int, entry: Correction, **more: str) -> None:
    """Print that an entry of a file of corrections, by its place from 0, had no effect."""
    told = {"file": f"{file.parent.name}/{file.name}", "n": place + 1, "report": entry.sha256 or entry.location}
    say_folded(line(message(code, **told, **more)), console_for_notes())


def _print_example(release: Path, console: Console) -> None:
    query, place = example_query().strip().rstrip(";"), f"sql/queries/{EXAMPLE_QUERY}.sql"
    say_folded(line(message("run.example_query", file=place)), console)
    console.print(query, style="dim")
    with connect(release) as connection:
        found = connection.execute(query)
        names, rows = [name for name, *_ in found.description], found.fetchmany(_SHOWN_EXAMPLE + 1)
        show_table(None, names, rows[:_SHOWN_EXAMPLE], console)
        if len(rows) > _SHOWN_EXAMPLE:
            ((total,),) = connection.execute(f"SELECT count(*) FROM (\n{query}\n)").fetchall()  # noqa: S608  # ours
            print_cut(_SHOWN_EXAMPLE, total, f"gongkai sql --file {place} --format csv", console)
