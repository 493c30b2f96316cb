"""Files in which something beside a number looks like one or changes it: raised, struck, hidden, clipped, its unit.

Each quirk says in one format what a person sees, and what the file holds beside it. The truth is what a person sees: a
reader gives that number, or says that it is in doubt. Belongs here: what programs and people really write. Keep out:
plain files (`formats`), damaged tables (`damage`), damaged bytes (`faults`).
"""

from __future__ import annotations

from benchmarks.corpus.quirks import html, pages, pdf, sheets, units, words
from benchmarks.corpus.quirks.quirk import Quirk

QUIRKS: tuple[Quirk, ...] = (
    *(*html.QUIRKS, *pages.QUIRKS, *words.QUIRKS, *sheets.QUIRKS, *pdf.QUIRKS),
    *units.QUIRKS,
)
