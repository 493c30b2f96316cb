"""The walk over the tokens of a Rich Text document: what each control word does to text, cells and properties.

Belongs here: the meaning of control words and destinations; words that are not known are passed over, as the format
asks, and so are the groups of destinations that are marked as such. Keep out: rows (`rtf.story`, `rtf.rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from pipelines.contracts.codes import code_list
from pipelines.reading.doc.text import EMPTY_FIELD, PICTURE
from pipelines.reading.doc.walk import Item, Walk
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.rtf.charsets import Charsets
from pipelines.reading.rtf.rows import WORDS as ROW_WORDS
from pipelines.reading.rtf.state import COLOURS, FONTS, NORMAL, NUMBER, STYLES, Colours, State, Styles
from pipelines.reading.rtf.story import TEXT_BOX, Story
from pipelines.reading.rtf.tokens import BYTE, CLOSE, OPEN, SYMBOL, TEXT, Token
from pipelines.reading.rtf.words import CHARACTERS, DROP_DOWN, LARGEST, MUTED, SILENT, STARRED, SYMBOLS

STRUCK, RAISED, HIDDEN, HIDDEN_STYLE, FORM_FIELD = code_list("cell_note").named(
    "struck_text", "raised_text", "hidden_text", "hidden_style", "form_field"
)
(DAMAGED,) = code_list("cell_note").named("damaged_format")


class RtfWalk:
    """Take the tokens of a file, then `finish`; what was found is in the blocks of `walk`."""

    def __init__(self, limits: Limits) -> None:
        self.walk = Walk(limits)
        self.has_pictures = False
        self._limits = limits
        self._charsets, self._colours, self._styles = Charsets(), Colours(), Styles()
        self._state, self._outside = State(), [State()]
        self._outside.clear()
        self._boxes: list[Item] = []
        self._story = Story(self.walk.take, self._styles, limits)
        self._raw = bytearray()
        self._skip = 0  # characters that stand for the Unicode one before them
        self._star = False
        self._name: list[str] = []  # of the open style or list number
        self._words = self._handlers()
        self._declared: dict[str, Callable[[int], bool]] = {
            **dict.fromkeys(("f", "af"), self._charsets.has),
            **dict.fromkeys(("cf", "cb", "chcbpat", "cbpat", "highlight"), self._colours.has),
            **dict.fromkeys(("s", "cs"), self._styles.has),
        }

    def take(self, found: Iterable[Token]) -> None:
        """Take all tokens. Raises ReadError where a budget is exceeded or groups do not fit."""
        for token in found:
            kind = token.kind
            if kind in (TEXT, BYTE):
                self._text(token.text)
            elif kind == OPEN:
                self._open()
            elif kind == CLOSE:
                self._close()
            elif kind == SYMBOL:
                self._symbol(token.word)
            else:
                self._word(token.word, token.number)

    def finish(self) -> None:
        """End the document: text boxes follow the body."""
        self._flush()
        self._story.finish(self._state)
        self.walk.finish()
        for item in self._boxes:
            self.walk.take(item)
        self.walk.finish()

    # Groups.

    def _open(self) -> None:
        self._flush()
        self._skip = 0
        if len(self._outside) >= self._limits.depth:
            raise ReadError("too_deep", "reading_rtf.groups_deep", limit=self._limits.depth)
        outside = self._state
        self._outside.append(outside)
        self._state = outside.group()
        if outside.target == STYLES and not outside.inner:
            self._state = State()
            self._state.target, self._state.inner = STYLES, True
            self._state.close = partial(self._end_style, self._state)
            self._name.clear()

    def _close(self) -> None:
        self._flush()
        self._skip, self._star = 0, False
        if self._state.close is not None:
            self._state.close()
        if len(self._outside) == 1:
            return  # the end of the document: what follows in `finish` has its state
        self._state = self._outside.pop()

    # Text.

    def _text(self, data: bytes) -> None:
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if not self._state.muted:
            self._raw += data

    def _flush(self) -> None:
        """Turn the bytes since the last control word into text."""
        if not self._raw:
            return
        state = self._state
        text = self._charsets.decode(bytes(self._raw), state.font, state.far_eastern)
        self._raw.clear()
        if not text.isprintable() and state.target == NORMAL and any(c < " " for c in text.replace("\t", "")):
            self._story.doubt = DAMAGED  # no program writes control characters: one was another letter
        self._add(text)

    def _add(self, text: str) -> None:
        state, target = self._state, self._state.target
        if state.muted:
            return
        if target == NORMAL:
            if not (state.hidden or state.deleted):
                if any(map(str.isdigit, text)):
                    self._story.doubt = self._doubt(state) or self._story.doubt
                self._story.add(text)
        elif target == FONTS:
            self._charsets.name(text)
        elif target == COLOURS:
            self._colours.end(text)
        elif not (target == NUMBER and state.hidden):
            self._name.append(text)

    def _doubt(self, state: State) -> str | None:
        """Return why digits that look so are not trusted."""
        if state.struck:
            return STRUCK
        if state.raised:
            return RAISED
        if state.colour and self._colours.is_unseen(state.colour, (state.back, state.shade, self._story.fill(state))):
            return HIDDEN
        if not (state.style or state.char_style):
            return None
        styles = [self._styles.get(number) for number in (state.style, state.char_style)]
        if state.hidden is None and any(style.hidden for style in styles):
            return HIDDEN_STYLE
        if state.struck is None and any(style.struck for style in styles):
            return STRUCK
        return RAISED if state.raised is None and any(style.raised for style in styles) else None

    def _unicode(self, number: int | None) -> None:
        self._flush()
        if number is None:
            raise ReadError("damaged", "reading_rtf.character_missing")
        code = number & 0xFFFF if number < 0x10000 else number
        self._add(chr(code) if code <= 0x10FFFF else "\ufffd")
        self._skip = self._state.skips

    def _symbol(self, symbol: str) -> None:
        if self._skip and symbol not in "*":
            self._skip -= 1
        elif symbol == "*":
            self._star = True
        elif symbol in "\\{}":
            self._text(symbol.encode())
        elif symbol in "\r\n":
            self._mark("par")
        elif symbol in SYMBOLS:
            self._flush()
            self._add(SYMBOLS[symbol])
        elif symbol not in SILENT:
            self._story.doubt = DAMAGED  # a word that lost its first letter has left its number in the text

    # Words.

    def _word(self, word: str, number: int | None) -> None:
        star, self._star = self._star, False
        state = self._state
        if self._skip:
            self._skip -= 1  # a word counts as a character
            return
        if star and word not in STARRED:
            state.muted = True
        if state.muted:
            self._muted_word(word, number)
            return
        if word == "u":
            self._unicode(number)
            return
        self._flush()
        if number is not None and state.target == NORMAL and self._is_odd(word, number):
            self._story.doubt = DAMAGED
        if word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in MUTED:
            state.muted = True
        elif word in ROW_WORDS:
            row = self._story.inner_row if state.inner else self._story.row
            row.take(word, number or 0, self._limits)
        elif (handler := self._words.get(word)) is not None:
            handler(number)

    def _is_odd(self, word: str, number: int) -> bool:
        """Return whether a word cannot have this number: digits of a text may have run into it."""
        if (declared := self._declared.get(word)) is None:
            return number > LARGEST.get(word, number)
        if declared(number):
            return False
        return any(declared(int(str(number)[:length])) for length in range(1, len(str(number))) if number > 0)

    def _muted_word(self, word: str, number: int | None) -> None:
        state = self._state
        if word == "ud" and not state.saved_muted:
            state.muted = False
        elif word == "pict":
            self.has_pictures = True
        elif word == "fftype" and number == DROP_DOWN:
            self._story.doubt = FORM_FIELD
        elif word in ("u", "uc"):
            self._skip = state.skips if word == "u" else 0
            state.skips = max(number or 0, 0) if word == "uc" else state.skips

    def _handlers(self) -> dict[str, Callable[[int | None], None]]:
        marks = ("par", "sect", "cell", "nestcell", "row", "nestrow", "trowd")
        switches = {
            "v": "hidden", "deleted": "deleted", "revauthdel": "deleted", "strike": "struck", "striked": "struck",
            "super": "raised", "sub": "raised", "intbl": "in_table", "hlhidden": "hidden",
        }  # fmt: skip
        numbers = {
            "cf": "colour", "cb": "back", "highlight": "back", "chcbpat": "back", "cbpat": "shade", "s": "style",
            "cs": "char_style", "itap": "nested", "ls": "list_id", "outlinelevel": "outline", "sbasedon": "base",
        }  # fmt: skip
        return {
            **{word: partial(self._marked, word) for word in marks},
            **{word: partial(self._switch, name) for word, name in switches.items()},
            **{word: partial(self._set, name) for word, name in numbers.items()},
            **dict.fromkeys(("up", "dn"), self._raise),
            **{word: partial(self._part, word) for word in ("red", "green", "blue")},
            **{word: partial(self._describe, word) for word in ("fcharset", "cpg")},
            **{word: partial(self._aim, at) for word, at in _TARGETS.items()},
            "nosupersub": self._lower, "pard": self._pard, "plain": self._plain, "f": self._font,
            "af": self._font_beside,
            "dbch": partial(self._script, True), "loch": partial(self._script, False),
            "hich": partial(self._script, False), "deff": self._default_font, "ansicpg": self._page,
            "mac": partial(self._fixed_page, 10000), "pc": partial(self._fixed_page, 437),
            "pca": partial(self._fixed_page, 850), "uc": self._skips, "upr": self._alternatives, "pict": self._picture,
            "field": self._field, "shptxt": self._box, "dptxbxtext": self._box, "nesttableprops": self._inner,
            "moMath": self._formula, "moMathPara": self._formula,
        }  # fmt: skip

    def _marked(self, word: str, _number: int | None) -> None:
        self._mark(word)

    def _mark(self, word: str) -> None:
        """End a paragraph, a cell or a row, or begin the definition of one."""
        self._flush()
        state, story = self._state, self._story
        if state.muted or state.target != NORMAL:
            return
        if word in ("par", "sect"):
            story.paragraph(state)
        elif word == "trowd":
            if state.inner:
                story.begin_inner_row()
            else:
                story.begin_row()
        elif word.endswith("cell"):
            story.cell(state, inner=word == "nestcell")
        else:
            story.end_row(state, inner=word == "nestrow")

    def _switch(self, name: str, number: int | None) -> None:
        setattr(self._state, name, number != 0)

    def _set(self, name: str, number: int | None) -> None:
        setattr(self._state, name, number or 0)

    def _raise(self, number: int | None) -> None:
        self._state.raised = number != 0

    def _lower(self, _number: int | None) -> None:
        self._state.raised = False

    def _pard(self, _number: int | None) -> None:
        self._state.paragraph()

    def _plain(self, _number: int | None) -> None:
        self._state.plain(self._charsets.default_font)

    def _font(self, number: int | None) -> None:
        state = self._state
        if state.target == FONTS:
            self._charsets.open_font(number or 0)
        elif state.is_far_eastern:
            state.far_eastern = number or 0
        else:
            state.font = number or 0

    def _font_beside(self, number: int | None) -> None:
        if self._state.is_far_eastern:
            self._state.far_eastern = number or 0

    def _script(self, is_far_eastern: bool, _number: int | None) -> None:
        self._state.is_far_eastern = is_far_eastern

    def _default_font(self, number: int | None) -> None:
        self._charsets.default_font = self._state.font = number or 0

    def _page(self, number: int | None) -> None:
        self._charsets.set_page(number or 0)

    def _fixed_page(self, page: int, _number: int | None) -> None:
        self._charsets.set_page(page)

    def _skips(self, number: int | None) -> None:
        self._state.skips = max(1 if number is None else number, 0)

    def _part(self, word: str, number: int | None) -> None:
        self._colours.part(word, number or 0)

    def _describe(self, word: str, number: int | None) -> None:
        self._charsets.describe(word, number or 0)

    # Destinations.

    def _aim(self, target: int, _number: int | None) -> None:
        self._state.target = target
        if target == NUMBER:
            self._name.clear()
            self._state.close = self._end_number

    def _end_number(self) -> None:
        self._story.number("".join(self._name))

    def _end_style(self, state: State) -> None:
        self._styles.add(state, "".join(self._name).strip(" ;"))

    def _alternatives(self, _number: int | None) -> None:
        """Wait for the second of two readings of a destination, the one in Unicode."""
        self._state.saved_muted, self._state.muted = False, True

    def _picture(self, _number: int | None) -> None:
        self.has_pictures = True
        self._add(PICTURE)
        self._state.muted = True

    def _field(self, _number: int | None) -> None:
        self._state.close = partial(self._end_field, self._story, self._story.written)

    def _end_field(self, story: Story, written: int) -> None:
        if story.written == written:
            self._add(EMPTY_FIELD)

    def _inner(self, _number: int | None) -> None:
        self._state.inner = True

    def _formula(self, _number: int | None) -> None:
        """Distrust digits in a formula, whose parts may stand above each other."""
        self._state.raised = True

    def _box(self, _number: int | None) -> None:
        """Begin the story of a text box, which floats: a cell that holds one is doubted."""
        outside, state = self._story, self._state
        if outside.is_in_table(state):
            outside.doubt = TEXT_BOX
        self._story = Story(self._boxes.append, self._styles, self._limits)
        state.paragraph()
        state.close = partial(self._end_box, outside)

    def _end_box(self, outside: Story) -> None:
        self._story.finish(self._state)
        self._story = outside


_TARGETS = {"fonttbl": FONTS, "colortbl": COLOURS, "stylesheet": STYLES, "listtext": NUMBER, "pntext": NUMBER}
