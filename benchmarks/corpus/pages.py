"""A corpus of HTML reports from a seed: which form, figures, page, weight and encoding each file has.

Belongs here: the choice of what a file is, its bytes, and writing it. Keep out: the parts it is made of.
The same seed and number make the same bytes, so the truth of a file is computed again and never kept.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import markup, portal
from benchmarks.corpus.figures import Figure, random_figures
from benchmarks.corpus.figures import Path as CellPath
from pipelines.forms.catalogue import form

SEED = 20_080_501
_SIZES = (110_000, 195_000)
# Css and script that every page has; more of both brings a page to its size.
_MIN_WEIGHT = 12_000
_LYING = 0.3
_FORM_YEARS = {"2019": (2019, 2020), "2021": (2021, 2024)}


class Sample(NamedTuple):
    """A file of the corpus. `declared` is the charset that it states, which is a lie in some."""

    number: int
    path: Path
    form_id: str
    encoding: str
    declared: str
    size: int


def _form_id(number: int) -> str:
    return ("2019", "2021")[number // 2 % 2]


def _encodings(rng: random.Random, number: int) -> tuple[str, str]:
    encoding = ("utf-8", "gb18030")[number % 2]
    if rng.random() < _LYING:
        return encoding, {"utf-8": "gb2312", "gb18030": "utf-8"}[encoding]
    return encoding, {"utf-8": "utf-8", "gb18030": "gb2312"}[encoding]


def truth(seed: int, number: int) -> dict[CellPath, Figure]:
    """Return what the cells of a file hold."""
    return random_figures(random.Random(f"{seed} {number} figures"), form(_form_id(number)))


def content(seed: int, number: int) -> tuple[bytes, str, str]:
    """Return (bytes, encoding, declared charset) of a file."""
    rng = random.Random(f"{seed} {number} page")
    encoding, declared = _encodings(rng, number)
    body = _body(rng, seed, number)
    years = _FORM_YEARS[_form_id(number)]
    title = f"{portal.agency(rng)}{rng.randint(*years)}年政府信息公开工作年度报告"
    state = rng.getstate()
    bare = portal.page(rng, title=title, charset=declared, body=body, weight=("", ""))
    missing = max(rng.randint(*_SIZES) - len(bare.encode(encoding)), _MIN_WEIGHT)
    weight = portal.css(rng, missing * 2 // 5), portal.script(rng, missing * 3 // 5)
    rng.setstate(state)
    whole = portal.page(rng, title=title, charset=declared, body=body, weight=weight)
    return whole.encode(encoding), encoding, declared


def _body(rng: random.Random, seed: int, number: int) -> str:
    figures, of = truth(seed, number), form(_form_id(number))
    dress = rng.choice(markup.DRESSES)
    tables = (
        markup.item_tables(rng, of, figures, dress),
        markup.applications_table(of, figures, dress),
        markup.reviews_table(of, figures, dress),
    )
    return portal.report_body(rng, tables)


def write_corpus(folder: Path, *, files: int, seed: int = SEED) -> Iterator[Sample]:
    """Write the files into a folder, yielding one sample each."""
    for number in range(files):
        data, encoding, declared = content(seed, number)
        path = folder / f"{number:05}.html"
        path.write_bytes(data)
        yield Sample(number, path, _form_id(number), encoding, declared, len(data))
