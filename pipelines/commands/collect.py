"""`gongkai collect` and `gongkai source`. Keep out: how sources are crawled and checked (`commands.sources`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipelines import Told
from pipelines.commands.failures import fail, fail_unwritten, fail_with
from pipelines.commands.terminal import console_for_notes, line, say, warn

if TYPE_CHECKING:
    from pipelines.commands.sources import CollectingSetup

source_app = typer.Typer(no_args_is_help=True, help="来源：列表、探测、检查、健康。Sources: list, probe, lint, health.")
_Sources = Annotated[Path | None, typer.Option("--sources", help="来源文件目录 Folder of the source files.")]
# Only a test configuration may scale the clock or reach loopback addresses, and with it nothing else is reached.
_TestConfiguration = Annotated[Path | None, typer.Option("--test-configuration", hidden=True)]


def _setup(sources: Path | None, test_configuration: Path | None) -> CollectingSetup:
    from pipelines.collecting.source import SOURCES
    from pipelines.commands.sources import CollectingSetup
    from pipelines.releases.layout import Layout, project_root

    return CollectingSetup(Layout(project_root()).raw, sources or SOURCES, test_configuration)


def _fail(error: Exception) -> NoReturn:
    """End with what is told of an error; one of the system names its file."""
    if isinstance(error, OSError) and not isinstance(error, Told):
        where = str(error.filename or _setup(None, None).root).removesuffix(".part")
        fail_unwritten(error, Path(where), file=where)
    fail(str(error))


def collect(
    source: Annotated[list[str] | None, typer.Argument(help="来源标识 Ids of sources.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="全部已确认的来源。All sources that a probe has confirmed.")
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="随后读取并发布。Then read and publish, as `gongkai run` does.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=256, help="同时抓取的来源数 Sources at once.")] = 16,
    sources: _Sources = None,
    test_configuration: _TestConfiguration = None,
) -> None:
    """从门户网站抓取报告，存入 data/raw/objects。Collect reports from portals into data/raw/objects, politely.

    Exit code 0 done, 3 a source is red or an address failed, 1 failed; with --publish the worse of crawl and run.
    """
    from pipelines.commands.progress import phase
    from pipelines.commands.publish_after import publish_after
    from pipelines.commands.sources import collect as collect_sources
    from pipelines.commands.sources import print_summaries
    from pipelines.commands.terminal import console_for_people
    from pipelines.messages import message

    setup = _setup(sources, test_configuration)
    if bool(source) == everything:
        fail_with("commands.name_sources", exit_code=2)
    try:
        declared = setup.declared()
        if unknown := [name for name in source or () if name not in declared]:
            fail_with("commands.unknown_source", exit_code=2, sources=", ".join(unknown), known=", ".join(declared))
        setup.settings()
    except ValueError as error:
        fail(str(error), 2)
    ids = source or [name for name, known in declared.items() if known.confirmed]
    if not ids:
        fail_with("commands.no_source_confirmed", exit_code=2)
    notes = console_for_notes()
    with phase("progress.collecting") as counted:
        found = []
        for each in collect_sources(setup, ids, lambda text: notes.print(line(text)), jobs=jobs):
            found.append(each)
            counted(len(found), len(ids))
    code = print_summaries(found, console_for_people())
    if publish and code == 1:
        warn(message("collecting.not_published"))
    elif publish:
        code = publish_after(code)
    raise typer.Exit(code)


@source_app.command("list")
def list_sources(sources: _Sources = None) -> None:
    """列出来源。List the declared sources."""
    from pipelines.collecting.source import SOURCES
    from pipelines.commands.terminal import console_for_people, show_table
    from pipelines.messages import message

    try:
        declared = _setup(sources, None).declared()
    except ValueError as error:
        fail(str(error), 2)
    rows: list[tuple[object, ...]] = [
        (s.id, s.agency.name, s.list.type, ", ".join(s.hosts), "是 yes" if s.confirmed else "否 no")
        for s in declared.values()
    ]
    if not rows:
        say(message("listed.no_sources", folder=sources or SOURCES))
        return
    names = ["来源 source", "行政机关 agency", "列表类型 list type", "主机 hosts", "已确认 confirmed"]
    show_table(None, names, rows, console_for_people())


@source_app.command("probe")
def probe_source(
    url: Annotated[str, typer.Argument(help="年报栏目的网址 Address of the column of annual reports.")],
    test_configuration: _TestConfiguration = None,
) -> None:
    """五次请求之内识别网站类型并写出草稿。Recognise the family of a portal in at most five requests; print a draft."""
    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.collecting.stopping import CrawlStopped
    from pipelines.commands.sources import probe_address
    from pipelines.messages import message

    try:
        found = probe_address(_setup(None, test_configuration), url)
    except ValueError as error:
        fail(str(error), 2)
    except (CrawlStopped, LedgerError, LedgerFailed) as error:
        fail(str(error))
    for seen in found.seen:
        warn(seen)
    warn(message("collecting.family", family=found.family, n=found.items))
    if found.draft is None:
        fail_with("collecting.no_draft", url=url, family=found.family)
    say(found.draft)


@source_app.command("lint")
def lint_sources(sources: _Sources = None) -> None:
    """检查来源文件。Check the source files."""
    from pipelines.commands.sources import faults
    from pipelines.messages import message

    setup = _setup(sources, None)
    try:
        found = faults(setup)
    except ValueError as error:
        fail(str(error))
    if found:
        fail("\n".join(found))
    say(message("commands.sources_fine", n=len(setup.declared())))


@source_app.command("health")
def source_health(
    source: Annotated[list[str] | None, typer.Argument(help="来源标识，默认全部已确认的。Ids of sources.")] = None,
    sources: _Sources = None,
    test_configuration: _TestConfiguration = None,
) -> None:
    """检查每个来源的列表首页。One look at the first list page of each source; exit code 3 if one is not well."""
    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.collecting.stopping import CrawlStopped
    from pipelines.commands.sources import check_health, print_health
    from pipelines.commands.terminal import console_for_people

    setup = _setup(sources, test_configuration)
    try:
        declared = setup.declared()
        if unknown := [name for name in source or () if name not in declared]:
            fail_with("commands.unknown_source", exit_code=2, sources=", ".join(unknown), known=", ".join(declared))
        found = check_health(setup, source or [name for name, known in declared.items() if known.confirmed])
    except ValueError as error:
        fail(str(error), 2)
    except (CrawlStopped, LedgerError, LedgerFailed) as error:
        fail(str(error))
    raise typer.Exit(print_health(found, console_for_people()))


@source_app.command("stop")
def stop_crawling(reason: Annotated[str, typer.Argument(help="停止的理由 Why.")]) -> None:
    """立即停止全部抓取，直到 resume。Stop every crawler within seconds, until `resume`; nothing is lost."""
    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.collecting.stopping import stop
    from pipelines.messages import message

    if not reason.strip():
        fail_with("collecting.reason_to_stop", exit_code=2)
    try:
        places = stop(_setup(None, None).root, reason)
    except (LedgerError, LedgerFailed, OSError) as error:
        _fail(error)
    say(message("collecting.stopped", places=", ".join(map(str, places))))


@source_app.command("resume")
def resume_crawling() -> None:
    """允许再次抓取。Let crawlers go on; each takes up what the stop left."""
    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.collecting.stopping import resume
    from pipelines.messages import message

    try:
        places = resume(_setup(None, None).root)
    except (LedgerError, LedgerFailed, OSError) as error:
        _fail(error)
    taken = ", ".join(map(str, places))
    say(message("collecting.resumed", places=taken) if places else message("collecting.nothing_stopped"))


@source_app.command("compact")
def compact_journal() -> None:
    """压缩台账日志：重建结果逐行相同。Compact the ledger's journal; what is rebuilt from it is the same, row by row."""
    from pipelines.collecting.compaction import compact
    from pipelines.collecting.crawler import LEDGER
    from pipelines.collecting.journal import JournalDamaged
    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.locking import Locked
    from pipelines.messages import message

    try:
        done = compact(_setup(None, None).root / LEDGER)
    except (LedgerError, LedgerFailed, Locked, JournalDamaged, OSError) as error:
        _fail(error)
    if done.lines[0] == done.lines[1]:
        say(message("collecting.nothing_to_compact", where=done.where, lines=done.lines[0]))
        return
    (before, after), (bytes_before, bytes_after) = done.lines, done.bytes
    counted = {"before": before, "after": after, "bytes_before": bytes_before, "bytes_after": bytes_after}
    say(message("collecting.compacted", where=done.where, **counted))


@source_app.command("warc")
def warc(
    source: Annotated[str, typer.Argument(help="来源标识 Id of a source.")],
    file: Annotated[Path, typer.Argument(help="目标文件 .warc.gz。File to write.")],
) -> None:
    """把一个来源抓到的全部写成 WARC。Write all that was fetched of a source as a WARC file, for other archives."""
    from pipelines.collecting.crawler import LEDGER
    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.collecting.warc_export import WarcExists, WarcMissing, export_warc
    from pipelines.messages import message
    from pipelines.raw.raw_store import RawStore
    from pipelines.releases.stored import storage_named
    from pipelines.storing import StorageError

    root = _setup(None, None).root
    try:
        done = export_warc(source, root / LEDGER, RawStore(root, shared=storage_named()), file)
    except ValueError as error:
        fail(str(error), 2)
    except (WarcExists, WarcMissing, LedgerError, LedgerFailed, StorageError, OSError) as error:
        _fail(error)
    records = ", ".join(f"{count} {kind}" for kind, count in sorted(done.records.items()))
    say(message("collecting.written_as_warc", file=file, records=records))
    for missing in done.missing:
        warn(message("collecting.missing_in_warc", what=missing))
    if done.missing:
        raise typer.Exit(3)


@source_app.command("move-ledger")
def move_ledger(
    to_database: Annotated[
        bool,
        typer.Option(
            "--to-database/--to-files",
            help="移到 GONGKAI_DATABASE，或移回文件。To the server that GONGKAI_DATABASE names, or back to files.",
            show_default=False,
        ),
    ],
) -> None:
    """把台账移到数据库或移回文件，逐行核对。Move the ledger to the database or back to files, compared row by row."""
    from pipelines.collecting.crawler import LEDGER
    from pipelines.collecting.database import DATABASE_SWITCH, database_address
    from pipelines.collecting.journal import JournalDamaged
    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.collecting.moving_ledger import move_to_database, move_to_files
    from pipelines.locking import Locked
    from pipelines.messages import message

    move = move_to_database if to_database else move_to_files
    try:
        address = database_address()
        if address is None:
            fail_with("collecting.server_needed", exit_code=2, switch=DATABASE_SWITCH)
        moved = move(_setup(None, None).root / LEDGER, address, warn)
    except (LedgerError, LedgerFailed, Locked, JournalDamaged, OSError) as error:
        _fail(error)
    say(message("collecting.moved_to", where=moved.where, events=moved.events, new=moved.new_events))
    rows = ", ".join(f"{count} {table}" for table, count in moved.rows.items())
    say(message("collecting.same_rows", rows=rows))
    if not to_database:
        say(message("collecting.unset", switch=DATABASE_SWITCH))
