"""`gongkai form`: the blank statutory form of a report year as a file. Keep out: what stands in it (`office`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def form(
    year: Annotated[int, typer.Option("--year", min=2002, max=2099, help="报告年度 Report year.")],
    file_format: Annotated[
        str | None, typer.Option("--format", help="docx, xlsx, html；默认 docx。By default docx.")
    ] = None,
    unit: Annotated[str, typer.Option("--unit", help="单位名称；默认留空。Name of the unit; blank by default.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="文件；默认按单位和年度命名。The file; by default named by unit and year."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件。Replace a file that is there.")] = False,
) -> None:
    """空白的年度报告格式，供单位填报。The official blank form of a year, to be filled: Word, Excel, HTML."""
    from pipelines.commands.failures import fail, fail_unwritten
    from pipelines.commands.terminal import say
    from pipelines.messages import message
    from pipelines.office.form_file import CannotWriteForm, file_name, form_of, format_of, save, written_form

    file = out
    try:
        own = form_of(year)
        wanted = format_of(file_format, out)
        file = out or Path(file_name(unit, year, wanted))
        content = written_form(own, unit=unit, year=year, file_format=wanted, values={})
        save(file, content, replace=force)
    except CannotWriteForm as error:
        fail(str(error), 2)
    except OSError as error:
        fail_unwritten(error, file or Path(), file=file)
    say(message("office.form_written", file=file, source=own.source, cells=len(own.cell_paths)))
