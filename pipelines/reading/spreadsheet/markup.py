"""The XML of .xlsx parts: text, strings, and what a sheet states of cells, merged ranges, hidden rows and columns.

Belongs here: XML. Keep out: what a stored value looks like in print. A sheet spelled as spreadsheet programs spell it
is read by one expression, any other through the XML parser, which yields the same; so are strings.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.messages import kept
from pipelines.reading.container import Parts
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.spreadsheet.sheet import MAX_COLUMNS, MAX_ROWS, check_count, letters, place_of

NUMBER = ("", "n")
TRUE = frozenset(("1", "true", "on"))
# The largest sheet that is read has fewer tags; parsed, each costs a hundred bytes.
_MAX_TAGS = 2_000_000
# Characters of a part that is kept for the workbooks that follow.
_KNOWN_SIZE = 8_192
# What was matched is never taken back (++, ?+): most cells are blank, and are given up sooner.
_CELL = re.compile(
    r'<c r="([A-Z]++[0-9]++)"(?: s="([0-9]++)")?+(?: t="([a-zA-Z]++)")?+(?: [cv]m="[0-9]++")*+>'
    r"(<f(?: [^<>]*)?(?:/>|>[^<]*+</f>))?+(?:<v>([^<]*+)</v>|<v ?/>)?+</c>"
)
_BLANK = re.compile(r'<c r="([A-Z]+[0-9]+)"(?: s="([0-9]+)")?[^<>]*/>')
_ROW = re.compile(r'<row r="([0-9]+)"')
_PLAIN_ROOT, _PLAIN_STRINGS = re.compile(r"<worksheet[\s>]"), re.compile(r"<sst[\s>]")
_HIDDEN = re.compile(r'<(row|col) ([^<>]*(?:hidden="(?:1|true|on)"|(?:ht|width)="0(?:\.0*)?")[^<>]*)>')
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_MERGE = re.compile(r'<mergeCell ref="([^"]*)" ?/>')
_NO_ZEROS = re.compile(r'\sshowZeros="(?:0|false|off)"')
_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_ESCAPES = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")

Spans = list[tuple[int, int]]
# A cell as stored: reference, style, type, formula as markup, value; one without the last two may still be blank.
RawCell = tuple[str, str, str, str, str]
BlankCell = tuple[str, str]


class Markup(NamedTuple):
    """What a sheet part states. `blanks` returns reference and style of the blank cells of a row, counted from 0.

    `rich` holds, by reference, the texts of runs that stand in their cells.
    """

    cells: list[RawCell]
    blanks: Callable[[int], list[BlankCell]]
    merges: list[str]
    hidden_rows: Spans
    hidden_columns: Spans
    shows_zeros: bool
    rich: dict[str, ET.Element]


def part_text(container: Parts, part: str) -> str:
    """Return a part as text. Raises ReadError `damaged` where it cannot be, or declares entities."""
    data = container.read(part)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(
            "damaged", "reading_spreadsheet.not_text", part=part, error=error.reason, place=error.start
        ) from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ReadError("damaged", "reading_spreadsheet.declares_type", part=part)
    return text


def tree(text: str, part: str) -> ET.Element:
    """Parse a part. Raises ReadError `damaged`, or `too_many_cells` where memory would not hold it."""
    if text.count("<") > _MAX_TAGS:
        raise ReadError("too_many_cells", "reading_spreadsheet.too_many_tags", part=part, limit=_MAX_TAGS)
    try:
        return ET.fromstring(text)
    except ET.ParseError as error:
        raise ReadError("damaged", "reading_spreadsheet.not_markup", part=part, error=error) from error


def shared_tree(text: str, part: str) -> ET.Element:
    """Parse a part that programs write alike into many workbooks; what is made of it must not be changed."""
    return _known_tree(text, part) if len(text) <= _KNOWN_SIZE else tree(text, part)


@lru_cache(maxsize=128)
def _known_tree(text: str, part: str) -> ET.Element:
    return tree(text, part)


def local(element: ET.Element) -> str:
    """Return the name of an element without its namespace, of which there are two."""
    return element.tag.rpartition("}")[2]


def children(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the children of the children of this name."""
    for element in root:
        if local(element) == name:
            yield from element


def related_parts(container: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Return (type, part) by id of what a part refers to."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in container:
        return {}
    found = {}
    for element in shared_tree(part_text(container, relations), relations):
        target = element.get("Target", "")
        if not target.startswith("/"):
            target = f"{folder}/{target}" if ".." not in target else posixpath.normpath(f"{folder}/{target}")
        found[element.get("Id", "")] = element.get("Type", ""), target.lstrip("/")
    return found


def with_styles(
    related: dict[str, tuple[str, str]], container: Parts, main: str, name: str
) -> dict[str, tuple[str, str]]:
    """Return the relations of a workbook with its styles among them, where they lie beside it and are not named.

    What strikes, hides or rounds a number must not be lost with the name of a part. Raises ReadError `damaged` where
    the part that is named is not there.
    """
    for kind, part in related.values():
        if kind.endswith("/styles"):
            if part not in container:
                container.read(part)  # which tells that it is missing
            return related
    beside = posixpath.join(posixpath.dirname(main), name)
    return {**related, "": ("/styles", beside)} if beside in container else related


def strings_of(text: str, part: str) -> tuple[list[str], dict[int, ET.Element]]:
    """Return the shared strings of a workbook, and by number those of runs."""
    if _PLAIN_STRINGS.search(text, 0, 1024) and not any(mark in text for mark in ("&", "<!", "_x")):
        found: list[str] = _STRING.findall(text)
        if len(found) == text.count("<si"):
            return found, {}
    elements = list(tree(text, part))
    rich = {number: element for number, element in enumerate(elements) if _has_runs(element)}
    return [string_of(element) for element in elements], rich


def _has_runs(element: ET.Element) -> bool:
    return any(local(child) == "r" for child in element)


def string_of(element: ET.Element) -> str:
    """Return the text of a string or of its runs, without the readings printed above it."""
    parts: list[str] = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.extend(run.text or "" for run in child if local(run) == "t")
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold, which spreadsheets write as _x000D_."""
    return _ESCAPES.sub(_meant, text) if "_x" in text else text


def _meant(escapes: re.Match[str]) -> str:
    """Return what escapes stand for; two can be the halves of one character, and one half alone is none."""
    units = b"".join(int(escape[2:6], 16).to_bytes(2, "little") for escape in re.findall("_x...._", escapes[0]))
    return units.decode("utf-16-le", "replace")


def sheet_markup(text: str, name: str, limits: Limits) -> Markup:
    """Read the part of a sheet. Raises ReadError where it is damaged or exceeds a budget."""
    return _plain(text, name, limits) or _parsed(tree(text, kept("reading_spreadsheet.sheet", name=name)), name, limits)


def _plain(text: str, name: str, limits: Limits) -> Markup | None:
    """Read a sheet whose XML is spelled as programs do; None where a single cell is spelled otherwise."""
    begin, end = text.find("<sheetData>"), text.rfind("</sheetData>")
    if begin < 0 or end < begin or not _PLAIN_ROOT.search(text, 0, 1024) or "<!" in text:
        return None
    head, body, tail = text[:begin], text[begin:end], text[end:]
    if "&" in body or body.count("<row") != body.count('<row r="'):
        return None
    check_count(body.count("</c>"), name, limits)
    cells: list[RawCell] = _CELL.findall(body)
    merges: list[str] = _MERGE.findall(tail)
    if len(cells) != body.count("</c>") or len(merges) != tail.count("<mergeCell "):
        return None
    hides = 'hidden="' in body or ' ht="0' in body
    hidden = [(kind, dict(_ATTRIBUTE.findall(found))) for kind, found in _HIDDEN.findall(text if hides else head)]
    rows = _hidden_rows(attributes for kind, attributes in hidden if kind == "row")
    columns = _hidden_columns(attributes for kind, attributes in hidden if kind == "col")
    shows = _NO_ZEROS.search(head) is None
    return Markup(cells, _PlainBlanks(body), merges, rows, columns, shows, {})


class _PlainBlanks:
    """The blank cells of a sheet by row, looked up in its XML where they are asked for."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.rows: dict[str, int] = {}

    def __call__(self, row: int) -> list[BlankCell]:
        if not self.rows:
            self.rows = {found[1]: found.start() for found in _ROW.finditer(self.body)}
        begin = self.rows.get(str(row + 1), len(self.body))
        end = self.body.find("</row>", begin)
        return _BLANK.findall(self.body, begin, end if end >= 0 else len(self.body))


def _parsed(root: ET.Element, name: str, limits: Limits) -> Markup:
    if all(local(element) != "sheetData" for element in root):
        raise ReadError("damaged", "reading_spreadsheet.states_no_cells", name=name)
    rows: list[dict[str, str]] = []
    rich: dict[str, ET.Element] = {}
    found = list(_walked(root, rows, rich))
    cells = [cell for cell in found if cell[3] or cell[4]]
    check_count(len(cells), name, limits)
    blanks: dict[int, list[BlankCell]] = {}
    for cell in found:
        if not (cell[3] or cell[4]):
            blanks.setdefault(place_of(cell[0])[0], []).append(cell[:2])
    shows = all(view.get("showZeros", "1") in TRUE for view in children(root, "sheetViews"))
    merges = [merge.get("ref", "") for merge in children(root, "mergeCells")]
    columns = [column.attrib for column in children(root, "cols") if _is_hidden(column.attrib, "width")]
    spans = _hidden_rows(rows), _hidden_columns(columns)
    return Markup(cells, lambda row: blanks.get(row, []), merges, *spans, shows, rich)


def _walked(root: ET.Element, rows: list[dict[str, str]], rich: dict[str, ET.Element]) -> Iterator[RawCell]:
    """Yield the cells of a sheet; those that name no place follow the one before them.

    Hidden rows go to `rows`, texts of runs to `rich`.
    """
    number = 0
    for row in children(root, "sheetData"):
        stated = row.get("r", "")
        number = place_of(f"A{stated}")[0] + 1 if stated else number + 1
        if _is_hidden(row.attrib, "ht"):
            rows.append({"r": str(number)})
        column = -1
        for cell in row:
            reference = cell.get("r", "")
            column = place_of(reference)[1] if reference else column + 1
            reference = reference or f"{letters(column)}{number}"
            parts = {local(part): part for part in cell}
            value, formula = parts.get("v"), parts.get("f")
            stored = (value.text or "") if value is not None else ""
            if cell.get("t") == "inlineStr" and "is" in parts:
                stored = string_of(parts["is"])
                if _has_runs(parts["is"]):
                    rich[reference] = parts["is"]
            elif cell.get("t") == "str":
                stored = unescaped(stored)
            markup = f">{formula.text or ''}</f>" if formula is not None else ""
            yield reference, cell.get("s", ""), cell.get("t", ""), markup, stored


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    return attributes.get("hidden") in TRUE or not attributes.get(size, "1").strip("0.")


def _hidden_rows(rows: Iterable[dict[str, str]]) -> Spans:
    numbers = (place_of(f"A{row.get('r', '')}")[0] for row in rows)
    return [(number, number) for number in numbers if number < MAX_ROWS]


def _hidden_columns(columns: Iterable[dict[str, str]]) -> Spans:
    """Return the hidden columns. Raises ReadError `damaged` where they are none of a sheet."""
    spans = []
    for column in columns:
        first, last = column.get("min", ""), column.get("max", "")
        if not (first.isdecimal() and last.isdecimal() and 0 < int(first) <= int(last) <= MAX_COLUMNS):
            raise ReadError("damaged", "reading_spreadsheet.no_such_columns", first=first[:20], last=last[:20])
        spans.append((int(first) - 1, int(last) - 1))
    return spans
