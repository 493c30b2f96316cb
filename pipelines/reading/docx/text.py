"""What is text in a Word document: runs without what is deleted, hidden or the instruction of a field.

Belongs here: runs, their properties, fields, alternate content, and subtrees that are left out. Keep out: which
paragraph or cell the text belongs to (`docx.body`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from pipelines.contracts.codes import code_list
from pipelines.reading.docx.styles import MARKS, PLAIN, RAISING, UNSURE, Style, Styles, is_on
from pipelines.reading.xml_part import Names, Parser

Attributes = dict[str, str]
Starts = dict[str, Callable[[Attributes], None]]
Ends = dict[str, Callable[[], None]]
STRUCK, RAISED, FORM_FIELD, HIDDEN_STYLE, HIDDEN = code_list("cell_note").named(
    "struck_text", "raised_text", "form_field", "hidden_style", "hidden_text"
)
_PAPER = frozenset(("auto", "ffffff", ""))
# Whose properties are read: those of a paragraph, of a table row, of a cell, or of none of them.
NONE, PARAGRAPH, ROW, CELL = 0, 1, 2, 3
_TEXT_BUFFER = 1 << 16
_LINES = str.maketrans("\t\r\n", "   ")
# Fonts of symbols keep characters in a private area; the digits of Symbol are digits, those of Wingdings are pictures.
_PRIVATE, _SYMBOL_FONT = 0xF000, "symbol"
# What says, among properties of runs and of paragraphs, what is text; other elements that hold nothing are looks.
_FILLED = 'shd [^<>]*?fill="(?!auto|[Ff]{6}")'
_IN_RUNS = (
    "vanish|strike|dstrike|vertAlign|rStyle|del|moveFrom|webHidden"
    f'|color w:val="(?:[Ff].[Ff].[Ff]|auto" w:themeColor="(?:background1|light1)")|sz w:val="[0-4]"'
    f'|position w:val="[-+]?[1-9]|w w:val="[0-9]"|spacing w:val="-[0-9]{{3}}|{_FILLED}'
)
_IN_PARAGRAPHS = f"pStyle|outlineLvl|{_FILLED}"
# What nobody asks for wherever it stands; of most cells nothing else is stated.
_IDLE = "(?:tcW|vAlign|gridCol|noWrap|hideMark|textDirection|proofErr|lastRenderedPageBreak)(?: [^<>]*)?/>"
_CELL_LOOKS = f"tcPr>(?:<w:{_IDLE})*</w:tcPr>"
_BORDERS = "tcBorders>(?:<w:[^<>]*/>)*</w:tcBorders>"
# Formulas whose parts do not stand in one line.
_BUILT_UP = (
    "m:sSup",
    "m:sSub",
    "m:sSubSup",
    "m:sPre",
    "m:f",
    "m:rad",
    "m:nary",
    "m:limLow",
    "m:limUpp",
    "m:m",
    "m:eqArr",
    *("m:d", "m:borderBox", "m:phant", "m:bar", "m:acc"),  # and what is framed, crossed out or not shown
)
# What older properties, sections and phonetic guides hold is not shown.
_LEFT_OUT = (
    "w:rPrChange", "w:pPrChange", "w:tcPrChange", "w:trPrChange", "w:tblPrChange", "w:tblPrExChange",
    "w:sectPrChange", "w:tblGridChange", "w:sectPr", "w:rt",
)  # fmt: skip


def looks_pattern(*kept: str) -> re.Pattern[bytes]:
    """Return what matches properties that change nothing of what is text; `kept` are more properties of runs that do.

    Each begins behind the prefix of its name.
    """
    in_runs = "|".join((_IN_RUNS, *kept))
    runs = f"rPr>(?:<w:(?!{in_runs})[^<>]*/>)*</w:rPr>"
    paragraphs = f"pPr>(?:<w:(?:(?!{_IN_PARAGRAPHS})[^<>]*/>|{runs}))*</w:pPr>"
    return re.compile(f"<w:(?:{runs}|{paragraphs}|{_CELL_LOOKS}|{_IDLE}|{_BORDERS})".encode())


class TextWalk:
    """The part of the walk that collects the text of the open paragraph in `_parts`."""

    def __init__(self, styles: Callable[[], Styles]) -> None:
        self._styles = styles
        self._default: Style = PLAIN  # what stands nowhere says of text
        self._pending: list[str] = []  # character data since the last text began
        self._choices: list[bool] = []  # of each alternate content, whether one of its choices held anything
        self._marks: list[int] = []
        self._seen = 0  # texts and pictures
        self._depth = 0  # of what is left out
        self._swallowed = False  # text stood in the instruction of a field
        self._begin_text()

    def _begin_text(self) -> None:
        self._parts: list[str] = []
        self._fields: list[bool] = []  # of each open field, whether its instruction still goes on
        self._muted = 0
        self._properties = NONE
        self._reset()

    def _reset(self) -> None:
        """Make paragraph and run plain."""
        self._plain = True
        self._joins = False  # the end of the paragraph is deleted or hidden: the next one goes on in its line
        self._doubt: str | None = None
        self._ground = self._shaded = False  # whether the paragraph, and the run, stand on a colour
        self._dress(self._around())

    def _around(self) -> Style:
        """Return how text looks that says nothing of it."""
        return self._default

    def _dress(self, style: Style) -> None:
        """Let the text of the paragraph look as a style says: hidden or not, struck or raised or not."""
        self._hides = self._hidden = style.hidden
        self._base = self._looks = style.marks
        # Whether anything is to be looked at.
        self._odd = style.hidden or bool(style.marks) or self._is_wary()

    def _is_wary(self) -> bool:
        """Tell whether something around a text makes its digits doubtful."""
        raise NotImplementedError

    def _otherwise(self) -> str | None:
        """Return the doubt on digits that what stands around them, or their ground, makes of them."""
        raise NotImplementedError

    def _attach(self, parser: Parser, names: Names, starts: Starts, ends: Ends) -> None:
        """Set the handlers of a parser."""
        self._parser = parser
        self._val, self._space = names.of("w:val"), names.of("xml:space")
        self._fill = names.of("w:fill")
        self._font, self._char, self._field_type = names.of("w:font"), names.of("w:char"), names.of("w:fldCharType")
        begin = {names.of(tag): handler for tag, handler in (self._text_starts() | starts).items()}
        finish = {names.of(tag): handler for tag, handler in (self._text_ends() | ends).items()}

        def start(name: str, attributes: Attributes) -> None:
            if name in begin:
                begin[name](attributes)

        def end(name: str) -> None:
            if name in finish:
                finish[name]()

        self._handlers = (start, end)
        parser.buffer_size = _TEXT_BUFFER
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = self._pending.append

    def _text_starts(self) -> Starts:
        return {
            "w:r": self._start_run, "m:r": self._start_run, "w:t": self._start_text, "m:t": self._start_text,
            "w:br": self._line, "w:cr": self._line, "w:tab": self._tab, "w:ptab": self._tab,
            "w:noBreakHyphen": self._hyphen, "w:sym": self._symbol, "w:fldChar": self._field,
            "w:vanish": self._vanish, **{f"w:{mark}": partial(self._mark, mark) for mark in MARKS},
            **dict.fromkeys(_BUILT_UP, self._built_up), "w:shd": self._shade, "w:ddList": self._list_field,
            "w:rStyle": self._run_style, "w:del": self._delete, "w:moveFrom": self._delete,
            "mc:AlternateContent": self._start_choices,
            "mc:Choice": self._start_choice, "mc:Fallback": self._start_fallback,
            **dict.fromkeys(_LEFT_OUT, self._leave_out),
        }  # fmt: skip

    def _text_ends(self) -> Ends:
        return {
            "w:t": self._end_text, "m:t": self._end_text, "mc:Choice": self._end_choice,
            "mc:AlternateContent": self._end_choices,
        }  # fmt: skip

    # What is left out.

    def _leave_out(self, _attributes: Attributes) -> None:
        self._depth = 1
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._deeper, self._higher

    def _deeper(self, _name: str, _attributes: Attributes) -> None:
        self._depth += 1

    def _higher(self, _name: str) -> None:
        self._depth -= 1
        if not self._depth:
            self._parser.StartElementHandler, self._parser.EndElementHandler = self._handlers

    def _delete(self, attributes: Attributes) -> None:
        """Leave out deleted content; among properties, the end of the paragraph or the row is deleted."""
        if self._properties == PARAGRAPH:
            self._joins, self._plain = True, False
        elif self._properties == ROW:
            self._delete_row()
        self._leave_out(attributes)

    def _delete_row(self) -> None:
        raise NotImplementedError

    def _start_choices(self, _attributes: Attributes) -> None:
        self._choices.append(False)

    def _start_choice(self, attributes: Attributes) -> None:
        if self._choices and self._choices[-1]:
            self._leave_out(attributes)
        else:
            self._marks.append(self._seen)

    def _end_choice(self) -> None:
        if self._marks.pop() != self._seen and self._choices:
            self._choices[-1] = True

    def _start_fallback(self, attributes: Attributes) -> None:
        if self._choices and self._choices[-1]:
            self._leave_out(attributes)

    def _end_choices(self) -> None:
        self._choices.pop()

    # Runs.

    def _start_run(self, _attributes: Attributes) -> None:
        if self._odd:
            self._undress()

    def _undress(self) -> None:
        """Let a run look as its paragraph does."""
        self._hidden, self._looks, self._shaded = self._hides, self._base, self._ground
        self._odd = self._hides or bool(self._base) or self._is_wary()

    def _start_text(self, attributes: Attributes) -> None:
        self._pending.clear()
        self._kept = attributes

    def _end_text(self) -> None:
        pending = self._pending
        if not pending:
            return
        text = pending[0] if len(pending) == 1 else "".join(pending)
        if text[0] == " " or text[-1] == " " or not text.isprintable():
            text = text.translate(_LINES)
            if self._space not in self._kept:
                text = text.strip(" ")
        self._seen += 1
        if self._odd or self._muted:
            self._add(text)
        else:
            self._parts.append(text)

    def _add(self, text: str) -> None:
        if self._odd or self._muted:
            if self._hidden and (self._muted or UNSURE not in self._looks):
                return
            if self._muted:
                self._swallowed = True
                return
            looks = self._looks - {"color"} if self._shaded else self._looks
            doubt = _doubt_of(looks) if looks else self._otherwise()
            if doubt is not None and any(map(str.isdigit, text)):
                self._doubt, self._plain = doubt, False
            if self._hidden:
                return
        self._parts.append(text)

    def _line(self, _attributes: Attributes) -> None:
        self._add("\n")

    def _tab(self, _attributes: Attributes) -> None:
        if self._properties == NONE:  # else it is the place of a tabulator
            self._add(" ")

    def _hyphen(self, _attributes: Attributes) -> None:
        self._add("-")

    def _symbol(self, attributes: Attributes) -> None:
        try:
            code = int(attributes.get(self._char, ""), 16)
            plain = attributes.get(self._font, "").lower() == _SYMBOL_FONT and chr(code & 0xFF).isdecimal()
            self._seen += 1
            symbol = chr(code - _PRIVATE) if plain and code >= _PRIVATE else chr(code)
            symbol.encode()  # half a character cannot be written
            self._add(symbol)
        except (ValueError, OverflowError):
            self._add("\ufffd")  # a symbol without a code is shown as a box

    def _field(self, attributes: Attributes) -> None:
        kind, fields = attributes.get(self._field_type), self._fields
        if kind == "begin":
            fields.append(True)
            self._muted += 1
        elif kind == "separate" and fields and fields[-1]:
            fields[-1] = False
            self._muted -= 1
        elif kind == "end" and fields:
            self._muted -= fields.pop()

    # Properties of runs.

    def _list_field(self, _attributes: Attributes) -> None:
        """Distrust a field that shows one of its choices, which stands nowhere as text."""
        self._doubt, self._plain = FORM_FIELD, False

    def _vanish(self, attributes: Attributes) -> None:
        hides = is_on(attributes.get(self._val))
        if self._properties == PARAGRAPH:
            if hides:
                self._joins, self._plain = True, False
        else:
            self._hidden, self._odd, self._plain = hides, True, False

    def _built_up(self, _attributes: Attributes) -> None:
        """Distrust a formula that stands above and below its line: its digits are not read one after another."""
        self._doubt, self._plain = RAISED, False

    def _shade(self, attributes: Attributes) -> None:
        """Note that a run or a paragraph stands on a colour, upon which white is seen."""
        if self._is_colour(attributes):
            self._shaded, self._odd, self._plain = True, True, False
            self._ground = self._ground or self._properties == PARAGRAPH

    def _is_colour(self, shading: Attributes) -> bool:
        return shading.get(self._fill, "auto").lower() not in _PAPER

    def _mark(self, mark: str, attributes: Attributes) -> None:
        """Note that a run is struck, raised or hardly seen, or is not although its style says so."""
        if self._properties == NONE:
            marks = self._looks | {mark} if MARKS[mark](attributes.get(self._val)) else self._looks - {mark}
            if marks != self._looks:
                self._looks, self._odd, self._plain = marks, True, False

    def _run_style(self, attributes: Attributes) -> None:
        if self._properties != NONE:
            return
        style = self._styles().get(attributes.get(self._val, ""))
        if style.hidden:
            self._hidden, self._odd, self._plain = not self._hides, True, False
        if style.marks:
            self._looks, self._odd, self._plain = self._looks | style.marks, True, False


def _doubt_of(marks: frozenset[str]) -> str:
    if not marks.isdisjoint(("strike", "dstrike")):
        return STRUCK
    return RAISED if marks & RAISING else HIDDEN_STYLE if UNSURE in marks else HIDDEN
