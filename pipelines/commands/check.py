"""`gongkai check`: reports of an office before they are published, a few lines each and a table at the end.

Belongs here: options, and what is printed where. Keep out: which files there are, what is wrong with each and its words
(`office`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.commands.failures import fail_unwritten, fail_with
from pipelines.commands.progress import phase
from pipelines.commands.terminal import Lines, console_for_people, line, say, say_json, show_table
from pipelines.messages import chosen, message
from pipelines.shown import shown

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.office.checked import Checked, CheckedFile, CheckedReport

TABLE, HTML, DOCX, JSON = FORMATS = ("table", "html", "docx", "json")
# What is written into a file.
_WRITTEN = (HTML, DOCX)
_NOT_READ_EXIT, _ERRORS_EXIT = 3, 4
# What only tells whether two reports are alike.
_COMPARED = ("agency_key", "figures")
_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|FOLDER|ZIP", help="报告文件、文件夹、ZIP。Reports, folders, ZIP archives."),
    ],
    output: Annotated[str, typer.Option("--format", help="table, html, docx, json")] = TABLE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="结果写入此文件（网页或文档）。File that the page or document is written to."
        ),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=2002, max=2099, help="应为哪一年的报告。Year that the reports should be of."),
    ] = None,
) -> None:
    """公布前审核一批报告，不入库。Check reports before they are published: what is wrong in each, and a table."""
    if output not in FORMATS:
        fail_with("check.unknown_format", exit_code=2, format=output, known=", ".join(FORMATS))
    if output in _WRITTEN and out is None:
        fail_with("check.needs_out", exit_code=2, format=output)
    if output not in _WRITTEN and out is not None:
        fail_with("check.only_pages_out", exit_code=2)
    if out is not None:
        _spare(out, output)
    checked = check_all(paths, year)
    if output == JSON:
        say_json(as_record(checked))
    elif not checked.files:
        _say_nothing(paths, checked)
    elif out is not None:
        _write(checked, out, output)
    else:
        _print(checked, console_for_people())
    if checked.counts.with_errors:
        fail_with("check.errors_found", exit_code=_ERRORS_EXIT, n=checked.counts.with_errors)
    if checked.counts.not_read:
        raise typer.Exit(_NOT_READ_EXIT)


def _spare(out: Path, output: str) -> None:
    """End where the file would take the place of one that is none of ours, such as a report, or be a Word document
    that Word does not open by its name.
    """
    from pipelines.office.given_files import is_own_page

    if output == DOCX and out.suffix.lower() != f".{DOCX}":
        fail_with("office.other_ending", exit_code=2, file=out, format=DOCX)
    try:
        is_another = out.exists() and not is_own_page(out)
    except OSError as error:
        fail_with("commands.cannot_write", file=out, error=error.strerror)
    if is_another:
        fail_with("check.out_is_another_file", exit_code=2, file=out)


def check_all(paths: Sequence[Path], year: int | None = None) -> Checked:
    """Return what is told of files and of all that folders and archives hold."""
    from pipelines.office.checked import Checked
    from pipelines.office.checking import check_files
    from pipelines.office.given_files import given_files
    from pipelines.office.read_files import name_of

    given = given_files(paths)
    files: list[CheckedFile] = []
    left_out = [name_of(path) for path in given.left_out]
    with phase("progress.checking") as counted:
        for each in check_files(given.files, partial(phase, "progress.extracting"), counted):
            if isinstance(each, str):
                left_out.append(each)
            else:
                files.append(each)
    return Checked(tuple(files), tuple(left_out), tuple(map(name_of, given.empty)), year)


def as_record(checked: Checked) -> dict[str, Any]:
    """Return all that was found as data, in both languages: the same whatever language was chosen."""
    return {
        "year": checked.year,
        "files": [_file_record(file, checked) for file in checked.files],
        "left_out": list(checked.left_out),
        "empty_folders": list(checked.empty_folders),
        "twice": [each._asdict() for each in checked.twice],
        "counts": checked.counts._asdict(),
    }


def _file_record(file: CheckedFile, checked: Checked) -> dict[str, Any]:
    return {**asdict(file), "reports": [_report_record(report, checked) for report in file.reports]}


def _report_record(report: CheckedReport, checked: Checked) -> dict[str, Any]:
    from pipelines.office.checked import SEVERITIES

    record = {name: value for name, value in asdict(report).items() if name not in _COMPARED}
    counts = {f"{severity}s": report.count(severity) for severity in SEVERITIES}
    # Its findings come last: they are long.
    findings = record.pop("findings")
    return {**record, **counts, "is_of_other_year": checked.is_other(report), "findings": findings}


def _say_nothing(paths: Sequence[Path], checked: Checked) -> None:
    from pipelines.office.telling import closing

    say(message("check.nothing", places=", ".join(map(str, paths))))
    for each in closing(checked, chosen()):
        say(shown(each))


def _write(checked: Checked, out: Path, output: str) -> None:
    from pipelines.durable import replace_bytes
    from pipelines.office.telling import closing

    try:
        replace_bytes(out, _content(checked, output))
    except OSError as error:
        fail_unwritten(error, out, file=out)
    for each in closing(checked, chosen()):
        say(shown(each))
    say(message("check.written", file=out))


def _content(checked: Checked, output: str) -> bytes:
    if output == DOCX:
        from pipelines.office.checked_docx import checked_document

        return checked_document(checked, chosen())
    from pipelines.office.checked_page import checked_page

    return checked_page(checked, chosen()).encode()


def _print(checked: Checked, console: Console) -> None:
    from pipelines.office import telling

    for file in checked.files:
        _print_file(file, checked, console)
    language = chosen()
    rows: list[tuple[object, ...]] = [
        (*telling.overview_row(row, language), Lines("\n".join(map(shown, telling.worst(row, checked, language)))))
        for row in checked.rows
    ]
    show_table(message("check.overview"), [message(code) for code in telling.HEADINGS], rows, console)
    for each in telling.closing(checked, language):
        _print_below(console, 0, each)


def _print_file(file: CheckedFile, checked: Checked, console: Console) -> None:
    from pipelines.engine.stored_tables import QUARANTINED
    from pipelines.office import telling

    language = chosen()
    told = [telling.headline(report, checked, language) for report in file.reports]
    if not told:
        told = [telling.ended(file, language)]
    elif len(told) > 1:
        told.insert(0, message("check.several_reports", n=len(told)))
    first = message("check.file", number=file.number, total=len(checked.files), file=file.file, told=told[0])
    is_faulty = file.outcome == QUARANTINED or file.count("error") > 0
    _print_below(console, 0, first, "bold" if is_faulty else "")
    if file.outcome == QUARANTINED and (advice := telling.advice(file, language)):
        _print_below(console, 1, advice)
    for place, report in enumerate(file.reports):
        if len(file.reports) > 1:
            _print_below(console, 1, told[place + 1])
        _print_findings(report, console)


def _print_findings(report: CheckedReport, console: Console) -> None:
    from pipelines.office import telling

    language = chosen()
    for found in report.findings[: telling.SHOWN_FINDINGS]:
        told = telling.finding(found, language)
        _print_below(console, 1, telling.one_line(told, language), _STYLES[told.code])
        for each in told.beside:
            _print_below(console, 2, each, "dim")
    if more := telling.shown_of(len(report.findings), language):
        _print_below(console, 1, more)


def _print_below(console: Console, level: int, text: str, style: str = "") -> None:
    """Print a text below that of its file, indented however many lines it takes."""
    from pipelines.commands.columns import folded

    indent = " " * (2 * level)
    for part in folded(shown(text), max(console.width - len(indent), 1)):
        console.print(line(indent, (part, style)))
