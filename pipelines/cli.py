"""The command `gongkai`, and what its commands are given.

Belongs here: arguments, exit codes, what is printed. Keep out: how anything is done.
Exit codes: 0 done; 1 failed, nothing published; 2 wrong usage; 3 done, some input quarantined; 4 `check`, `office`
or `extract --check` found errors.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines import Told
from pipelines.commands.command_group import Commands
from pipelines.commands.failures import declarations_explained, fail, fail_unwritten, fail_with
from pipelines.commands.terminal import guard, say_json, waiting, warn

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="政府信息公开工作年度报告数据仓库 Annual reports on government-information disclosure as a warehouse.",
)


@app.callback()
def options(
    language: Annotated[
        str | None,
        typer.Option(
            "--language", help="提示的语言：zh, en。Language of messages; by default GONGKAI_LANG, or the locale."
        ),
    ] = None,
) -> None:
    """Choose the language of what is told, for this command and what it becomes."""
    from pipelines.language import LANGUAGE_SWITCH, LANGUAGES, choose

    if language is None:
        # A value of the locale's form, such as zh_CN.UTF-8, is of the language that it begins with.
        stated = os.environ.get(LANGUAGE_SWITCH, "")
        if stated and not stated.lower().startswith(LANGUAGES):
            fail_with("commands.unknown_language", exit_code=2, language=f"{LANGUAGE_SWITCH}={stated}")
        return
    if language not in LANGUAGES:
        fail_with("commands.unknown_language", exit_code=2, language=language)
    choose(LANGUAGES[LANGUAGES.index(language)])  # mypy sees that it is one of them


ReleaseOption = Annotated[
    str | None,
    typer.Option(
        "--release",
        metavar="FOLDER|ADDRESS",
        help="另一个数据版本：目录，或 s3://桶/前缀。Another release: its folder, or a storage such as s3://bucket/prefix.",
    ),
]


def _release(named: str | None = None) -> Path:
    from pipelines.releases.layout import Layout, NoRelease, project_root, release_to_read

    try:
        return release_to_read(Layout(project_root()), named)
    except NoRelease as error:
        fail(str(error))


@app.command()
def decide(
    report: Annotated[
        str, typer.Argument(help="报告键、文件名或标题的一部分。Report key, or part of a file name or title.")
    ],
    keep: Annotated[bool, typer.Option("--keep", help="以该报告为准。This is the report that counts.")] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="理由。Why.")
    ] = "核对后以此为准 compared, and this one counts",
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="依据。Where a reader can see that it is right.")
    ] = None,
) -> None:
    """指定同一行政机关、年度的几份报告以哪份为准。Compare the reports of one agency and year, and say which counts."""
    from pipelines.commands.decide import decide_which_counts

    decide_which_counts(report, keep=keep, reason=reason, evidence=evidence)


@app.command()
def extract(
    files: Annotated[list[Path], typer.Argument(help="报告文件 Report files, of any year.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="每个文件一行 JSON。One JSON object per line and file.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="有审核错误时退出码为 4。Exit code 4 on audit errors.")
    ] = False,
) -> None:
    """读取报告并显示单元格和审核结果，不发布。Read reports and show cells and findings, without publishing anything."""
    from pipelines.commands.extract import show_files

    show_files(files, as_json=as_json, check=check)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="只读 SQL 查询。A read-only SQL query.")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="从文件读取查询。Read the query from a file.")] = None,
    output: Annotated[str, typer.Option("--format", help="table, csv, json")] = "table",
    rows: Annotated[
        int, typer.Option("--rows", min=1, help="最多输出的行数；更多时退出码为 1。Most rows; exit code 1 beyond.")
    ] = 1_000_000,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="最长时间（秒）。Longest time.")] = 600.0,
    memory: Annotated[str, typer.Option("--memory", help="内存上限，超出的写入临时目录。Most memory.")] = "2GB",
    release: ReleaseOption = None,
) -> None:
    """查询当前数据版本：一条 SELECT。Query the current release: one SELECT; no access to files or the network."""
    from pipelines.commands.sql import Bounds, answer, text_of

    answer(_release(release), text_of(query, file, output), output, Bounds(memory, seconds, rows))


@app.command()
def trace(
    report: Annotated[
        str, typer.Argument(help="报告键、文件名或标题的一部分。Report key, or part of a file name or title.")
    ],
    cell_path: Annotated[str, typer.Argument(help="单元格路径 Cell path, for instance documents.rules.newly_made")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
    release: ReleaseOption = None,
) -> None:
    """从任一数字追溯到原文。From any number to the cell it was printed in."""
    from pipelines.commands.terminal import console_for_people, show_table
    from pipelines.releases.open_release import connect
    from pipelines.releases.trace import NotFound, trace_cell

    try:
        with connect(_release(release)) as connection, waiting("progress.querying"):
            found = trace_cell(connection, report, cell_path)
    except NotFound as error:
        fail(str(error))
    if as_json:
        say_json(found)
        return
    show_table(None, ["项目 item", "值 value"], list(found.items()), console_for_people())


@app.command()
def agency(
    title: Annotated[str, typer.Argument(help="报告标题或行政机关名称。Title of a report, or the name of an agency.")],
    year: Annotated[int, typer.Option("--year", min=2002, max=2099, help="报告年度 Report year.")],
    host: Annotated[
        str | None, typer.Option("--host", help="网站域名或网址。Host or address where it was published.")
    ] = None,
    text: Annotated[
        Path | None, typer.Option("--text", help="报告正文文件（任何格式）。File with the report, of any format.")
    ] = None,
    index_number: Annotated[
        str | None,
        typer.Option("--index-number", help="索引号或统一社会信用代码。Index number, or the publisher's code alone."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """识别行政机关：候选、得分和依据。Which agency is this: candidates with score and evidence."""
    from pipelines.commands.agency import identify, print_identification, text_and_index_number
    from pipelines.commands.coded import in_words
    from pipelines.commands.terminal import console_for_people
    from pipelines.reading import ReadError

    try:
        words, printed = text_and_index_number(text) if text is not None else (None, None)
        found = identify(title, year, host, words, index_number or printed)
    except OSError as error:
        fail_with("commands.report_file", exit_code=2, file=text, error=error.strerror)
    except ReadError as error:
        # What the reader says has a remedy of its own.
        reason = in_words("outcome_reason", error.reason)
        fail_with("commands.report_unread", exit_code=2, file=text, reason=reason)
    if as_json:
        say_json(found)
        return
    print_identification(found, console_for_people())


@app.command()
def audit(
    year: Annotated[int | None, typer.Option("--year", help="报告年度 Report year.")] = None,
    release: ReleaseOption = None,
) -> None:
    """现行报告的审核结果。Findings of the current reports of a release, by rule and agency."""
    from pipelines.commands.printing import audit_overview
    from pipelines.commands.terminal import console_for_people
    from pipelines.releases.open_release import connect

    with connect(_release(release)) as connection:
        audit_overview(connection, year, console_for_people())


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="每个问题一行 JSON。One JSON object per fault.")] = False,
    release: Annotated[
        str | None,
        typer.Option(
            "--release",
            metavar="FOLDER",
            help="只核验一个数据版本：目录或存储地址。Only this release: folder or storage.",
        ),
    ] = None,
) -> None:
    """逐字节核验数据版本和原始文件。Hold releases and raw files against what is known of them, byte by byte."""
    from pipelines.commands.verify import verify_all

    verify_all(release, as_json=as_json)


@app.command()
def diff(
    old: Annotated[
        str, typer.Argument(help="较早的数据版本：标识或其开头、previous、current。Older release.")
    ] = "previous",
    new: Annotated[str, typer.Argument(help="较新的数据版本。Newer release.")] = "current",
    as_json: Annotated[bool, typer.Option("--json", help="每处变化一行 JSON。One JSON object per change.")] = False,
    output: Annotated[Path | None, typer.Option("--output", help="写成 .csv 或 .parquet。Write all changes.")] = None,
) -> None:
    """两个数据版本之间的变化及原因。What changed between two releases, and why."""
    from pipelines.commands.diff import print_comparison, write_comparison
    from pipelines.commands.leaving import terminated_as_by_ctrl_c
    from pipelines.commands.terminal import console_for_people
    from pipelines.releases.diff import CannotCompare, compare, find_release
    from pipelines.releases.layout import Layout, NoRelease, project_root

    layout = Layout(project_root())
    with contextlib.ExitStack() as opened:
        opened.enter_context(terminated_as_by_ctrl_c())
        try:
            with waiting("progress.comparing"):
                found = opened.enter_context(compare(find_release(layout, old), find_release(layout, new)))
            if output is not None:
                write_comparison(found, output)
        except (CannotCompare, NoRelease) as error:
            fail(str(error))
        except ValueError as error:
            fail(str(error), 2)
        except OSError as error:
            fail_unwritten(error, output or layout.root)
        if not as_json:
            print_comparison(found, console_for_people())
            return
        for change in found.changes():
            say_json(change._asdict())


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="目标目录 Folder to write to.")],
    file_format: Annotated[str, typer.Option("--format", help="parquet, csv, xlsx, dta, datapackage")] = "csv",
    table: Annotated[list[str] | None, typer.Option("--table", help="只导出这些表。Only these tables.")] = None,
    year: Annotated[list[int] | None, typer.Option("--year", help="只导出这些报告年度。Only these years.")] = None,
    province: Annotated[
        list[str] | None, typer.Option("--province", help="只导出这些省。Only these provinces.")
    ] = None,
    level: Annotated[
        list[str] | None, typer.Option("--level", help="nation, province, prefecture, county, township; 县级 …")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="zh, en")] = "zh",
    summary: Annotated[
        bool, typer.Option("--summary", help="Excel：只要年报总表、审核和说明。Only the sheets for readers, no tables.")
    ] = False,
    release: ReleaseOption = None,
) -> None:
    """导出当前数据版本。Export the current release: Parquet, CSV, Excel, Stata or a data package, with a codebook."""
    from typing import cast

    from pipelines.commands.export import export_release
    from pipelines.contracts.codes import Language
    from pipelines.exporting.selection import Selection

    export_release(
        _release(release),
        folder,
        file_format,
        table or (),
        selection=Selection(tuple(year or ()), tuple(province or ()), tuple(level or ())),
        language=cast("Language", language),
        summary=summary,
    )


@app.command()
def pull(
    folder: Annotated[Path, typer.Argument(help="目标目录 Folder to fetch it to.")],
    release: Annotated[
        str | None,
        typer.Option("--release", help="数据版本标识；默认为当前数据版本。Release id; by default the current one."),
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ADDRESS",
            help="存储地址，如 s3://桶/前缀；默认为 GONGKAI_STORAGE。Storage; by default GONGKAI_STORAGE.",
        ),
    ] = None,
) -> None:
    """从存储取回一个数据版本：逐个文件校验，可续传。Fetch a release: verified, resumed where it broke off."""
    from pipelines.commands.pull import pull_release

    pull_release(folder, release, storage)


@app.command()
def explore(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口 Port.")] = 8501,
    sql: Annotated[bool, typer.Option("--sql", help="加上查询页。With the page for SQL.")] = False,
    headless: Annotated[bool, typer.Option("--headless", help="不打开浏览器。Open no browser.")] = False,
    release: ReleaseOption = None,
) -> None:
    """在浏览器中查看当前数据版本。Explore the current release in a browser, on this machine only."""
    from pipelines.exploring.launch import NotInstalled, launch
    from pipelines.releases.layout import Layout, NoRelease, project_root

    try:
        layout = Layout(project_root())
        launch(layout, port=port, headless=headless, sql=sql, release=release, log=warn)
    except (NotInstalled, NoRelease) as error:
        fail(str(error))


def main() -> None:
    """Run the command that was typed."""
    from pipelines.commands.leaving import (
        end_refused,
        leave,
        look_for_garbage_seldom,
        require_limits,
        require_streams,
    )
    from pipelines.without_pandas import hide_pandas

    require_streams()
    guard()
    require_limits()
    hide_pandas()
    look_for_garbage_seldom()
    try:
        with declarations_explained():
            app()
    except OSError as error:
        end_refused(error)
    except Told as error:
        warn(f"gongkai: {error}")
        leave(1)
        sys.exit(1)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            leave(end.code or 0)
        raise
