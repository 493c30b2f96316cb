"""`gongkai decide`: which of several reports of one agency and year counts. Keep out: what follows (`warehouse`)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.releases.rivals import Rival

_SHOWN_CELLS = 20


def decide(
    report: Annotated[
        str, typer.Argument(help="报告键、文件名或标题的一部分。Report key, or part of a file name or title.")
    ],
    keep: Annotated[bool, typer.Option("--keep", help="以此报告为准。This is the report that counts.")] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="理由。Why.")
    ] = "核对后以此为准 compared, and this one counts",
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="依据。Where a reader can see that it is right.")
    ] = None,
) -> None:
    """同一机关同一年度有几份报告时以哪份为准。Compare the reports of one agency and year, and say which counts."""
    from pipelines.commands.failures import declarations_explained, fail
    from pipelines.commands.printing import console_for_people
    from pipelines.releases.layout import Layout, NoRelease, current_release, project_root
    from pipelines.releases.open_release import connect
    from pipelines.releases.rivals import differences, rivals_of
    from pipelines.releases.trace import NotFound, report_key

    try:
        release = current_release(Layout(project_root()))
        with connect(release) as connection:
            chosen = report_key(connection, report)
            rivals = rivals_of(connection, chosen)
            distinct = list({rival.content: None for rival in rivals})
            unlike = differences(connection, distinct, _SHOWN_CELLS) if len(distinct) > 1 else []
    except (NoRelease, NotFound) as error:
        fail(str(error))
    console = console_for_people()
    _show(rivals, distinct, unlike, console)
    own = next(rival for rival in rivals if rival.report_key == chosen)
    others = {rival.file_sha256: None for rival in rivals if rival.content != own.content}
    if not others:
        fail(f"nothing to decide: {own.location} has no rival that says anything else")
    if own.file_sha256 in others:
        fail(f"{own.location} holds several of these reports, and a decision names files: split the file", 2)
    if not keep:
        console.print("用 --keep 指定以此为准 name the one that counts: gongkai decide REPORT --keep")
        return
    from pipelines.corrections.reports import PATH, ReportDecision, add_decision

    stated = evidence or f"gongkai decide, {date.today().isoformat()}, {release.name}"  # the reader's day
    with declarations_explained():
        add_decision(
            ReportDecision(
                sha256=own.file_sha256, report=own.ordinal, over=tuple(others), reason=reason, evidence=stated
            )
        )
    console.print(
        f"已记入 noted in {PATH.parent.name}/{PATH.name}: {own.location}\n运行 gongkai run 后生效 run to apply",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def _show(rivals: list[Rival], distinct: list[int], unlike: list[tuple[str, list[str]]], console: Console) -> None:
    from pipelines.commands.printing import show_table
    from pipelines.contracts.codes import code_list

    names = ["报告键 report", "文件 file", "状态 status", "公布 published", "有数 cells", "新收 received"]
    statuses = code_list("report_status")
    rows: list[tuple[object, ...]] = [
        (
            r.report_key,
            r.location,
            f"{statuses.label(r.status, 'zh')} {r.status}",
            r.published_on,
            r.cells_value,
            r.received,
        )
        for r in rivals
    ]
    show_table(f"{rivals[0].agency_name} {rivals[0].year_key}", names, rows, console)
    if unlike:
        cells: list[tuple[object, ...]] = [(path, *printed) for path, printed in unlike]
        heads = ["单元格 cell", *(str(key) for key in distinct)]
        show_table(f"不同之处（前 {_SHOWN_CELLS} 处） differences, the first", heads, cells, console)
