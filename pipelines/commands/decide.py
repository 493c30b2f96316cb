"""`gongkai decide`: which of several reports of one agency and year counts. Keep out: what follows (`warehouse`)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.releases.rivals import Rival

_SHOWN_CELLS = 20
# More than any form has: so all that differ are counted.
_MOST_CELLS = 10_000


def decide_which_counts(report: str, *, keep: bool, reason: str, evidence: str | None) -> None:
    """Show the reports of one agency and year, and where `keep` note in a correction that this one counts."""
    from pipelines.commands.failures import fail, fail_with
    from pipelines.commands.terminal import console_for_people, line, say_folded
    from pipelines.messages import message
    from pipelines.releases.layout import Layout, NoRelease, project_root, release_to_read
    from pipelines.releases.open_release import connect
    from pipelines.releases.rivals import differences, rivals_of
    from pipelines.releases.trace import NotFound, report_key

    try:
        release = release_to_read(Layout(project_root()))
        with connect(release) as connection:
            chosen = report_key(connection, report)
            rivals = rivals_of(connection, chosen)
            distinct = list({rival.content: None for rival in rivals})
            unlike = differences(connection, distinct, _MOST_CELLS) if len(distinct) > 1 else []
    except (NoRelease, NotFound) as error:
        fail(str(error))
    console = console_for_people()
    _show(rivals, distinct, unlike, console)
    own = next(rival for rival in rivals if rival.report_key == chosen)
    others = {rival.file_sha256: None for rival in rivals if rival.content != own.content}
    if not others:
        fail_with("commands.nothing_to_decide", location=own.location)
    if own.file_sha256 in others:
        fail_with("commands.several_in_one_file", exit_code=2, location=own.location)
    if not keep:
        say_folded(line(message("commands.name_the_one")), console)
        return
    from pipelines.corrections.reports import PATH

    stated = evidence or f"gongkai decide, {date.today().isoformat()}, {release.name}"  # the reader's day
    _note(own, tuple(others), reason, stated)
    noted = message("commands.noted", file=f"{PATH.parent.name}/{PATH.name}", location=own.location)
    console.print(line(noted), soft_wrap=True)
    say_folded(line(message("commands.run_to_apply")), console)


def _note(own: Rival, over: tuple[str, ...], reason: str, evidence: str) -> None:
    """Add the decision to the corrections; where that cannot be, say why in a line and end the process."""
    from pydantic import ValidationError

    from pipelines.commands.failures import declarations_explained, fail, fail_with
    from pipelines.corrections.reports import PATH, NotAppendable, ReportDecision, add_decision
    from pipelines.locking import Locked

    try:
        entry = ReportDecision(sha256=own.file_sha256, report=own.ordinal, over=over, reason=reason, evidence=evidence)
    except ValidationError as error:
        fail_with("commands.text_of_decision", exit_code=2, option=f"--{error.errors()[0]['loc'][0]}")
    try:
        with declarations_explained():
            add_decision(entry)
    except (Locked, NotAppendable) as error:
        fail(str(error))
    except OSError as error:
        fail_with("commands.cannot_note", file=error.filename or PATH, error=error.strerror)


def _show(rivals: list[Rival], distinct: list[int], unlike: list[tuple[str, list[str]]], console: Console) -> None:
    from pipelines.commands.printing import print_cut
    from pipelines.commands.terminal import show_table
    from pipelines.contracts.codes import code_list
    from pipelines.messages import chosen

    names = ["报告键 report", "文件 file", "状态 status", "公布 published", "有数值 cells", "新收 received"]
    statuses = code_list("report_status")
    rows: list[tuple[object, ...]] = [
        (
            r.report_key,
            r.location,
            f"{statuses.label(r.status, chosen())} {r.status}",
            r.published_on,
            r.cells_value,
            r.received,
        )
        for r in rivals
    ]
    show_table(f"{rivals[0].agency_name} {rivals[0].year_key}", names, rows, console)
    if unlike:
        cells: list[tuple[object, ...]] = [(path, *printed) for path, printed in unlike[:_SHOWN_CELLS]]
        heads = ["单元格 cell", *(str(key) for key in distinct)]
        show_table("不同之处 differences", heads, cells, console)
        keys = ", ".join(str(key) for key in distinct)
        query = f"SELECT report_key, cell_path, raw_text FROM cell WHERE report_key IN ({keys})"  # noqa: S608  # shown to people
        print_cut(_SHOWN_CELLS, len(unlike), f'gongkai sql "{query}" --format csv', console)
