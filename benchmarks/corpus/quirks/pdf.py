"""Quirks of a PDF: digits raised, struck, hidden and clipped, tables without upright lines, odd lists of objects."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from benchmarks.corpus.pdf import Style, embedded_font, random_style, write_pdf
from benchmarks.corpus.pdf_table import Look, Pen
from benchmarks.corpus.printing import Printout
from benchmarks.corpus.quirks.quirk import Quirk
from benchmarks.corpus.spans import PROSE, Block, TextBlock, report_blocks

_INVISIBLE = 3
_WIDE = 3.0


def _shown(figure: str, pen: Pen, x: float, y: float, size: float) -> float:
    pen.line(figure, x, y, size)
    return x + pen.width(figure, size)


def _raised(mark: str, figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    end = _shown(figure, pen, x, y, size)
    pen.line(mark, end, y - size * 0.4, size * 0.6)


def _raised_first(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    pen.line("2", x, y - size * 0.4, size * 0.6)
    _shown(figure, pen, x + pen.width("2", size * 0.6), y, size)


def _followed(text: str, figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    pen.line(figure + text, x, y, size)


def _struck(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    pen.line("88" + figure, x, y, size)
    pen.rule(x, y - size * 0.35, x + pen.width("88", size), y - size * 0.35, "strokes")


def _struck_whole(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    end = _shown(figure, pen, x, y, size)
    pen.rule(x, y - size * 0.35, end, y - size * 0.35, "rectangles")


def _in_colour(red: float, green: float, blue: float, figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    pen.canvas.setFillColorRGB(red, green, blue)
    pen.line("7", x - pen.width("7", size), y, size)
    pen.canvas.setFillGray(0)
    _shown(figure, pen, x, y, size)


def _tiny(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    pen.line("7", x - 1, y, 0.5)
    _shown(figure, pen, x, y, size)


def _invisible(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    text = pen.canvas.beginText(x - pen.width("7", size), pen.height - y)
    text.setFont(pen.digits, size)
    text.setTextRenderMode(_INVISIBLE)
    text.textOut("7")
    text.setTextRenderMode(0)
    pen.canvas.drawText(text)
    _shown(figure, pen, x, y, size)


def _clip(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    path = pen.canvas.beginPath()
    path.rect(x, pen.height - y, width, height)
    pen.canvas.clipPath(path, stroke=0, fill=0)


def _clipped(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    """Write digits behind the figure that are clipped away."""
    pen.canvas.saveState()
    _clip(pen, x - 1, y + size, pen.width(figure, size) + 1.2, 3 * size)
    pen.line(figure + "77", x, y, size)
    pen.canvas.restoreState()


def _cut(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    """Write a figure whose last digits are clipped away: what a person sees is another number."""
    pen.canvas.saveState()
    _clip(pen, x - 1, y + size, pen.width(figure[:-2], size) + 1.0, 3 * size)
    pen.line(figure, x, y, size)
    pen.canvas.restoreState()


def _covered(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    """Write digits, paint white over them and write the figure."""
    pen.line("777777", x, y, size)
    pen.canvas.setFillGray(1)
    pen.canvas.rect(x - 1, pen.height - y - 2, pen.width("777777", size) + 2, size, stroke=0, fill=1)
    pen.canvas.setFillGray(0)
    _shown(figure, pen, x, y, size)


def _spaced(gap: float, figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    text = pen.canvas.beginText(x - gap * len(figure) / 2, pen.height - y)
    text.setFont(pen.digits, size)
    text.setCharSpace(gap)
    text.textOut(figure)
    text.setCharSpace(0)
    pen.canvas.drawText(text)


def _digit_by_digit(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    for digit in figure:
        x = _shown(digit, pen, x, y, size)


def _twice(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    _shown(figure, pen, x, y, size)
    _shown(figure, pen, x, y, size)


def _named(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
    """Write a figure for which the file names another text, as programs for readers of the screen do."""
    pen.canvas._code.append("/Span <</ActualText (7)>> BDC")
    _shown(figure, pen, x, y, size)
    pen.canvas._code.append("EMC")


_Look = Callable[[str, Pen, float, float, float], None]
_LOOKS: dict[str, _Look] = {
    "another text named": _named,
    "raised digit": partial(_raised, "2"),
    "raised bracket": partial(_raised, "[1]"),
    "raised digit first": _raised_first,
    "circled": partial(_followed, "①"),
    "superscript character": partial(_followed, "²"),
    "struck digits": _struck,
    "struck whole": _struck_whole,
    "white": partial(_in_colour, 1, 1, 1),
    "nearly white": partial(_in_colour, 0.99, 0.99, 0.99),
    "half a point": _tiny,
    "invisible": _invisible,
    "clipped away": _clipped,
    "cut by a clip": _cut,
    "painted over": _covered,
    "letterspaced": partial(_spaced, _WIDE),
    "digit by digit": _digit_by_digit,
    "printed twice": _twice,
}


def _looking(look: _Look, rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    drawn: set[str] = set()

    def draw(figure: str, pen: Pen, x: float, y: float, size: float) -> None:
        drawn.add(figure)
        look(figure, pen, x, y, size)

    looks: dict[str, Look] = {figure: partial(draw, figure) for figure in figures}
    style = replace(random_style(rng), looks=looks)
    data = write_pdf(rng, _blocks(rng, printout), replace(style, table=replace(style.table, bold=0.0)))
    return data if len(drawn) == len(figures) else None  # a figure is broken over lines


def _cut_figures(rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    data = _looking(_cut, rng, printout, figures)
    if data is None:
        return None
    for path, truth in printout.truth.items():
        if truth.text in figures:
            printout.truth[path] = truth._replace(value=None, text="?")
    return data


def _blocks(rng: random.Random, printout: Printout) -> list[Block]:
    return report_blocks(rng, printout, one_table=rng.random() < 0.5)


def _ruled(change: Callable[[Style], Style], rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    return write_pdf(rng, _blocks(rng, printout), change(random_style(rng)))


def _rules(kind: str, middle: bool, style: Style) -> Style:
    return replace(style, table=replace(style.table, rules=kind, middle=middle))


def _by(what: str, style: Style) -> Style:
    """Write with an embedded font, which states widths, where the machine has one."""
    font = embedded_font() or style.font
    return replace(style, font=font, digits=font, by=what, table=replace(style.table, rules="rectangles", bold=0.0))


def _damaged(change: Callable[[bytes], bytes], rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    return change(write_pdf(rng, _blocks(rng, printout)))


def _unused_entry(data: bytes) -> bytes:
    """Mark an object that nobody uses as macOS does: in use, at no place."""
    return re.sub(rb"0000000000 65535 f", b"0000000000 65536 n", data, count=1)


def _wrong_start(data: bytes) -> bytes:
    return re.sub(rb"startxref\n(\d+)", lambda m: b"startxref\n%d" % (int(m[1]) + 7), data)


def _junk_before(data: bytes) -> bytes:
    return b"\r\n" + data


def _junk_after(data: bytes) -> bytes:
    return data + b"\n<!-- 1.2.3.4 -->\n"


def _beyond_16_bits(rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    blocks = [
        TextBlock(block.text.replace("我区", "我\U00020bb7区"))
        if isinstance(block, TextBlock) and block.text == PROSE
        else block
        for block in _blocks(rng, printout)
    ]
    return write_pdf(rng, blocks)


_DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "unused entry": _unused_entry,
    "wrong start": _wrong_start,
    "line before": _junk_before,
    "line after": _junk_after,
}
QUIRKS = (
    *(Quirk("pdf", name, partial(_looking, look)) for name, look in _LOOKS.items() if look is not _cut),
    Quirk("pdf", "cut by a clip", _cut_figures),
    *(
        Quirk("pdf", f"rules {kind}{' middle' if middle else ''}", partial(_ruled, partial(_rules, kind, middle)))
        for kind in ("horizontal", "none")
        for middle in (False, True)
    ),
    *(Quirk("pdf", f"written by {what}", partial(_ruled, partial(_by, what))) for what in ("run", "character")),
    *(Quirk("pdf", name, partial(_damaged, change)) for name, change in _DAMAGES.items()),
    Quirk("pdf", "character beyond 16 bits", _beyond_16_bits),
)
