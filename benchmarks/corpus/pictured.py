"""Reports as people scan, photograph, fax and send them as pictures: the table of cases, each made from a seed.

A new case is an entry of CASES: what a person did, and the share of cells that is aimed at. Keep out: how pixels are
changed (`picture_effects`, `photograph`), files (`picture_files`), what reports say (`pictured_report`), judging.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from PIL import Image

from benchmarks.corpus import picture_files as packs
from benchmarks.corpus.fonts import Face, faces
from benchmarks.corpus.pdf import write_pdf
from benchmarks.corpus.photograph import Shot, photographed
from benchmarks.corpus.picture_effects import (
    FAX_DPI,
    edged,
    faxed,
    in_colour,
    paired,
    signed,
    speckled,
    stamped,
    swollen,
)
from benchmarks.corpus.picture_files import Files, Pack
from benchmarks.corpus.pictured_report import PicturedReport, random_report
from benchmarks.corpus.scan import LINE, TABLE, Drawing, Mark, Scanner, laid_out, wear
from benchmarks.corpus.spans import SECTIONS, TextBlock

Images = list[Image.Image]
Effect = Callable[[random.Random, Drawing, Scanner, Face], Images]
_QUALITY = 85
_LETTERS_ABOVE = "现将本机关政府信息公开工作年度报告公布如下。"


@dataclass(frozen=True)
class Case:
    """What a person did with a report, and what is expected of its cells.

    `aim` is the share of cells that must be right or proved (None: none is set, but nothing legible may be refused),
    `floor` the share that its golden file
    reaches: less is a step back. `sentences` and `filler` make the report long.
    """

    name: str
    did: str
    aim: float | None
    scanner: Callable[[random.Random], Scanner] = lambda _: Scanner()
    packs: tuple[Pack, ...] = (packs.pdf,)
    effect: Effect | None = None
    sentences: int = 4
    filler: int = 0
    begins_as_text: bool = False
    floor: float = 0.0


class Pictured(NamedTuple):
    """A report as files: the one that is read, named `main`, and what lies beside it.

    `case` is the name of its case, `columns` are the texts outside tables, page by page in reading order, `pages` how
    many pages are pictures.
    """

    case: str
    report: PicturedReport
    files: Files
    main: str
    columns: tuple[str, ...]
    pages: int


def made(case: Case, seed: str) -> Pictured:
    """Return a report as a case has it; the same seed makes the same bytes."""
    rng = random.Random(f"{seed} {case.name}")
    report = random_report(rng, sentences=case.sentences, filler=case.filler)
    scanner, face, pack = case.scanner(rng), rng.choice(faces()), rng.choice(case.packs)
    blocks, head = report.blocks, report.blocks[:0]
    if case.begins_as_text:
        at = blocks.index(TextBlock(SECTIONS[2], is_heading=True))
        blocks, head = blocks[at:], blocks[:at]
    drawing = laid_out(rng, blocks, scanner, face)
    images = (case.effect or _worn)(rng, drawing, scanner, face)
    quality = scanner.quality or _QUALITY
    if head:
        files = packs.after_text(write_pdf(rng, head), images, scanner.dpi, quality)
    else:
        files = pack(images, scanner.dpi, quality)
    texts = ["".join(block.text for block in head if isinstance(block, TextBlock))] if head else []
    columns = [*texts, *("".join(line.text for line in _lines(drawing, n)) for n in range(len(drawing.pages)))]
    return Pictured(
        case.name, report, files, next(iter(files)), tuple(c.replace("\u3000", "") for c in columns), len(images)
    )


def _lines(drawing: Drawing, page: int) -> list[Mark]:
    return [mark for mark in drawing.marks if mark.page == page and mark.kind == LINE]


def _worn(rng: random.Random, drawing: Drawing, scanner: Scanner, _: Face) -> Images:
    return [wear(rng, page, scanner) for page in drawing.pages]


def _coloured(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    return [in_colour(rng, page) for page in _worn(rng, drawing, scanner, face)]


def _shot(shot: Shot) -> Effect:
    def effect(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
        return [photographed(rng, page, shot) for page in _worn(rng, drawing, scanner, face)]

    return effect


def _stamped_header(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    """Stamp the upper edge of the largest table, where its header stands, and of some others."""
    pages = _coloured(rng, drawing, scanner, face)
    tables = [mark for mark in drawing.marks if mark.kind == TABLE]
    largest = max(tables, key=lambda mark: mark.box[3] - mark.box[1])
    for mark in tables:
        left, top, right, _ = mark.box
        if mark is largest or rng.random() < 0.3:
            at = (rng.randint(left + (right - left) // 4, right), top + rng.randint(0, scanner.dpi // 2))
            pages[mark.page] = stamped(rng, pages[mark.page], at, scanner.dpi, face)
    return pages


def _stamped_cells(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    """Stamp somewhere over the largest table of each page."""
    pages = _coloured(rng, drawing, scanner, face)
    for n in range(len(pages)):
        tables = [mark.box for mark in drawing.marks if mark.page == n and mark.kind == TABLE]
        if tables:
            left, top, right, bottom = max(tables, key=lambda box: box[3] - box[1])
            at = (rng.randint((left + right) // 2, right), rng.randint(top, bottom))
            pages[n] = stamped(rng, pages[n], at, scanner.dpi, face)
    return pages


def _stamped_date(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    pages = _coloured(rng, drawing, scanner, face)
    left, top, right, bottom = drawing.marks[-1].box
    at = ((left + right) // 2 + rng.randint(-20, 20), (top + bottom) // 2 + rng.randint(-20, 20))
    pages[drawing.marks[-1].page] = stamped(rng, pages[drawing.marks[-1].page], at, scanner.dpi, face)
    return pages


def _signed(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    """Sign beside the date, and make a stroke over each table as who has checked it does."""
    pages = _coloured(rng, drawing, scanner, face)
    for mark in drawing.marks:
        if mark.kind == TABLE or mark is drawing.marks[-1]:
            at = (rng.randint(mark.box[0], mark.box[2]), mark.box[3] - scanner.dpi // 3)
            pages[mark.page] = signed(rng, pages[mark.page], at, scanner.dpi)
    return pages


def _two_up(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    pages: list[Image.Image | None] = [*_worn(rng, drawing, scanner, face)]
    pages += [None] * (len(pages) % 2)
    scale = 1.0 if scanner.dpi <= 200 else 0.707
    return [paired(left, right, scale) for left, right in zip(pages[::2], pages[1::2], strict=True) if left is not None]


def _turned(*angles: int) -> Effect:
    def effect(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
        angle = rng.choice(angles)
        return [page.rotate(angle, expand=True) for page in _worn(rng, drawing, scanner, face)]

    return effect


def _faxed(lines: int) -> Effect:
    def effect(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
        return [faxed(rng, page, lines) for page in _worn(rng, drawing, scanner, face)]

    return effect


def _fax_file(lines: int) -> Pack:
    return lambda pages, dpi, _: packs.tiff(pages, (dpi, lines))


def _fax_pdf(lines: int) -> Pack:
    return lambda pages, dpi, quality: packs.pdf(pages, (dpi, lines), quality)


def _swollen(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    return [swollen(rng, page) for page in _worn(rng, drawing, scanner, face)]


def _speckled(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    return [speckled(rng, page) for page in _worn(rng, drawing, scanner, face)]


def _edged(rng: random.Random, drawing: Drawing, scanner: Scanner, face: Face) -> Images:
    return [edged(rng, page, scanner.dpi) for page in _worn(rng, drawing, scanner, face)]


def _fixed(dpi: int = 200, **told: float) -> Callable[[random.Random], Scanner]:
    return lambda _: Scanner(dpi=dpi, **told)  # type: ignore[arg-type]


def _skewed(rng: random.Random) -> Scanner:
    return Scanner(dpi=rng.choice((150, 200, 300)), angle=rng.uniform(-2, 2), blur=0.4)


def _gray_paper(rng: random.Random) -> Scanner:
    return Scanner(paper=rng.randint(190, 220), noise=6, blur=0.4)


def _pale(rng: random.Random) -> Scanner:
    return Scanner(ink=rng.randint(90, 140), blur=0.4)


def _blurred(rng: random.Random) -> Scanner:
    return Scanner(blur=rng.uniform(1.5, 2.1), noise=3)


def _taken(rng: random.Random) -> Scanner:
    return Scanner(
        dpi=rng.choice((200, 220)), blur=0.5, ink=rng.randint(20, 60), paper=rng.randint(225, 250), quality=80
    )


def _gray_rules(dpi: int) -> Callable[[random.Random], Scanner]:
    return lambda rng: Scanner(dpi=dpi, rule_points=0.5, rule_ink=rng.choice((0x80, 0xA0)), blur=0.3)


def _booklet(rng: random.Random) -> Scanner:
    return Scanner(dpi=rng.choice((200, 300)), blur=0.3)


_texted: Pack = partial(packs.docx, texts=(_LETTERS_ABOVE,))
_WORD, _WORD_PNG, _PDF, _TIFF = packs.docx, packs.docx_of_png, packs.pdf, packs.tiff
_COLOURED = (_WORD, _WORD_PNG, _PDF)
_CLEAN, _PHOTO, _FINE, _STANDARD, _ALL = 0.98, 0.95, 0.85, 0.60, 1.0
CASES: tuple[Case, ...] = (
    Case("clean 300 dpi", "scanned well", _CLEAN, _fixed(300), (_PDF, _TIFF)),
    Case("clean 200 dpi", "scanned well", _CLEAN, _fixed(200), (_PDF, _TIFF)),
    Case("clean 150 dpi", "scanned well", _CLEAN, _fixed(150), (_PDF, _TIFF), floor=0.98),
    Case("skew", "laid the page askew by up to 2 degrees", _CLEAN, _skewed, (_PDF, _TIFF)),
    Case("grey paper", "printed on recycled paper", _CLEAN, _gray_paper, (_PDF, _TIFF)),
    Case("JPEG quality 40", "saved small", _CLEAN, _fixed(200, quality=40), (_WORD, _PDF)),
    Case("pale ink", "printed with an empty cartridge", _CLEAN, _pale, (_PDF, _TIFF)),
    Case("PDF text and scans", "put scans behind pages of text", _CLEAN, begins_as_text=True),
    Case("TIFF of pages", "saved all pages as one TIFF", _CLEAN, packs=(_TIFF,)),
    Case("Word pictures", "pasted the pages into Word", _CLEAN, packs=(_WORD, _WORD_PNG)),
    Case("Word pictures and text", "wrote a line above the pasted pages", _CLEAN, packs=(_texted,)),
    Case("photograph 0 %", "photographed it on a desk", _PHOTO, _taken, (_WORD, _PDF), _shot(Shot(0.0, 0.1))),
    Case("photograph 2 %", "held the camera aslant", _PHOTO, _taken, (_WORD, _PDF), _shot(Shot(0.02, 0.2)), floor=0.98),
    Case("photograph 5 %", "held it more aslant", _PHOTO, _taken, (_WORD, _PDF), _shot(Shot(0.05, 0.2))),
    Case("photograph shadow", "stood in the light", _PHOTO, _taken, (_WORD, _PDF), _shot(Shot(0.02, 0.5))),
    Case("photograph curl", "did not flatten it", _PHOTO, _taken, (_WORD, _PDF), _shot(Shot(0.02, 0.2, 0.012))),
    *(
        Case(f"grey rules {dpi} dpi {kind}", "drew thin grey rules", _CLEAN, _gray_rules(dpi), (pack,), floor=floor)
        for dpi, floor in ((300, 0.0), (200, 0.98), (150, 0.0))
        for kind, pack in (("PDF", _PDF), ("TIFF", _TIFF))
    ),
    Case("colour", "scanned in colour", _CLEAN, _fixed(200), _COLOURED, _coloured),
    Case("stamp on header", "stamped headers of tables", _PHOTO, _fixed(200), _COLOURED, _stamped_header, floor=0.96),
    Case("stamp on cells", "stamped cells", _PHOTO, _fixed(200), _COLOURED, _stamped_cells),
    Case("stamp on date", "stamped the date", _PHOTO, _fixed(200), _COLOURED, _stamped_date),
    Case("signature", "signed with a blue pen", _PHOTO, _fixed(200), _COLOURED, _signed),
    Case("two pages a sheet", "scanned it open", _CLEAN, _booklet, (_PDF, _TIFF), _two_up, sentences=29, filler=6),
    Case("ZIP of JPEG", "sent a picture a page", _ALL, packs=(packs.zip_of_jpeg,)),
    Case("ZIP of PNG", "sent a picture a page", _ALL, packs=(packs.zip_of_png,)),
    Case("ZIP of ten pages", "sent 1.jpg to 10.jpg and more", _ALL, _fixed(150), (packs.zip_of_jpeg,), filler=60),
    Case("HTML of pictures", "published pictures in the page", _ALL, packs=(packs.html_with_data,)),
    Case("HTML, pictures beside", "saved a page of pictures", _ALL, packs=(packs.html_beside,)),
    Case("sideways", "laid it sideways", _CLEAN, packs=(_PDF, _TIFF), effect=_turned(90, 270)),
    Case("upside down", "laid it upside down", _CLEAN, packs=(_PDF, _TIFF), effect=_turned(180)),
    Case(
        "fax fine", "faxed it", _FINE, _fixed(FAX_DPI, noise=14, blur=0.4), (_fax_file(196),), _faxed(196), floor=0.95
    ),
    Case(
        "fax standard",
        "faxed it coarsely",
        _STANDARD,
        _fixed(FAX_DPI, noise=14, blur=0.4),
        (_fax_file(98),),
        _faxed(98),
    ),
    *(
        Case(
            f"fax {kind} PDF",
            "has a server that makes PDFs of faxes",
            aim,
            _fixed(FAX_DPI, noise=14, blur=0.4),
            (_fax_pdf(lines),),
            _faxed(lines),
        )
        for kind, lines, aim in (("fine", 196, _FINE), ("standard", 98, _STANDARD))
    ),
    Case("blur", "scanned it out of focus", None, _blurred, (_PDF, _TIFF)),
    Case("swollen copy", "copied a copy", None, _fixed(300), (_PDF, _TIFF), _swollen),
    Case("speckled copy", "copied it on a dirty glass", None, _fixed(200, blur=0.4), (_PDF, _TIFF), _speckled),
    Case("black edge", "left the scanner open", _CLEAN, _fixed(200, angle=0.6), (_PDF, _TIFF), _edged),
)
BY_NAME = {case.name: case for case in CASES}
# Read by a test wherever the extra is installed: the case, and the seed of its file.
GOLDEN: tuple[tuple[str, str], ...] = (
    ("clean 150 dpi", "golden"),
    ("Word pictures and text", "golden"),
    ("photograph 2 %", "golden"),
    ("two pages a sheet", "golden"),
    ("stamp on header", "golden"),
    ("HTML of pictures", "golden"),
    ("sideways", "golden"),
    ("fax fine", "golden"),
)
