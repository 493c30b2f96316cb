"""One file, read and audited on its own: what `gongkai extract` shows before anything is published.

Belongs here: reading and printing. Keep out: what is made of a report (`judged`), which is loaded while workers read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.commands.coded import in_words, what_to_do
from pipelines.commands.printing import show_table
from pipelines.contracts.provenance import OUTCOMES
from pipelines.engine.pool import extract_files
from pipelines.engine.processes import serve_from_here
from pipelines.engine.stored_tables import NOT_A_REPORT, PARSED, QUARANTINED, SCHEMAS, FileTask, Tables
from pipelines.raw.inventory import SYSTEM_FILE, Location, locations_of
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from rich.console import Console

_FILES_AT_ONCE = 64
_SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}


def inspect_files(paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS) -> Iterator[dict[str, Any]]:
    """Yield for each path: file, outcome, reason and reports with their cells, unmapped rows and findings.

    Of an archive the reports of all files in it; `members` then tells what became of each. Files are read in workers,
    as in a run: one that hangs or kills its reader costs only itself.
    """
    serve_from_here()
    judging = Thread(target=_load_judging, daemon=True)
    judging.start()
    for start in range(0, len(paths), _FILES_AT_ONCE):
        found = [(path, locations_of(path, limits)) for path in paths[start : start + _FILES_AT_ONCE]]
        tasks = {
            each.file_sha256: FileTask(each.file_sha256, each.path, each.member, each.media_type or "")
            for _, locations in found
            for each in locations
            if each.file_sha256 and each.reason is None and not each.is_archive
        }
        parts = list(extract_files(list(tasks.values()), limits=limits))
        tables = {name: pa.concat_tables([part[name] for part in parts]) for name in SCHEMAS} if parts else None
        judging.join()
        yield from (_inspected(path, locations, tables) for path, locations in found)


def _load_judging() -> None:
    """Load what judges reports and the names of all places, while workers read."""
    with suppress(Exception):  # whoever uses it imports it again, and tells
        import_module("pipelines.commands.judged").resolver()


def _inspected(path: Path, locations: list[Location], tables: Tables | None) -> dict[str, Any]:
    from pipelines.commands import judged

    main, *members = locations
    ends = [_outcome(each, tables) for each in (members if main.is_archive and main.reason is None else [main])]
    outcome = next((o for o in OUTCOMES if any(end["outcome"] == o for end in ends)), QUARANTINED)
    first = next((end for end in ends if end["outcome"] == outcome), {"reason": "empty", "detail": "no file in it"})
    digests = dict.fromkeys(each.file_sha256 for each in locations if not each.is_archive)
    reports = [report for digest in digests for report in judged.reports_of(digest, tables)] if tables else []
    name = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    result = {
        "file": name,
        "outcome": outcome,
        "reason": first["reason"],
        "detail": first["detail"],
        "reports": reports,
    }
    return {**result, "members": ends} if main.is_archive else result


def _outcome(location: Location, tables: Tables | None) -> dict[str, Any]:
    end: dict[str, Any] = {"file": location.location}
    if location.reason is not None or tables is None:
        outcome = NOT_A_REPORT if location.reason == SYSTEM_FILE else QUARANTINED
        return {**end, "outcome": outcome, "reason": location.reason, "detail": location.detail}
    if location.is_archive:
        return {**end, "outcome": PARSED, "reason": None, "detail": None}
    documents = tables["documents"].select(["file_sha256", "outcome", "reason", "detail"]).to_pylist()
    document = next(each for each in documents if each.pop("file_sha256") == location.file_sha256)
    return {**end, **document}


def print_inspection(found: dict[str, Any], console: Console) -> None:
    """Print an inspected file for people: headline, cells with figures, unmapped rows, findings."""
    from rich.markup import escape

    console.print(f"[bold]{escape(found['file'])}[/]: {in_words('outcome', found['outcome'])}")
    for member in found.get("members", ()):
        reason = f" ({in_words('outcome_reason', member['reason'])})" if member["reason"] else ""
        console.print(f"  {escape(member['file'])}: {in_words('outcome', member['outcome'])}{reason}")
    if found["outcome"] != PARSED:
        reason = found["reason"] or ""
        console.print(f"  {in_words('outcome_reason', reason)}: {escape(found['detail'] or '')}")
        if advice := what_to_do("outcome_reason", reason):
            console.print(f"  {advice}")
    for report in found["reports"]:
        title, agency = escape(report["title"] or "(无标题)"), escape(report["agency"] or "?")
        console.print(f"  {title}\n  机关 {agency} · 年度 {report['year'] or '?'} · 格式 {report['form']}")
        _print_cells(report["cells"], console)
        for row in report["unmapped"]:
            console.print(f"  未识别行 unmapped: {escape(row['label'])} {escape(' | '.join(row['values']))}")
        for finding in report["findings"]:
            style = _SEVERITY_STYLE[finding["severity"]]
            hint = f" [dim]{escape(finding['hint'])}[/]" if finding["hint"] else ""
            console.print(f"  [{style}]{finding['severity']}[/] {finding['rule']}: {escape(finding['message'])}{hint}")


def _print_cells(cells: dict[str, Any], console: Console) -> None:
    counts: dict[str, int] = {}
    for cell in cells.values():
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    console.print(
        "  单元格 cells: " + " · ".join(f"{in_words('cell_status', status)} {n}" for status, n in counts.items())
    )
    zeros = sum(cell["value"] == 0 for cell in cells.values())
    console.print(f"  其中 {zeros} 个为 0，下表不列 of these {zeros} are 0 and not listed below")
    rows: list[tuple[object, ...]] = []
    for path, cell in cells.items():
        if cell["value"] or cell["status"] not in ("value", "absent"):
            value = "" if cell["value"] is None else f"{cell['value']:,}"
            yuan = f" = {Decimal(cell['yuan']):,} 元 ({cell['unit_source']})" if cell.get("yuan") else ""
            rows.append((path, cell["raw"], value + yuan, cell["status"]))
    if rows:
        show_table(None, ["单元格 cell", "原文 printed", "数值 value", "状态 status"], rows, console)
