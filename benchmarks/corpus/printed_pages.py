"""Reports laid out by programs that people print with, and the pictures that others make of their pages.

What this project draws itself breaks no row over two pages and no number over two lines, as programs do. Belongs here:
the page that is printed, and the commands of the programs. Keep out: what reports say (`pictured_report`), judging.
"""

from __future__ import annotations

import html
import random
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image

from benchmarks.corpus.pictured import Pictured
from benchmarks.corpus.pictured_report import random_report
from benchmarks.corpus.spans import Block, TableBlock, TextBlock

# A program that does not end prints nothing that could be measured.
_SECONDS = 120
_FAMILIES = ("AR PL UMing CN", "AR PL UKai CN", "Noto Sans CJK SC", "Noto Serif CJK SC", "WenQuanYi Zen Hei")
_TEXT_POINTS, _TABLE_POINTS = (10.5, 12.0, 14.0, 16.0), (9.0, 10.5, 10.5, 12.0)
_LEADING = ("normal", "1", "1.15", "1.3", "1.5", "12pt")
_RULES, _INKS = ("1px", "0.5pt", "1pt"), ("#000", "#000", "#000", "#808080")
_PADDING, _MARGINS = ("1px 2px", "2px 4px", "5px", "0 5.4pt"), ("1.5cm", "2cm", "2.5cm")


class Picture(NamedTuple):
    """What Ghostscript makes of a page: the name of its device, and pixels to the inch across and down."""

    device: str
    resolution: str
    smooth: int = 1


PICTURES = {
    "200 dpi": Picture("tiffgray", "200x200", smooth=4),
    "150 dpi": Picture("tiffgray", "150x150", smooth=4),
    "fax fine": Picture("tiffg4", "204x196"),
    "fax standard": Picture("tiffg4", "204x98"),
}


def page_of(rng: random.Random, blocks: Sequence[Block]) -> str:
    """Return a report as a page of one of many looks: font, leading, rules, room in cells."""
    cell = f"border:{rng.choice(_RULES)} solid {rng.choice(_INKS)};padding:{rng.choice(_PADDING)}"
    align = rng.choice(("center", "center", "left"))
    table = f"font-size:{rng.choice(_TABLE_POINTS)}pt;line-height:{rng.choice(_LEADING)}"
    style = (
        f"@page{{size:A4;margin:{rng.choice(_MARGINS)}}}"
        f"body{{font-family:'{rng.choice(_FAMILIES)}';font-size:{rng.choice(_TEXT_POINTS)}pt;line-height:1.5}}"
        f"table{{border-collapse:collapse;width:100%;{table}}}td{{{cell};text-align:{align}}}"
    )
    body = "".join(_block(block, f' style="{cell}" align="{align}"', f' style="{table}"') for block in blocks)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{style}</style></head><body>{body}</body></html>'


def _block(block: Block, cell: str, table: str) -> str:
    """Return a block; LibreOffice takes the look of a cell from the cell and its text alone."""
    if isinstance(block, TextBlock):
        return f"<p>{html.escape(block.text)}</p>"
    assert isinstance(block, TableBlock)
    rows = (
        "".join(
            f"<td{cell} colspan={one.colspan} rowspan={one.rowspan}><font{table}>{html.escape(one.text)}</font></td>"
            for one in row
        )
        for row in block.rows
    )
    return f'<table border="1" cellspacing="0" width="100%">{"".join(f"<tr>{row}</tr>" for row in rows)}</table><p></p>'


def _by_libreoffice(page: Path, folder: Path) -> list[str]:
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    form = ["--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export"]
    return ["soffice", profile, "--headless", *form, "--outdir", str(folder), str(page)]


def _by_chromium(page: Path, folder: Path) -> list[str]:
    quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    alone = ["--headless", "--no-sandbox", f"--user-data-dir={folder / 'browser'}", *quiet]
    pdf = folder / page.with_suffix(".pdf").name
    return ["chromium", *alone, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()]


PROGRAMS: dict[str, Callable[[Path, Path], list[str]]] = {"LibreOffice": _by_libreoffice, "Chromium": _by_chromium}
_COMMANDS = {"LibreOffice": "soffice", "Chromium": "chromium", "Ghostscript": "gs"}


def missing_programs() -> list[str]:
    """Return which of the programs this machine has not."""
    return [name for name, command in _COMMANDS.items() if shutil.which(command) is None]


def printed(program: str, seed: str) -> list[Pictured]:
    """Return a report as a program prints it, once for each of PICTURES; raises CalledProcessError as the programs do.

    The same seed makes the same report; its pages differ with the programs and fonts of the machine.
    """
    rng = random.Random(f"{seed} printed")
    report = random_report(rng)
    texts = ["".join(block.text for block in report.blocks if isinstance(block, TextBlock))]
    found = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "report.html"
        page.write_text(page_of(rng, report.blocks), encoding="utf-8")
        _run(PROGRAMS[program](page, folder))
        for kind, picture in PICTURES.items():
            made = folder / "pages.tif"
            _run(_pictured(folder / "report.pdf", made, picture))
            files = {"report.tif": made.read_bytes()}
            with Image.open(made) as image:
                pages = int(getattr(image, "n_frames", 1))
            found.append(Pictured(f"{program} {kind}", report, files, "report.tif", tuple(texts), pages))
    return found


def _pictured(pdf: Path, made: Path, picture: Picture) -> list[str]:
    quiet = ["-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", f"-dTextAlphaBits={picture.smooth}"]
    return ["gs", *quiet, f"-sDEVICE={picture.device}", f"-r{picture.resolution}", f"-sOutputFile={made}", str(pdf)]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
