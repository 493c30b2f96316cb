"""Files in which something beside a number looks like one: none of them is read as another number."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from benchmarks.corpus.judging import judge_file
from benchmarks.corpus.quirks import QUIRKS
from benchmarks.corpus.quirks.quirk import Quirk, quirky_file

# Of these no cell is read: the end of the file is lost, or characters are.
_REFUSED = {("html", "cut in a figure"): "truncated", ("html", "utf-8 read as gbk"): "garbled"}


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: f"{quirk.format} {quirk.name}")
def test_no_figure_is_another_than_a_person_sees(quirk: Quirk) -> None:
    verdict = judge_file(*quirky_file(quirk, "test"))
    assert verdict.wrong == ()
    assert verdict.refused == _REFUSED.get((quirk.format, quirk.name))


def test_the_same_seed_prints_the_same_file_and_each_carries_its_quirk() -> None:
    told = 0
    sampled = [quirk for quirk in QUIRKS if quirk.name == "mhtml" or quirk in QUIRKS[::20]]
    made = [quirky_file(quirk, "seed") for quirk in sampled]
    # Whatever states when it was written does so by the second.
    time.sleep(1.1)
    for quirk, (printout, data) in zip(sampled, made, strict=True):
        assert quirky_file(quirk, "seed")[1] == data, f"{quirk.format} {quirk.name}"
        truths = printout.truth.values()
        told += any(each.value is None or each.value > Decimal(600_000) or each.yuan is not None for each in truths)
    # A few quirks are of small numbers: a format that scales, a sign.
    assert told >= 0.8 * len(sampled)
