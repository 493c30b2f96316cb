"""Every way in which a report is printed as a file: the layouts of text and pages, and one writer per file format.

Belongs here: names and bytes of whole files. Keep out: what a report holds (`printing`) and how a format is written.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib import import_module

from benchmarks.corpus.layouts import LAYOUTS, Layout, dressed, page
from benchmarks.corpus.printing import Printout
from benchmarks.corpus.spans import PROSE, TITLE, Block, report_blocks

Printer = Callable[[random.Random, Printout], bytes]
# Writer of each format: module of this package and function (random, blocks) -> bytes.
WRITERS = {
    "docx": ("docx", "write"),
    "doc": ("word", "write_word"),
    "xlsx": ("workbook", "xlsx"),
    "xls": ("workbook", "xls"),
    "pdf": ("pdf", "write_pdf"),
    "scan": ("scan", "scanned_pdf"),
    "rtf": ("rtf", "write"),
    "odt": ("odf", "write"),
}
TEXT_BEARING = ("docx", "doc", "xlsx", "xls", "pdf", "rtf", "odt")


def printed(rng: random.Random, layout: Layout, printout: Printout) -> bytes:
    """Return a report as text or HTML in one of the layouts."""
    return dressed(rng, page(rng, printout, layout))


def writer(name: str) -> Callable[[random.Random, list[Block]], bytes]:
    """Return the writer of a format; an unknown name raises KeyError."""
    module, function = WRITERS[name]
    found: Callable[[random.Random, list[Block]], bytes] = getattr(import_module(f"{__package__}.{module}"), function)
    return found


def written(
    rng: random.Random, name: str, printout: Printout, *, title: str = TITLE, prose: str = PROSE, signature: str = ""
) -> bytes:
    """Return a report as a file of a format, its tables of section two together or apart."""
    even, one_table = rng.random() < 0.7, rng.random() < 0.5
    blocks = report_blocks(rng, printout, title=title, prose=prose, signature=signature, even=even, one_table=one_table)
    return writer(name)(rng, blocks)


def printers() -> dict[str, Printer]:
    """Return all printers by name: text.<layout>, html.<layout> and one for each format."""
    found: dict[str, Printer] = {}
    for layout in LAYOUTS:
        kind = "html" if layout.__name__.startswith("html") else "text"
        found[f"{kind} {layout.__name__.removeprefix('html').strip('_') or 'plain'}"] = _in_layout(layout)
    return found | {name: _in_format(name) for name in WRITERS}


def _in_layout(layout: Layout) -> Printer:
    return lambda rng, printout: printed(rng, layout, printout)


def _in_format(name: str) -> Printer:
    return lambda rng, printout: written(rng, name, printout)
