"""One file, read and audited on its own: what `gongkai extract` shows before anything is published.

Belongs here: the view of data, and printing it. Keep out: reading, and what is made of a report (`office`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pipelines.commands.coded import in_words, what_to_do
from pipelines.commands.failures import fail_with
from pipelines.commands.progress import phase
from pipelines.commands.terminal import console_for_people, line, say_folded, say_json, show_table
from pipelines.contracts.codes import code_list
from pipelines.contracts.provenance import OUTCOMES
from pipelines.engine.stored_tables import PARSED, QUARANTINED
from pipelines.messages import chosen, message
from pipelines.office.read_files import ReadFile, nothing_in_it, read_files
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from rich.console import Console

QUARANTINED_EXIT, CHECK_EXIT = 3, 4
_HEADINGS = ("commands.cell", "commands.printed", "commands.value", "commands.status")
_SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}


def show_files(paths: Sequence[Path], *, as_json: bool, check: bool) -> None:
    """Print what is in files, and exit with 3 where one is quarantined, with 4 where `check` finds errors."""
    quarantined = errors = False
    console = None if as_json else console_for_people()
    for found in inspect_files(paths):
        quarantined |= found["outcome"] == QUARANTINED
        errors |= any(f["severity"] == "error" for report in found["reports"] for f in report["findings"])
        if console is None:
            say_json(found)
        else:
            print_inspection(found, console)
    if check and errors:
        fail_with("commands.check_failed", exit_code=CHECK_EXIT)
    if quarantined:
        raise typer.Exit(QUARANTINED_EXIT)


def inspect_files(paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS) -> Iterator[dict[str, Any]]:
    """Yield for each path: file, outcome, reason and reports with their cells, unmapped rows and findings.

    Of an archive the reports of all files in it; `members` then tells what became of each. Files are read in workers,
    as in a run: one that hangs or kills its reader costs only itself.
    """
    return map(_inspected, read_files(paths, partial(phase, "progress.extracting"), limits))


def _inspected(found: ReadFile) -> dict[str, Any]:
    main = found.locations[0]
    ends = [{"file": each.location, **found.outcome_of(each)} for each in found.files]
    outcome = next((o for o in OUTCOMES if any(end["outcome"] == o for end in ends)), QUARANTINED)
    first = next((end for end in ends if end["outcome"] == outcome), nothing_in_it())
    contents = {each.file_sha256: each for each in found.locations if not each.is_archive}
    result = {
        "file": found.name,
        "outcome": outcome,
        "reason": first["reason"],
        "detail": first["detail"],
        "detail_zh": first["detail_zh"],
        "reports": [report for each in contents.values() for report in found.reports_of(each)],
    }
    return {**result, "members": ends} if main.is_archive else result


def print_inspection(found: dict[str, Any], console: Console) -> None:
    """Print an inspected file for people: headline, cells with figures, unmapped rows, findings."""
    say_folded(line((message("commands.file_outcome", file=found["file"], outcome=_ended(found)), "bold")), console)
    for member in found.get("members", ()):
        values = {"file": member["file"], "outcome": _ended(member)}
        reason = member["reason"] and in_words("outcome_reason", member["reason"])
        code = "commands.member_outcome" if reason else "commands.file_outcome"
        say_folded(line(f"  {message(code, **values, reason=reason)}"), console)
    if found["outcome"] != PARSED:
        reason = found["reason"] or ""
        why = message("commands.why", reason=in_words("outcome_reason", reason), detail=_told(found))
        say_folded(line(f"  {why}"), console)
        if advice := what_to_do("outcome_reason", reason):
            say_folded(line(f"  {advice}"), console)
    elif not found["reports"]:
        say_folded(line(f"  {message('listed.no_reports_in_file')}"), console)
    for report in found["reports"]:
        _print_report(report, console)


def _told(found: dict[str, Any]) -> str:
    return str(found["detail_zh" if chosen() == "zh" else "detail"] or "")


def _ended(end: dict[str, Any]) -> str:
    return in_words("outcome", end["outcome"])


def _print_report(report: dict[str, Any], console: Console) -> None:
    say_folded(line(f"  {report['title'] or message('commands.no_title')}"), console)
    whose = {"agency": report["agency"] or "?", "year": report["year"] or "?", "form": report["form"]}
    say_folded(line("  ", message("commands.whose_report", **{k: str(v) for k, v in whose.items()})), console)
    _print_cells(report["cells"], console)
    for row in report["unmapped"]:
        values = {"label": row["label"], "values": " | ".join(row["values"])}
        say_folded(line("  ", message("commands.unmapped", **values)), console)
    language = chosen()
    for finding in report["findings"]:
        told, cause = (finding[name if language == "zh" else f"{name}_en"] for name in ("message", "hint"))
        text = message("commands.finding", text=told)
        severity = code_list("severity").label(finding["severity"], language)
        style = _SEVERITY_STYLE[finding["severity"]]
        say_folded(
            line(
                "  ",
                (severity, style),
                f" {finding['rule']}{text}",
                (message("commands.cause", cause=cause) if cause else "", "dim"),
            ),
            console,
        )
    if not report["findings"]:
        say_folded(line("  ", message("listed.no_findings_in_report")), console)


def _print_cells(cells: dict[str, Any], console: Console) -> None:
    counts: dict[str, int] = {}
    for cell in cells.values():
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    counted = " · ".join(f"{in_words('cell_status', status)} {n}" for status, n in counts.items())
    say_folded(line("  ", message("commands.cells", counts=counted)), console)
    zeros = sum(cell["value"] == 0 for cell in cells.values())
    say_folded(line("  ", message("commands.zeros_not_listed", zeros=zeros)), console)
    rows: list[tuple[object, ...]] = []
    for path, cell in cells.items():
        if cell["value"] or cell["status"] not in ("value", "absent"):
            value = "" if cell["value"] is None else f"{cell['value']:,}"
            rows.append((path, cell["raw"], value + _in_yuan(cell), cell["status"]))
    if rows:
        show_table(None, [message(code) for code in _HEADINGS], rows, console)


def _in_yuan(cell: dict[str, Any]) -> str:
    if not cell.get("yuan"):
        return ""
    return " = " + message("commands.yuan", yuan=f"{Decimal(cell['yuan']):,}", source=cell["unit_source"])
