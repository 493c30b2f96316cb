"""Quirks of a workbook: fonts of runs and cells, formats that hide or scale, cells not stored, rows nobody sees."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from html import escape

from benchmarks.corpus.docx import packed
from benchmarks.corpus.printing import Path, Printout, Truth
from benchmarks.corpus.quirks.quirk import Quirk
from benchmarks.corpus.spans import TableBlock, TextBlock, report_blocks
from benchmarks.corpus.workbook import Style, laid_out, xlsx

Parts = dict[str, str]
# The number of the format that is added.
_FORMAT = 190
_STYLES = "xl/styles.xml"


def _rich(*runs: tuple[str, str]) -> str:
    """Return a cell of runs: (properties of the font, text), {} for the figure."""
    inner = "".join(f"<r>{f'<rPr>{font}</rPr>' if font else ''}<t>{text}</t></r>" for font, text in runs)
    return f'<c r="R" t="inlineStr"><is>{inner}</is></c>'


_UP, _STRUCK, _WHITE = '<vertAlign val="superscript"/>', "<strike/>", '<color rgb="FFFFFFFF"/>'
# The cell that stands in place of that of a figure ({}); R is its place.
_CELLS = {
    "raised run": _rich(("", "{}"), (_UP, "2")),
    "raised run first": _rich((_UP, "2"), ("", "{}")),
    "struck run": _rich((_STRUCK, "88"), ("", "{}")),
    "white run": _rich((_WHITE, "7"), ("", "{}")),
    "one point run": _rich(('<sz val="1"/>', "7"), ("", "{}")),
    "circled": '<c r="R" t="inlineStr"><is><t>{}①</t></is></c>',
    "superscript character": '<c r="R" t="inlineStr"><is><t>{}²</t></is></c>',
    "phonetic": '<c r="R" t="inlineStr"><is><t>{}</t><rPh sb="0" eb="1"><t>7</t></rPh></is></c>',
    "text": '<c r="R" t="inlineStr"><is><t>{}</t></is></c>',
    "text with blanks": '<c r="R" t="inlineStr"><is><t xml:space="preserve"> {} </t></is></c>',
    "formula": '<c r="R"><f>1+1</f><v>{}</v></c>',
    "formula text": '<c r="R" t="str"><f>TEXT(A1,"0")</f><v>{}</v></c>',
    "two lines": '<c r="R" t="inlineStr"><is><t xml:space="preserve">88\n{}</t></is></c>',
}
_FONT = '<sz val="11"/><name val="Calibri"/>'
# A font or a number format for the whole cell, and what is stored there.
_LOOKS = {
    "whole cell struck": (f"<font><strike/>{_FONT}</font>", ""),
    "whole cell raised": (f"<font>{_UP}{_FONT}</font>", ""),
    "whole cell white": (f'<font><sz val="11"/>{_WHITE}<name val="Calibri"/></font>', ""),
    "format hides": (f"<font>{_FONT}</font>", ";;;"),
    "format with a unit": (f"<font>{_FONT}</font>", "0&quot;件&quot;"),
    "format with a digit": (f"<font>{_FONT}</font>", "&quot;7&quot;0"),
    "format scales": (f"<font>{_FONT}</font>", "0,"),
    "format of dates": (f"<font>{_FONT}</font>", "yyyy/m/d"),
    "format of percents": (f"<font>{_FONT}</font>", "0%"),
    "format with decimals": (f"<font>{_FONT}</font>", "0.00"),
    "format of words": (f"<font>{_FONT}</font>", "@"),
    "format of accounts": (f"<font>{_FONT}</font>", "_ * #,##0_ ;_ * -#,##0_ ;_ * &quot;-&quot;_ ;_ @_ "),
}
# What these show is another number than the one that is stored, or none.
_SHOWS_ANOTHER: dict[str, Callable[[Decimal], Decimal | None]] = {
    "format hides": lambda _: None,
    "format with a digit": lambda number: Decimal(f"7{number}"),
    "format scales": lambda number: (number / 1000).quantize(Decimal(1), ROUND_HALF_UP),
    "format of dates": lambda _: None,
    "format of percents": lambda _: None,
}


def _parts(rng: random.Random, printout: Printout) -> Parts:
    blocks = report_blocks(rng, printout, one_table=rng.random() < 0.5)
    with zipfile.ZipFile(io.BytesIO(xlsx(rng, blocks))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _replaced(parts: Parts, figure: str, cell: str) -> bool:
    """Put another cell in place of that of a figure, R for its place; False where it is no number of its own."""
    pattern = re.compile(rf'<c r="([A-Z]+\d+)"(?: s="\d+")?><v>{figure}</v></c>')
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        parts[name], found = pattern.subn(lambda found: cell.replace("R", found[1], 1), parts[name])
        if found:
            return True
    return False


def _in_cells(markup: str, rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    parts = _parts(rng, printout)
    for figure in figures:
        if not _replaced(parts, figure, markup.replace("{}", figure)):
            return None
    return packed(parts)


def _in_looks(name: str, rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    parts = _parts(rng, printout)
    look = _with_look(parts, *_LOOKS[name])
    for figure in figures:
        if not _replaced(parts, figure, f'<c r="R" s="{look}"><v>{figure}</v></c>'):
            return None
        if name in _SHOWS_ANOTHER:
            path = next(path for path, truth in printout.truth.items() if truth.text == figure)
            shown = _SHOWS_ANOTHER[name](Decimal(figure))
            printout.truth[path] = Truth("" if name == "format hides" else "?", shown)
    return packed(parts)


def _with_look(parts: Parts, font: str, code: str) -> int:
    """Add a look of cells with a font and a number format ("": the general one); returns its index."""
    styles = parts[_STYLES]
    fonts, looks = (int(re.findall(rf'<{tag} count="(\d+)"', styles)[0]) for tag in ("fonts", "cellXfs"))
    if code:
        entry = f'<numFmt numFmtId="{_FORMAT}" formatCode="{code}"/>'
        has_formats = "</numFmts>" in styles
        place, entry = ("</numFmts>", entry) if has_formats else ("<fonts", f'<numFmts count="1">{entry}</numFmts>')
        styles = styles.replace(place, entry + place, 1)
    number = _FORMAT if code else 0
    look = f'<xf numFmtId="{number}" fontId="{fonts}" fillId="0" borderId="0" applyFont="1" applyNumberFormat="1"/>'
    for tag, count, entry in (("fonts", fonts, font), ("cellXfs", looks, look)):
        styles = re.sub(rf'<{tag} count="\d+">', f'<{tag} count="{count + 1}">', styles)
        styles = styles.replace(f"</{tag}>", f"{entry}</{tag}>")
    parts[_STYLES] = styles
    return looks


def _not_stored(rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    """Leave cells away that the agency left blank: programs store no empty cell."""
    parts = _parts(rng, printout)
    for figure in figures:
        if not _replaced(parts, figure, ""):
            return None
        path = next(path for path, truth in printout.truth.items() if truth.text == figure)
        printout.truth[path] = printout.truth[path]._replace(value=None, text="")
    return packed(parts)


def _left_blank(
    is_blank: Callable[[Path, Truth], bool], rng: random.Random, printout: Printout, _: list[str]
) -> bytes | None:
    """Leave cells blank that an agency leaves blank, as a program stores them: not at all."""
    for line in printout.rows():
        for place, path in enumerate(line.paths):
            if is_blank(path, printout.truth[path]):
                line.values[place] = ""
                printout.truth[path] = Truth("", None)
    parts = _parts(rng, printout)
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        parts[name] = re.sub(r'<c r="[A-Z]+\d+"(?: s="\d+")?/>', "", parts[name])
    return packed(parts)


def _is_total(path: Path, _: Truth) -> bool:
    return path[0] == "applications" and path[2] == "total"


def _is_zero(_: Path, truth: Truth) -> bool:
    return truth.value == 0


def _hidden_column(rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    """Hide an empty column before the table, with notes in it that nobody sees."""
    parts = _parts(rng, printout)
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        column = '<cols><col min="20" max="20" width="0" hidden="1" customWidth="1"/></cols><sheetData>'
        text = parts[name].replace("<sheetData>", column, 1)
        parts[name] = re.sub(r'(<row r="(\d+)"[^>]*>.*?)</row>', r'\1<c r="T\2"><v>7</v></c></row>', text)
    return packed(parts)


# What a rule by value makes of the figures that meet it: the look, and whether anything is shown of them.
_RULED = {
    "rule strikes": "<font><strike/></font>",
    "rule makes white": '<font><color rgb="FFFFFFFF"/></font>',
    "rule hides by format": '<numFmt numFmtId="191" formatCode=";;;"/>',
}


def _by_rule(name: str, rng: random.Random, printout: Printout, figures: list[str]) -> bytes:
    """Give the figures a look by rules that they meet, as conditional formatting does: no number is left to be seen."""
    parts = _parts(rng, printout)
    rules = "".join(
        f'<cfRule type="cellIs" dxfId="0" priority="{n}" operator="equal"><formula>{figure}</formula></cfRule>'
        for n, figure in enumerate(figures, start=1)
    )
    ruled = f'<conditionalFormatting sqref="A1:Z300">{rules}</conditionalFormatting>'
    for sheet in [sheet for sheet in parts if sheet.startswith("xl/worksheets/sheet")]:
        text = parts[sheet]
        end = text.index("</sheetData>") + len("</sheetData>")
        if "</mergeCells>" in text:
            end = text.index("</mergeCells>") + len("</mergeCells>")
        parts[sheet] = text[:end] + ruled + text[end:]
    looks = f'<dxfs count="1"><dxf>{_RULED[name]}</dxf></dxfs>'
    styles = re.sub(r'<dxfs count="0"\s*/>', "", parts[_STYLES])
    place = "<tableStyles" if "<tableStyles" in styles else "</styleSheet>"
    parts[_STYLES] = styles.replace(place, looks + place, 1)
    for figure in figures:
        path = next(path for path, truth in printout.truth.items() if truth.text == figure)
        printout.truth[path] = Truth("?", None)
    return packed(parts)


_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def _spreadsheet_2003(rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    """Return the report as Excel 2003 wrote it into one XML file."""
    blocks = report_blocks(rng, printout)
    style = Style("one", gaps=True, merged_texts=False, borders=False, as_text=False, origin=(0, 0), hidden=False)
    (sheet,) = laid_out(blocks, style)
    rows: dict[int, list[str]] = {}
    for row, column, (text, colspan, rowspan), _in_table in sheet.cells:
        spans = (f' ss:MergeAcross="{colspan - 1}"' if colspan > 1 else "") + (
            f' ss:MergeDown="{rowspan - 1}"' if rowspan > 1 else ""
        )
        kind = "Number" if text.isdecimal() else "String"
        data = f'<Data ss:Type="{kind}">{escape(text)}</Data>' if text else ""
        rows.setdefault(row, []).append(f'<Cell ss:Index="{column + 1}"{spans}>{data}</Cell>')
    inner = "".join(f'<Row ss:Index="{row + 1}">{"".join(cells)}</Row>' for row, cells in sorted(rows.items()))
    head = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    table = f'<Worksheet ss:Name="Sheet1"><Table>{inner}</Table></Worksheet>'
    return f'{head}<Workbook xmlns="{_SPREADSHEET}" xmlns:ss="{_SPREADSHEET}">{table}</Workbook>'.encode()


def _page_as_workbook(rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    """Return a page under the name of a workbook, as reporting systems export it."""
    rows = []
    for block in report_blocks(rng, printout):
        if isinstance(block, TextBlock):
            rows.append(f"<tr><td colspan=16>{escape(block.text)}</td></tr>")
        elif isinstance(block, TableBlock):
            rows.extend(
                f"<tr>{''.join(f'<td colspan={c} rowspan={r}>{escape(t)}</td>' for t, c, r in row)}</tr>"
                for row in block.rows
            )
    name = 'xmlns:x="urn:schemas-microsoft-com:office:excel"'
    return (
        f'<html {name}><head><meta charset="utf-8"></head><body><table>{"".join(rows)}</table></body></html>'.encode()
    )


QUIRKS = (
    *(Quirk("xlsx", name, partial(_in_cells, markup)) for name, markup in _CELLS.items()),
    *(Quirk("xlsx", name, partial(_in_looks, name)) for name in _LOOKS),
    Quirk("xlsx", "blank cells not stored", _not_stored),
    Quirk("xlsx", "total column blank", partial(_left_blank, _is_total)),
    Quirk("xlsx", "zeros left blank", partial(_left_blank, _is_zero)),
    Quirk("xlsx", "hidden column", _hidden_column),
    *(Quirk("xlsx", name, partial(_by_rule, name)) for name in _RULED),
    Quirk("xlsx", "spreadsheet 2003 xml", _spreadsheet_2003),
    Quirk("xlsx", "page as workbook", _page_as_workbook),
)
