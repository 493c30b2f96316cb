"""Excel: gongkai.xlsx with 说明, 年报总表, 审核 one sheet per table; larger tables in files of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.contracts import CONTRACTS, Table
from pipelines.contracts.codes import Language
from pipelines.exporting import audit_sheet, codebook, sheets, wide
from pipelines.exporting.columns import fields
from pipelines.exporting.job import Job
from pipelines.exporting.selection import Row
from pipelines.exporting.sheets import Sheets, number_format, sheet_name

WORKBOOK = "gongkai.xlsx"
_NAMES: dict[str, dict[Language, str]] = {
    "codebook": {"zh": "说明", "en": "Codebook"},
    "wide": {"zh": "年报总表", "en": "Reports"},
    "audit": {"zh": "审核", "en": "Audit"},
}
_OPTIONS: dict[str, Any] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_FROZEN_IN_WIDE = 2
_CHANGED: dict[str, dict[Language, str]] = {
    sheets.CUT: {
        "zh": "{n} 个文本超过 32,767 个字符，已截断并注明；全文见 CSV 或 Parquet。",
        "en": "{n} texts of more than 32,767 characters are cut and say so; CSV and Parquet have them whole.",
    },
    sheets.REPLACED: {
        "zh": "{n} 个文本含工作簿不能保存的字符，以 U+FFFD 代替。",
        "en": "{n} texts hold characters that no workbook can; U+FFFD stands in their place.",
    },
    sheets.AS_TEXT: {
        "zh": "{n} 个数超过 Excel 能准确保存的 15 位有效数字或为 1900 年以前的日期，以文本保存。",
        "en": "{n} numbers of more than the 15 significant digits that Excel holds exactly or dates "
        "before 1900 stand as text.",
    },
}
_ALWAYS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "空单元格为 NULL 或空文本；空白不是 0，状态列说明原因。时间为 UTC，精确到毫秒。文本不会成为公式。",
        "审核只列现行报告的审核发现；副本、旧版和版本待定的报告的见 audit_finding。",
        "年报总表每份现行报告一行；统计范围为政府汇总的报告含下级行政机关数据，不与其他报告相加。"
        "不予公开率＝不予公开合计÷办理结果总计。分项有缺时合计为空。",
    ),
    "en": (
        "An empty cell is NULL or an empty text; blank is not zero, the status columns say why. Instants are UTC, "
        "to the millisecond. No text becomes a formula.",
        "Audit has the findings of current reports alone; those of copies, superseded and undecided ones are in "
        "audit_finding.",
        "Reports has one row per current report; a report whose scope is a summary contains agencies below it and "
        "is not added to others. denied_rate = denied / outcome_total. A sum is empty where a part of it is.",
    ),
}


class _Export:
    """The workbooks of one export, and the list of their sheets."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.sheets = Sheets()
        self.listed: list[tuple[str, str, int]] = []
        self.used: set[str] = set()
        self.files = [job.folder / WORKBOOK]
        self.book = self._workbook(self.files[0])
        self.open = [self.book]

    def _workbook(self, path: Path) -> Any:
        book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
        book.use_zip64()
        return book

    def add(self, name: str) -> tuple[Any, Any]:
        """Add a sheet to the main workbook."""
        return self.book, self.book.add_worksheet(sheet_name(name, self.used))

    def readers_sheet(self, kind: str) -> None:
        """Write the wide sheet or the findings."""
        language = self.job.language
        headings = wide.headings() if kind == "wide" else list(audit_sheet.HEADINGS)
        batches = wide.batches if kind == "wide" else audit_sheet.batches
        columns = [(h.zh if language == "zh" else h.en, h.kind, _format(h)) for h in headings]
        name = _NAMES[kind][language]
        rows = self.sheets.fill(
            lambda _: self.add(name),
            columns,
            self._with_progress(name, batches(self.job.selected, language)),
            frozen=_FROZEN_IN_WIDE if kind == "wide" else 0,
        )
        self.listed.append((name, WORKBOOK, rows))
        self.job.described.extend(codebook.heading_rows(name, headings, language))

    def _with_progress(self, name: str, batches: Iterable[list[Row]]) -> Iterator[list[Row]]:
        for batch in batches:
            yield batch
            self.job.advance(name, len(batch))

    def table(self, table: Table) -> None:
        """Write a table as a sheet, or as files of one sheet each where it has too many rows for one."""
        job = self.job
        name = table.zh if job.language == "zh" else table.name
        columns = [(f.header(job.language), f.kind, number_format(f)) for f in fields(table)]
        rows = job.selected.count(table)
        parts = math.ceil(rows / (sheets.MAX_ROWS - 1))
        if parts <= 1:
            self.sheets.fill(lambda _: self.add(name), columns, job.batches(table))
            self.listed.append((name, WORKBOOK, rows))
            return
        self.sheets.fill(lambda part: self._part(table, name, part), columns, job.batches(table))
        self._close_part()
        self.listed.append((name, f"{table.name}-1.xlsx … {table.name}-{parts}.xlsx", rows))

    def _part(self, table: Table, name: str, part: int) -> tuple[Any, Any]:
        self._close_part()
        path = self.job.folder / f"{table.name}-{part}.xlsx"
        book = self._workbook(path)
        self.open.append(book)
        self.files.append(path)
        return book, book.add_worksheet(sheet_name(name, set()))

    def _close_part(self) -> None:
        while len(self.open) > 1:
            self.open.pop().close()

    def codebook(self, sheet: Any) -> None:
        """Write what the workbook holds, what was changed, and the codebook."""
        job = self.job
        job.notes.extend(_ALWAYS[job.language])
        job.notes.extend(_CHANGED[what][job.language].format(n=n) for what, n in self.sheets.changed.items() if n)
        bold = self.book.add_format({"bold": True, "bg_color": "#DCE6F1"})
        sheet.set_column(0, 7, 22)
        rows: list[tuple[object, ...]] = [(line,) for line in job.about.strip().splitlines()]
        rows += [(note,) for note in job.notes]
        rows += [(), ("工作表", "文件", "行数") if job.language == "zh" else ("sheet", "file", "rows"), *self.listed]
        rows += [(), codebook.HEADERS[job.language], *job.described, *codebook.rows(job.tables, job.language)]
        for at, row in enumerate(rows):
            is_header = row[:1] in {("工作表",), ("sheet",), codebook.HEADERS[job.language][:1]}
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, str(value), bold if is_header else None)

    def close(self) -> list[Path]:
        """Close the main workbook and return all files."""
        self.book.close()
        return self.files


def _format(heading: wide.Heading) -> str:
    if heading.number_format:
        return heading.number_format
    return {"integer": "#,##0", "decimal": "#,##0.00", "date": "yyyy-mm-dd"}.get(heading.kind, "General")


def write(job: Job) -> list[Path]:
    """Write the workbooks; the sheets for readers stand where all tables or nothing but those sheets is exported."""
    export = _Export(job)
    _, first = export.add(_NAMES["codebook"][job.language])
    if job.has_readers_sheets:
        job.total += sum(job.selected.count(CONTRACTS[name]) for name in ("dim_report", "audit_finding"))
        export.readers_sheet("wide")
        export.readers_sheet("audit")
    for table in job.tables:
        export.table(table)
    export.codebook(first)
    return export.close()
