"""The form as one page of HTML: for a screen and for A4. Keep out: what stands in it (`printed_form`)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pipelines.office.printed_form import (
    SECOND_PAGE,
    PrintedCell,
    PrintedForm,
    PrintedTable,
    Values,
    check_paths,
    printed_value,
    stands_in_pairs,
)

# Of a table on the printed page, in millimetres.
_WIDTH = 186
# Families as they are called on Windows, in WPS, on macOS and on Linux.
_STYLE = """
:root { color-scheme: light; }
body { max-width: 186mm; margin: 10mm auto; padding: 0 4mm; color: #000; background: #fff;
  font-family: "FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "Noto Serif CJK SC", serif; }
h1, h2, .caption, .head { font-weight: normal;
  font-family: "SimHei", "黑体", "STHeiti", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 18pt; text-align: center; margin: 4mm 0; }
h2 { font-size: 13pt; margin: 3mm 0 2mm; }
p { font-size: 12pt; min-height: 1.2em; margin: 1mm 0; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 9pt; line-height: 1.25; }
td { border: 1px solid #000; padding: .6mm 1mm; height: 1.3em; text-align: center; vertical-align: middle;
  overflow-wrap: anywhere; }
.label { text-align: left; } .head span { display: inline-block; width: 2.1em; }
.value { font-family: "Times New Roman", serif; }
@media screen { body { box-shadow: 0 0 4mm #bbb; padding: 8mm; } }
@media print { @page { size: A4 portrait; margin: 13mm 12mm; }
  body { max-width: none; margin: 0; padding: 0; } tr { break-inside: avoid; } .new-page { break-before: page; } }
"""


def write(printed: PrintedForm, values: Values) -> bytes:
    """Return the page with values in their cells. Raises KeyError for a value of no cell."""
    check_paths(printed, values)
    return "\n".join(_lines(printed, values)).encode()


def _lines(printed: PrintedForm, values: Values) -> Iterator[str]:
    title = escape(printed.title)
    yield '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>"
    for section in printed.sections:
        style = ' class="new-page"' if section.number == SECOND_PAGE else ""
        yield f"<h2{style}>{escape(section.heading)}</h2>"
        if section.table is None:
            yield "<p></p>"
        else:
            yield from _table(section.table, values)
    yield "</body>\n</html>\n"


def _table(table: PrintedTable, values: Values) -> Iterator[str]:
    whole = sum(table.widths)
    yield "<table>\n<colgroup>"
    yield "".join(f'<col style="width:{100 * width / whole:.4g}%">' for width in table.widths)
    yield "</colgroup>"
    for row in table.rows:
        yield f"<tr>{''.join(_cell(cell, table, values) for cell in row)}</tr>"
    yield "</table>"


def _cell(cell: PrintedCell, table: PrintedTable, values: Values) -> str:
    text = cell.text if cell.path is None else printed_value(values.get(cell.path))
    spans = "".join(
        f' {name}="{span}"' for name, span in (("rowspan", cell.rowspan), ("colspan", cell.colspan)) if span > 1
    )
    words = f"<span>{escape(text)}</span>" if stands_in_pairs(cell, table, _WIDTH) else escape(text)
    return f'<td class="{cell.kind}"{spans}>{words}</td>'
