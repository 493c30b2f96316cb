"""Reports as PDF: rules, page breaks, fonts and turned pages as word processors, browsers and printers leave them.

Belongs here: the style of a file and its flow over pages. Keep out: how a table is drawn (`pdf_table`), and reading.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.corpus.fonts import NoFontError, font_files
from benchmarks.corpus.pdf_table import Look, Pen, TableStyle, draw_table, wrapped
from benchmarks.corpus.spans import Block, TextBlock

# Nobody else packs streams into letters as this library does where it is not told to leave that.
rl_config.useA85 = 0
_A4 = (595.28, 841.89)
_TITLE_SIZE = 20.0
_HEADER = "政府信息公开工作年度报告"


@dataclass(frozen=True)
class Style:
    """How a file looks. `turned` is the /Rotate of its pages, `sideways` prints upright pages on their side.

    `looks` are texts that are written in a way of their own, `by` is what of a text is written at one go (see `Pen`).
    """

    font: str
    digits: str
    size: float
    table: TableStyle
    page_numbers: str = ""
    header: bool = False
    landscape: bool = False
    turned: int = 0
    sideways: bool = False
    looks: Mapping[str, Look] = field(default_factory=dict)
    by: str = "line"


@cache
def embedded_font() -> str | None:
    """Register a TrueType font of the machine that holds Chinese, and return its name; None without one."""
    try:
        files = font_files()
    except NoFontError:
        return None
    for path in files:
        try:
            pdfmetrics.registerFont(TTFont("Embedded", str(path), subfontIndex=0))
        except TTFError:
            continue  # outlines of another kind, which the library cannot embed
        return "Embedded"
    return None


@cache
def named_font(name: str) -> str:
    """Register a font that readers bring along, and return its name."""
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


def random_style(rng: random.Random) -> Style:
    """Return a style that hides nothing: whoever looks at the page sees every cell."""
    font = rng.choice((named_font("STSong-Light"), embedded_font() or named_font("STSong-Light")))
    size = rng.choice((10.5, 12.0, 14.0))
    table = TableStyle(
        rules=rng.choice(("rectangles", "rectangles", "strokes", "frames", "dots", "open")),
        size=rng.choice((8.0, 9.0, 10.5)),
        padding=rng.choice((2.0, 5.4)),
        align=rng.choice(("center", "center", "left", "right")),
        middle=rng.random() < 0.7,
        bold=rng.choice((0.0, 0.0, 0.3)),
        splits=rng.random() < 0.4,
        repeats=rng.random() < 0.2,
        shaded=rng.random() < 0.2,
        upright=rng.random() < 0.2,
    )
    return Style(
        font,
        rng.choice((font, "Helvetica", "Times-Roman")),
        size,
        table,
        page_numbers=rng.choice(("", "- {} -", "{}", "第 {} 页")),
        header=rng.random() < 0.3,
        landscape=rng.random() < 0.2,
        turned=rng.choice((0, 0, 0, 90, 180, 270)),
        sideways=rng.random() < 0.1,
    )


def write_pdf(rng: random.Random, blocks: Sequence[Block], style: Style | None = None) -> bytes:
    """Return a report as a PDF."""
    return _Flow(style or random_style(rng)).written(blocks)


class _Flow:
    """A file that grows page by page; `y` is where the next line stands, from the top."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.buffer = io.BytesIO()
        width, height = reversed(_A4) if style.landscape else _A4
        self.width, self.height = width, height
        # The library exchanges the sides of a page that viewers turn.
        sheet = (height, width) if style.sideways and not style.turned else (width, height)
        self.canvas = Canvas(self.buffer, pagesize=sheet, invariant=1)
        self.margin = 72.0 if not style.landscape else 50.0
        self.number = 0
        self.y = 0.0
        self._begin()

    def written(self, blocks: Sequence[Block]) -> bytes:
        """Return the file of all blocks."""
        for block in blocks:
            if isinstance(block, TextBlock):
                self._text(block)
            else:
                self.y = draw_table(block, self._pen(), self.style.table, self.y, self.turn) + 14
        self._end()
        self.canvas.save()
        return self.buffer.getvalue()

    def turn(self) -> tuple[Pen, float]:
        """Begin a new page, and return its pen and where it begins."""
        self._end()
        self._begin()
        return self._pen(), self.y

    def _pen(self) -> Pen:
        return Pen(
            self.canvas,
            self.style.font,
            self.style.digits,
            self.height,
            self.margin,
            self.width - self.margin,
            self.height - self.margin,
            self.style.looks,
            self.style.by,
        )

    def _begin(self) -> None:
        """Begin a page; one that a viewer will turn, or that lies on its side, is drawn turned."""
        self.number += 1
        self.y = self.margin
        turns = {0: 0, 90: 1, 180: 2, 270: 3}[self.style.turned]
        turns = 1 if self.style.sideways and not turns else turns
        moves = {0: (0.0, 0.0), 1: (0.0, -self.height), 2: (-self.width, -self.height), 3: (-self.width, 0.0)}
        self.canvas.setPageRotation(self.style.turned)
        self.canvas.rotate(90 * turns)
        self.canvas.translate(*moves[turns])

    def _end(self) -> None:
        pen = self._pen()
        if self.style.header:
            pen.line(_HEADER, self.margin, 40, 9)
        if self.style.page_numbers:
            pen.line(self.style.page_numbers.format(self.number), self.width / 2 - 10, self.height - 36, 10)
        self.canvas.showPage()

    def _text(self, block: TextBlock) -> None:
        pen = self._pen()
        size = _TITLE_SIZE if block.is_title else self.style.size
        text = block.text if block.is_title else "\u3000\u3000" + block.text
        for line in wrapped(text, pen, size, pen.right - pen.left):
            if self.y + size * 1.6 > pen.bottom:
                pen, self.y = self.turn()
            self.y += size * 1.6
            free = pen.right - pen.left - pen.width(line, size)
            pen.line(line, pen.left + (free / 2 if block.is_title else 0), self.y, size)
