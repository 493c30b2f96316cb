"""Reports as pictures: pages drawn with rules and text, then worn by a scanner, as PNG, JPEG, TIFF or scanned PDF.

Belongs here: drawing pages and wearing them. Keep out: what a report holds, fonts (`fonts`), and reading pictures.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from benchmarks.corpus.fonts import Face, Font, NoFontError, faces, font_at, font_files
from benchmarks.corpus.spans import Block, SpannedCell, TableBlock, TextBlock

__all__ = [
    "CLEAN", "LINE", "TABLE", "Drawing", "Mark", "NoFontError", "Scanner", "drawn", "font_files", "laid_out", "picture",
    "scanned_pdf", "scanned_tiff", "wear", "worn",
]  # fmt: skip
_A4_INCHES = (8.27, 11.69)
_MARGIN_INCHES = 0.9
_TEXT_POINTS, _TITLE_POINTS, _CELL_POINTS = 14.0, 20.0, 10.5
_LEAST_CELL_SCALE = 0.55
_NOISE_TILE = 512


@dataclass(frozen=True)
class Scanner:
    """How a page becomes a picture: resolution, and what the scanner and its operator do to it.

    `angle` is in degrees, `blur` in pixels at 200 dpi, `specks` per million pixels, `breaks` the share of a rule
    that is lost, `noise` the deviation of the gray values, `quality` that of the JPEG (None: lossless), `rule_points`
    the width of the rules (None: as most programs draw them) and `rule_ink` their gray value.
    """

    dpi: int = 200
    angle: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    specks: int = 0
    paper: int = 255
    ink: int = 0
    breaks: float = 0.0
    quality: int | None = None
    rule_points: float | None = None
    rule_ink: int = 0


CLEAN = Scanner()
LINE, TABLE = "line", "table"


class Mark(NamedTuple):
    """What stands where on a drawn page: a line of text, or the part of a table on one page (without text)."""

    page: int
    kind: str
    box: tuple[int, int, int, int]
    text: str = ""


class Drawing(NamedTuple):
    """The pages of a report as they are drawn, before a scanner wears them, and what stands where."""

    pages: list[Image.Image]
    marks: list[Mark]


def worn(rng: random.Random) -> Scanner:
    """Return a scanner that damages pages as office machines do."""
    return Scanner(
        dpi=rng.choice((150, 200, 200, 300)),
        angle=rng.uniform(-2.0, 2.0),
        blur=rng.choice((0.0, 0.5, 0.9)),
        noise=rng.choice((0.0, 4.0, 10.0)),
        specks=rng.choice((0, 20, 100)),
        paper=rng.randint(215, 255),
        ink=rng.randint(0, 70),
        breaks=rng.choice((0.0, 0.0, 0.01)),
        quality=rng.randint(50, 90),
    )


class _Sheet:
    """Pages that are drawn from top to bottom; what does not fit goes on the next one."""

    def __init__(self, rng: random.Random, scanner: Scanner, face: Face) -> None:
        self.rng, self.scanner, self.face = rng, scanner, face
        self.size = tuple(round(inches * scanner.dpi) for inches in _A4_INCHES)
        self.margin = round(_MARGIN_INCHES * scanner.dpi)
        self.width = self.size[0] - 2 * self.margin
        points = scanner.rule_points
        self.rule = max(1, round(scanner.dpi / 130))
        # A thin rule covers pixels in part, as programs print it: how much of each, across the rule.
        self.strokes = [] if points is None else _coverage(scanner.dpi * points / 72, rng.random())
        self.marks: list[Mark] = []
        # Cells whose text did not fit into the part of them on the page before.
        self.owed: set[tuple[int, int]] = set()
        self.pages: list[Image.Image] = []
        self._turn()

    def _turn(self) -> None:
        self.pages.append(Image.new("L", (self.size[0], self.size[1]), 255))
        self.draw = ImageDraw.Draw(self.pages[-1])
        self.y = self.margin

    def font(self, points: float) -> Font:
        """Return the font at a size in points."""
        return font_at(self.face, max(6, round(points * self.scanner.dpi / 72)))

    def room(self, height: int) -> None:
        """Turn the page where less than `height` is left on it."""
        if self.y + height > self.size[1] - self.margin and self.y > self.margin:
            self._turn()

    def text(self, block: TextBlock) -> None:
        """Draw a paragraph, its first line indented, or a title in the middle."""
        font = self.font(_TITLE_POINTS if block.is_title else _TEXT_POINTS)
        em = font.size
        indent = 0 if block.is_title else 2
        for line in _wrapped("\u3000" * indent + block.text, font, self.width):
            self.room(round(em * 1.6))
            left = self.margin + ((self.width - font.getlength(line)) / 2 if block.is_title else 0)
            font.draw(self.draw, (left, self.y), line)
            box = (round(left), self.y, round(left + font.getlength(line)), self.y + round(em * 1.2))
            self.marks.append(Mark(len(self.pages) - 1, LINE, box, line))
            self.y += round(em * 1.6)

    def table(self, block: TableBlock) -> None:
        """Draw a table; one that is taller than a page goes on at the top of the next one."""
        font = self.font(_CELL_POINTS)
        placed = list(_placed(block))
        columns = max(col + cell.colspan for _, col, cell in placed)
        xs = _edges(self.margin, _column_widths(placed, columns, self.width))
        heights = _row_heights(placed, len(block.rows), xs, font)
        if sum(heights) < self.size[1] - 2 * self.margin:
            self.room(sum(heights) + self.rule)
        start = 0
        while start < len(heights):
            self.room(heights[start])
            end, bottom = start + 1, self.y + heights[start]
            while end < len(heights) and bottom + heights[end] <= self.size[1] - self.margin:
                bottom += heights[end]
                end += 1
            self._rows(placed, xs, heights, (start, end), font)
            start = end
        self.owed.clear()
        self.y += round(font.size)

    def _rows(
        self,
        placed: list[tuple[int, int, SpannedCell]],
        xs: list[int],
        heights: list[int],
        part: tuple[int, int],
        font: Font,
    ) -> None:
        """Draw the rows of a table that stand on one page; a cell of both pages has its text where it has the room."""
        start, end = part
        ys = _edges(self.y, heights[start:end])
        for row, col, cell in placed:
            first, last = max(row, start), min(row + cell.rowspan, end)
            if first < last:
                box = (xs[col], ys[first - start], xs[col + cell.colspan], ys[last - start])
                self._frame(box)
                is_low = box[3] - box[1] < font.size * 1.25 * len(_cell_lines(cell.text, font, box[2] - box[0]))
                if (first == row or (row, col) in self.owed) and is_low and last < row + cell.rowspan:
                    self.owed.add((row, col))
                elif first == row or (row, col) in self.owed:
                    self._fill(cell, box, font)
                    self.owed.discard((row, col))
        self.marks.append(Mark(len(self.pages) - 1, TABLE, (xs[0], ys[0], xs[-1], ys[-1])))
        self.y = ys[-1]

    def _frame(self, box: tuple[int, int, int, int]) -> None:
        left, top, right, bottom = box
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        for (x0, y0), (x1, y1) in pairwise(corners):
            if not self.strokes:
                self.draw.line((x0, y0, x1, y1), fill=self.scanner.rule_ink, width=self.rule)
            for n, covered in enumerate(self.strokes):
                fill = round(255 - (255 - self.scanner.rule_ink) * covered)
                across, down = (n, 0) if x0 == x1 else (0, n)
                self.draw.line((x0 + across, y0 + down, x1 + across, y1 + down), fill=fill)

    def _fill(self, cell: SpannedCell, box: tuple[int, int, int, int], font: Font) -> None:
        room = box[2] - box[0] - _padding(font)
        longest = max((font.getlength(part) for part in cell.text.split("\n")), default=0.0)
        if longest > room and any(c.isdigit() for c in cell.text) and sum(c >= "\u4e00" for c in cell.text) < 3:
            shrunk = max(_LEAST_CELL_SCALE, room / longest)
            font = font_at(self.face, max(6, int(font.size * shrunk)))
        lines = _cell_lines(cell.text, font, room)
        pitch = round(font.size * 1.25)
        above, below = font.edges()
        top = int((box[1] + box[3] - pitch * (len(lines) - 1) - above - below) // 2)
        for number, line in enumerate(lines):
            left = box[0] + (box[2] - box[0] - font.getlength(line)) / 2
            font.draw(self.draw, (left, top + number * pitch), line)


def _coverage(width: float, begin: float) -> list[float]:
    """Return how much of each pixel a stroke covers that begins within the first one."""
    pixels = range(math.ceil(begin + width))
    return [min(n + 1, begin + width) - max(n, begin) for n in pixels]


def _placed(block: TableBlock) -> Iterator[tuple[int, int, SpannedCell]]:
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(block.rows):
        col = 0
        for cell in cells:
            while (row, col) in taken:
                col += 1
            taken.update((row + r, col + c) for r in range(cell.rowspan) for c in range(cell.colspan))
            yield row, col, cell
            col += cell.colspan


def _column_widths(placed: list[tuple[int, int, SpannedCell]], columns: int, width: int) -> list[int]:
    """Share the width by the longest text that stands in a column alone; labels get up to six times a number."""
    weights = [1.0] * columns
    for _, col, cell in placed:
        if cell.colspan == 1:
            weights[col] = max(weights[col], min(len(cell.text) / 3, 4.0))
    whole = sum(weights)
    return [round(width * weight / whole) for weight in weights]


def _row_heights(placed: list[tuple[int, int, SpannedCell]], rows: int, xs: list[int], font: Font) -> list[int]:
    heights = [round(font.size * 1.6)] * rows
    for row, col, cell in sorted(placed, key=lambda item: item[2].rowspan):
        room = xs[col + cell.colspan] - xs[col] - _padding(font)
        need = round(font.size * 1.25 * len(_cell_lines(cell.text, font, room)) + font.size * 0.35)
        last = min(row + cell.rowspan, rows) - 1
        heights[last] += max(0, need - sum(heights[row : last + 1]))
    return heights


def _cell_lines(text: str, font: Font, room: float) -> list[str]:
    return [line for part in text.split("\n") for line in _wrapped(part, font, room)]


def _padding(font: Font) -> int:
    return round(font.size * 0.4)


def _wrapped(text: str, font: Font, room: float) -> list[str]:
    """Break a text where the line is full; a number is broken only where it fills a line alone."""
    lines = [""]
    for character in text:
        if font.getlength(lines[-1] + character) <= room or not lines[-1]:
            lines[-1] += character
            continue
        stem = lines[-1].rstrip("0123456789.,") if character in "0123456789.," else lines[-1]
        stem = stem if stem.strip("\u3000") else lines[-1]
        carried = lines[-1][len(stem) :]
        lines[-1] = stem
        lines.append(carried + character)
    return lines


def _edges(start: int, sizes: Sequence[int]) -> list[int]:
    edges = [start]
    for size in sizes:
        edges.append(edges[-1] + size)
    return edges


def laid_out(
    rng: random.Random, blocks: Sequence[Block], scanner: Scanner = CLEAN, face: Face | None = None
) -> Drawing:
    """Return the pages of a report as gray pictures before they are worn, and what stands where on them."""
    sheet = _Sheet(rng, scanner, face or faces()[0])
    for block in blocks:
        if isinstance(block, TableBlock):
            sheet.table(block)
        else:
            sheet.text(block)
    return Drawing(sheet.pages, sheet.marks)


def drawn(
    rng: random.Random, blocks: Sequence[Block], scanner: Scanner = CLEAN, font: Path | None = None
) -> list[Image.Image]:
    """Return the pages of a report as gray pictures, worn by the scanner."""
    drawing = laid_out(rng, blocks, scanner, Face(font) if font else None)
    return [wear(rng, page, scanner) for page in drawing.pages]


def wear(rng: random.Random, page: Image.Image, scanner: Scanner) -> Image.Image:
    """Return a page as the scanner delivers it."""
    width, height = page.size
    draw = ImageDraw.Draw(page)
    for _ in range(round(scanner.breaks * 2000)):
        x, y = rng.randrange(width), rng.randrange(height)
        draw.rectangle((x, y, x + scanner.dpi // 60, y + scanner.dpi // 60), fill=255)
    page = page.rotate(scanner.angle, Image.Resampling.BICUBIC, fillcolor=255)
    if scanner.blur:
        page = page.filter(ImageFilter.GaussianBlur(scanner.blur * scanner.dpi / 200))
    page = page.point([scanner.ink + (scanner.paper - scanner.ink) * value // 255 for value in range(256)])
    if scanner.noise:
        page = ImageChops.add(page, _noise(rng, page.size, scanner.noise), offset=-128)
    draw = ImageDraw.Draw(page)
    for _ in range(round(scanner.specks * width * height / 1e6)):
        x, y, wide = rng.randrange(width), rng.randrange(height), rng.randint(0, 1)
        draw.rectangle((x, y, x + wide, y + rng.randint(0, 1)), fill=scanner.ink)
    return page


def _noise(rng: random.Random, size: tuple[int, int], deviation: float) -> Image.Image:
    """Return noise around 128: a tile of random grays, laid side by side."""
    grays = bytes(max(0, min(255, round(rng.gauss(128, deviation)))) for _ in range(4096))
    tile = bytes(rng.choices(grays, k=_NOISE_TILE * _NOISE_TILE))
    noise, piece = Image.new("L", size), Image.frombytes("L", (_NOISE_TILE, _NOISE_TILE), tile)
    for x in range(0, size[0], _NOISE_TILE):
        for y in range(0, size[1], _NOISE_TILE):
            noise.paste(piece, (x, y))
    return noise


def picture(page: Image.Image, scanner: Scanner = CLEAN) -> bytes:
    """Return a page as PNG, or as JPEG of the scanner's quality."""
    out = io.BytesIO()
    dpi = (scanner.dpi, scanner.dpi)
    if scanner.quality is None:
        page.save(out, "PNG", dpi=dpi)
    else:
        page.save(out, "JPEG", quality=scanner.quality, dpi=dpi)
    return out.getvalue()


def scanned_tiff(rng: random.Random, blocks: Sequence[Block], scanner: Scanner = CLEAN) -> bytes:
    """Write the pages of a report into one TIFF."""
    return _bound(drawn(rng, blocks, scanner), "TIFF", scanner)


def scanned_pdf(rng: random.Random, blocks: Sequence[Block], scanner: Scanner = CLEAN) -> bytes:
    """Write the pages of a report as a PDF of pictures, without text."""
    return _bound(drawn(rng, blocks, scanner), "PDF", scanner)


def _bound(pages: list[Image.Image], kind: str, scanner: Scanner) -> bytes:
    out = io.BytesIO()
    options = {"resolution": scanner.dpi} if kind == "PDF" else {"dpi": (scanner.dpi, scanner.dpi)}
    pages[0].save(out, kind, save_all=True, append_images=pages[1:], **options)
    return out.getvalue()
