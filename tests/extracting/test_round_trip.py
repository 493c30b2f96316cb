"""Random reports in every layout with every damage: each cell is read right or flagged, never wrong.

A wide run is a loop over more seeds: `judge(Trial(seed, layout, damage))`.
"""

from __future__ import annotations

import pytest

from benchmarks.corpus.damage import DAMAGES, none
from benchmarks.corpus.judging import UNDECIDABLE, Trial, judge
from benchmarks.corpus.layouts import LAYOUTS, Layout

PAIRS = [
    (layout, damage)
    for layout in LAYOUTS
    for damage in dict.fromkeys(DAMAGES)
    if (layout.__name__, damage.__name__) not in UNDECIDABLE
]
# Share of cells read in undamaged files, blanks included. Layouts that lose blanks or row ends must flag the rest.
LEAST_READ = {"html": 0.99, "html_nested": 0.99, "html_uneven": 0.99, "html_trailing": 0.9, "tab_led": 0.99}


@pytest.mark.parametrize(("layout", "damage"), PAIRS, ids=lambda function: function.__name__)
def test_no_cell_is_silently_wrong(layout: Layout, damage: object) -> None:
    (known,) = [each for each in dict.fromkeys(DAMAGES) if each is damage]
    assert judge(Trial(7, layout, known)).wrong == ()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_an_undamaged_file_is_read(layout: Layout) -> None:
    verdicts = [judge(Trial(seed, layout, none)) for seed in range(3)]
    assert [verdict.refused for verdict in verdicts] == [None] * 3
    cells = sum(verdict.right + verdict.flagged for verdict in verdicts)
    assert cells >= 3 * 198
    assert sum(verdict.right for verdict in verdicts) >= LEAST_READ.get(layout.__name__, 0.001) * cells


def test_the_same_trial_prints_the_same_file() -> None:
    trial = Trial(3, LAYOUTS[0], none)
    assert trial.file()[1] == trial.file()[1]
