"""What counts in counties whose agencies each sent in a story of their own: what the stories say."""

from __future__ import annotations

import random
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.corpus.county import YEAR, Story, random_county, write_county
from pipelines.office.coverage import MISSING, UNDECIDED, Coverage, coverage
from pipelines.office.given_files import given_files
from pipelines.office.received import receive
from pipelines.office.roster import county_named, roster_of
from pipelines.office.roster_file import RosterRow

PLACE = "莒县"
_ARRIVED = {run: datetime(2022, 1, 10 + run, tzinfo=UTC) for run in (0, 1)}


def covered(folder: Path, stories: list[Story], *extra: str) -> Coverage:
    """Return the coverage of a county; the roster has its agencies without their county, and `extra` ones."""
    reception = receive(given_files([folder]), lambda: nullcontext(lambda *_: None))
    run_of = {sent.name: sent.run for story in stories for sent in story.sent}
    arrivals = {
        each.sha256: _ARRIVED[run_of[str(Path(each.file.file).relative_to(folder))]] for each in reception.reports
    }
    names = [story.sent[0].agency.removeprefix(PLACE) for story in stories]
    rows = [RosterRow(n, name, None, None) for n, name in enumerate((*names, *extra), start=2)]
    county = county_named(PLACE, YEAR)
    return coverage(reception, roster_of(rows, "x", YEAR, county), YEAR, county, arrivals=arrivals)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_content_that_counts_is_that_of_the_story(tmp_path: Path, seed: int) -> None:
    stories = random_county(random.Random(seed), PLACE, 24)
    for run in _ARRIVED:
        assert all(path.exists() for path in write_county(tmp_path, stories, seed, run=run))
    found = covered(tmp_path, stories, "没有报送的局")
    content_of = {sent.name: (sent.content, sent.is_text) for story in stories for sent in story.sent}
    assert found.strays == () and found.not_read == []
    for story, row in zip(stories, found.rows, strict=False):
        assert len(row.reports) == len(story.sent), row.unit.name
        if story.counts is None:
            assert (row.counts, row.state) == (None, UNDECIDED), row.unit.name
        else:
            assert row.counts is not None, row.unit.name
            name = str(Path(row.counts.file.file).relative_to(tmp_path))
            assert content_of[name] == (story.counts, False), row.unit.name
    assert found.rows[-1].state == MISSING
    assert len(found.counting) == sum(story.counts is not None for story in stories)
