"""Assemble rows from text whose rows are not marked: one cell per line, cells between pipes, or words on one line.

The labels of the forms tell where a row begins; everything up to the next label is its values. Blank cells are
known only where the source marks every cell (pipes): lines without marks lose them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.extracting.numbers import is_sign_word, looks_like_value
from pipelines.extracting.sections import heading_number
from pipelines.extracting.tables.collector import ACROSS, Collector, classify_cell, names_header
from pipelines.extracting.tables.rows import LogicalRow, Slot
from pipelines.forms import FORMS, tables_named
from pipelines.forms.labels import caption_item, clean, parse_label
from pipelines.forms.lexicon import COLUMN, GROUP, MARK, ROW, Match, is_exact, match, may_begin_label, unglue
from pipelines.forms.opening import may_open
from pipelines.reading import Paragraph, Piece, Run

_MAX_JOIN = 6
_MAX_PROSE_LABEL = 40
# 行政诉讼 over the lawsuits may be printed as 诉讼情况: the last characters tell it, in a short text.
_MAX_ACROSS_LABEL, _ABRIDGED = 12, 2
_PROSE = re.compile(r"[。；;]")
_PAIR = re.compile(r"^[^。；]{4,}[:：]\s*\d[\d,.]*\s*[件条项次个份]?$")
_CAPTION_IN_LINE = re.compile(r"第?\s*二\s*十\s*[条條]\s*第?\s*[（(]\s*[一二三四五六七八九十]{1,3}\s*[）)]\s*项")
_CAPTION_PARTS = re.compile(r"^(?:中华人民共和国|政府信息公开条例|第?二|第$)")
# A line of words is a table where it is short, bears captions, or where so many of its words are numbers.
_MAX_TABLE_LINE, _TABLE_SHARE = 120, 0.4
_TABLES = [table for form in FORMS.values() for table in form.tables]
# How many cells the widest row of a table has: a run of values that outgrows it is more than one row. The tables of
# section 二 are narrow, and cells of one are often read before it is known which it is.
_WIDEST = {
    table.id: max(len(each.paths) if each.rows_across else len(each.columns) for each in tables_named(table.id))
    for table in _TABLES
    if table.rows_across or table.spanning
}
# Tables whose rows stand in groups: labels of theirs are labels of their columns, too (其他, 总计).
_GROUPED = frozenset(table.id for table in _TABLES if table.groups)
_WIDEST_ITEM = max(len(table.columns) for table in _TABLES if table.id not in _WIDEST)


class Token(NamedTuple):
    """A piece of text with the cell marks before it; `lead` of them stand on its own line, `tight` ones are padding."""

    text: str
    line: int
    marks: int
    lead: int
    tight: bool


class _Label(NamedTuple):
    end: int
    text: str
    found: Match
    caption: str | None


def tokens_of(blocks: list[Paragraph | Run]) -> list[Token]:
    """Flatten paragraphs and runs; words of one line are split where numbers stand between or after labels."""
    tokens: list[Token] = []
    marks, tight = 0, False
    for block in blocks:
        pieces = block.pieces if isinstance(block, Run) else [block]
        for piece in pieces:
            lead = 0
            if isinstance(piece, Piece):
                marks, tight, lead = marks + piece.marks, tight or piece.tight, piece.lead
            for word in _words(piece.text) if piece.text else ():
                tokens.append(Token(word, piece.line, marks, lead, tight))
                marks, lead, tight = 0, 0, False
    tokens.append(Token("", tokens[-1].line if tokens else 0, marks, 0, tight))
    return tokens


def _words(text: str) -> list[str]:
    words: list[str] = []
    for line in text.split("\n"):
        parts = line.split()
        captions = 0
        if "十" in line:
            captions = len(_CAPTION_IN_LINE.findall(line))
            captions += len(parts) > 2 and caption_item(parts[0]) is not None and not _PROSE.search(line)
        numbers = sum(map(looks_like_value, parts[1:]))
        prose = len(parts) < 6 and _PROSE.search(line)
        table = captions or len(line) <= _MAX_TABLE_LINE or numbers >= len(parts) * _TABLE_SHARE
        if (numbers and not prose and table) or (len(parts) > 1 and captions > 1):
            words.extend(word for part in parts for word in (unglue(part) if may_open(part) else (part,)))
        elif may_open(line):
            words.extend(unglue(line))
        else:
            words.append(line)
    return words


@dataclass
class _Row:
    """The row that grows: label parts first, then values with the blanks that marks prove."""

    labels: list[Slot] = field(default_factory=list)
    values: list[Slot] = field(default_factory=list)
    marked: bool = False


class TextRows:
    """Cut a sequence of tokens into rows and feed them to a collector; `grid` numbers the assembled table."""

    def __init__(self, collector: Collector, grid: int) -> None:
        self._collector = collector
        self._grid = grid
        self._row: _Row | None = None
        self._header: list[Slot] = []
        self._number = 0
        self._active = False
        self._above = 0  # the line in which the last label ended
        self._leading = 0  # marks before the first cell of a row: 1 where rows begin with a pipe

    def run(self, tokens: list[Token], *, ends_document: bool = False) -> None:
        """Feed all rows found in tokens (the last token is the empty end).

        A row that stands at the very end of the document may be cut there: its last cells are then absent.
        """
        position = 0
        while position < len(tokens) - 1:
            position = self._step(tokens, position)
        last = self._row is not None
        self._flush(tokens[-1])
        if last and ends_document:
            self._collector.cut_last()

    def _step(self, tokens: list[Token], position: int) -> int:
        token = tokens[position]
        if heading_number(token.text) is not None and not self._is_label(token.text):
            self._flush(token, is_last=True)
            self._collector.close()
            self._collector.note_units(token.text)
            self._active = False
            return position + 1
        self._collector.note_units(token.text)
        if not self._active and not may_open(token.text):
            return position + 1
        if not looks_like_value(token.text):
            label = longest_label(tokens, position)
            if label is not None and (self._active or self._opens(label, tokens)):
                self._take_label(label, token, tokens[label.end - 1].line)
                return label.end
        if self._active:
            self._take_text(token, tokens[position + 1])
        return position + 1

    def _is_label(self, text: str) -> bool:
        return bool(classify_cell(text).match.of(ROW) or classify_cell(text).match.of(GROUP))

    def _opens(self, label: _Label, tokens: list[Token]) -> bool:
        """Tell whether a label begins a table where none is open: prose uses single labels as words, too."""
        if label.caption is not None or label.found.of(MARK):
            return True
        following = tokens[label.end]
        if label.found.of(ROW) and not label.found.of(COLUMN):
            across = {t.table for t in label.found.targets} & ACROSS.keys()
            if across:
                return _goes_on_across(following.text, across)
            return label.found.matched_by == "label" and looks_like_value(following.text) and following.text != ""
        return bool(label.found.of(COLUMN)) and len(clean(label.text)) >= 4 and len(label.text) <= 20

    def _take_label(self, label: _Label, token: Token, end: int) -> None:
        slot = self._cell(label.text, token.line)
        if not self._active:
            self._active, self._leading = True, min(token.marks, 1)
        if label.caption is not None:
            self._flush(token, before_row=True)
            self._emit([slot])
            return
        if names_header(label.found) or self._is_column(label):
            if self._row is not None:
                self._flush(token, before_row=True)
            self._header.append(slot)
            self._above = end
            return
        if self._row is None or self._row.values or not self._continues(label):
            self._flush(token, before_row=True)
            self._row = _Row()
        assert self._row is not None
        self._row.labels.append(slot)
        self._above = end

    def _is_column(self, label: _Label) -> bool:
        """Tell whether 其他 or 总计 is a header here: rows of the table have not begun."""
        if not label.found.of(COLUMN):
            return False
        current = self._collector.current
        in_rows = self._row is not None or (current is not None and current.table in _GROUPED and current.rows)
        return bool(self._header) or not in_rows

    def _continues(self, label: _Label) -> bool:
        """Tell whether a label belongs to the row that only has labels yet: after a group, or a sub-row."""
        assert self._row is not None
        above = classify_cell(self._row.labels[-1].text).match
        own = label.found.of(ROW)
        return bool(above.of(GROUP)) or any(
            t.id.startswith(f"{a.id}.") for t in own for a in above.of(ROW) if t.table == a.table
        )

    def _take_text(self, token: Token, following: Token) -> None:
        text = token.text
        # 增/减 on a line of its own is the rest of a header until a row begins.
        is_value = looks_like_value(text) and not (self._row is None and self._header and is_sign_word(text))
        slot = self._cell(text, token.line)
        if self._row is None and not is_value:
            if _PROSE.search(text) or len(text) > _MAX_PROSE_LABEL:
                self._stop(token)
            elif self._header or self._collector.current is not None:
                self._header.append(slot)
            return
        if self._row is None:
            self._flush(token)
            self._row = _Row()
        row = self._row
        assert row is not None
        if row.labels and not row.values and token.marks == 0 and not is_value and not parse_label(text).body:
            row.labels[-1] = row.labels[-1]._replace(text=f"{row.labels[-1].text}\n{text}")  # a note of its label
            self._above = token.line
            return
        # Without marks a numbered text is the label of a row that the forms do not know, not a cell.
        numbered = not row.marked and token.marks == 0 and parse_label(text).number is not None
        same_line = bool(row.values) and row.values[-1].line == token.line
        goes_on = same_line or (self._leading == 1 == token.marks and row.marked) or _begins_row(following)
        if not is_value and ((self._complete(row, max(token.marks - 1, 0)) and not goes_on) or numbered):
            self._after_row(slot, token)
            return
        if not is_value and token.marks == 0 and (_PROSE.search(text) or len(text) > _MAX_PROSE_LABEL):
            self._stop(token)
            return
        if row.marked and is_value and token.marks == 0 and not same_line and self._complete(row, 0):
            self._flush(token)
            self._row = _Row(values=[slot], marked=True)
            return
        if row.marked and row.values and token.marks == 0:
            # In a row with marks only a mark ends a cell: this line continues the cell above.
            above = row.values[-1]
            glue = " " if above.line == token.line else "\n"
            row.values[-1] = above._replace(text=f"{above.text}{glue}{text}")
            return
        row.marked = row.marked or token.marks > 0
        unlabelled = not row.labels and not row.values
        blanks = self._blanks_before_row(token) if unlabelled else max(token.marks - 1, 0)
        row.values.extend(self._cell("", token.line) for _ in range(blanks))
        row.values.append(slot)

    def _blanks_before_row(self, token: Token) -> int:
        """Return how many blank cells stand before the first value of a row without label."""
        if token.lead:
            return max(token.lead - self._leading, 0)
        return 0 if token.tight else max(token.marks - 1 - self._leading, 0)

    def _complete(self, row: _Row, blanks: int) -> bool:
        """Tell whether a row, with the blank cells that follow it, has as many cells as its table has columns."""
        current = self._collector.current
        table = current.table if current is not None else None
        labelled = {t.table for slot in row.labels for t in classify_cell(slot.text).match.of(ROW)}
        name = labelled.pop() if len(labelled) == 1 else table
        header = [s for s in current.header if not classify_cell(s.text).match.of(MARK)] if current is not None else []
        wanted = _WIDEST.get(name or "") or min(len(header) or _WIDEST_ITEM, _WIDEST_ITEM)
        return len(row.values) + blanks >= wanted

    def _after_row(self, slot: Slot, token: Token) -> None:
        """Text after a full row: a printed pair (label: number), a row with an unknown label, or prose."""
        self._flush(token)
        if _PAIR.match(slot.text):
            self._emit([slot])
        elif _PROSE.search(slot.text) or len(slot.text) > _MAX_PROSE_LABEL:
            self._stop(token)
        else:
            self._row = _Row(labels=[slot])

    def _stop(self, token: Token) -> None:
        self._flush(token, is_last=True)
        self._active = False

    def _flush(self, following: Token, *, before_row: bool = False, is_last: bool = False) -> None:
        """Emit what has grown; marks before `following` are blank cells, but for those that open a row."""
        if self._header:
            header, self._header = self._header, []
            self._emit(header, following, is_last=is_last)
        row, self._row = self._row, None
        if row is None:
            return
        opening = following.lead if following.text else 0
        if before_row:
            opening = max(opening, self._leading)
        trailing = following.marks - opening - 1
        marked = row.marked or (not row.values and trailing > 0)
        if not marked or (following.tight and row.values):
            trailing = 0  # touching marks pad a short row: they are no cells
        blanks = [self._cell("", following.line)] * max(trailing, 0)
        row.marked = marked
        self._emit([*row.labels, *row.values, *blanks], following, marked=row.marked, is_last=is_last)

    def _cell(self, text: str, line: int) -> Slot:
        """Return a cell of the assembled table; its row and column are known when its row is whole."""
        return Slot(text, self._grid, 0, 0, 0, line)

    def _emit(
        self, slots: list[Slot], following: Token | None = None, *, marked: bool = False, is_last: bool = False
    ) -> None:
        placed = tuple(s._replace(row=self._number, col=i, right=i + 1) for i, s in enumerate(slots))
        self._number += 1
        below = following.line if following is not None and following.text else 0
        self._collector.feed(LogicalRow(placed, marked, True, False, self._above, below, is_last))


def longest_label(tokens: list[Token], position: int) -> _Label | None:
    """Return the label that begins at a token; parts of a label broken over lines are joined, marks never crossed."""
    best: _Label | None = None
    text = ""
    for end in range(position, min(position + _MAX_JOIN, len(tokens) - 1)):
        token = tokens[end]
        if end > position and (token.marks or _is_cell(token.text) or heading_number(token.text)):
            break
        grows = end == position or _unbalanced(text) or parse_label(text + token.text).body != parse_label(text).body
        if not grows:
            break
        text += token.text
        body = parse_label(text).body
        caption = caption_item(text)
        if caption is not None or is_exact(text) or not body:
            found = match(text)
            if caption is not None or found.matched_by == "label":
                best = _Label(end + 1, text, found, caption)
        elif not may_begin_label(body) and not _may_begin_caption(text):
            break
        if end > position and len(clean(text)) > 80:
            break
    if best is None and (found := match(tokens[position].text)).targets:
        best = _Label(position + 1, tokens[position].text, found, None)
    return best


def _goes_on_across(text: str, tables: set[str]) -> bool:
    """Tell whether a text goes on with the header of a table across: its next label, however it is abridged."""
    if len(text) >= _MAX_ACROSS_LABEL:
        return False
    spans = {span.label for name in tables for table in tables_named(name) for span in table.spanning}
    return any(span[-_ABRIDGED:] in text for span in spans)


def _begins_row(token: Token) -> bool:
    """Tell whether a known row begins at a token: words right before it are a surplus cell, not a label."""
    return bool(token.text) and any(t.table not in ACROSS for t in classify_cell(token.text).match.of(ROW))


def _may_begin_caption(text: str) -> bool:
    return _CAPTION_PARTS.match(clean(text)) is not None


def _is_cell(text: str) -> bool:
    return looks_like_value(text) and not is_sign_word(text)


def _unbalanced(text: str) -> bool:
    folded = clean(text)
    return folded.count("(") > folded.count(")")
