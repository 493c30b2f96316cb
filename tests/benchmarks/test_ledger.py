"""The benchmark of the ledger counts commits that are there afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.ledger import commits, opened


@pytest.mark.parametrize("kind", ["file", "server"])
def test_every_commit_that_is_counted_is_in_the_ledger(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = str(tmp_path / "ledger.sqlite")
    place = file if kind == "file" else str(request.getfixturevalue("postgres_database"))
    counted = commits(place, 2, 0.1) * 0.1
    with opened(place) as ledger:
        there = sum(ledger.used(f"host{number}", "2026-01-01") for number in range(2))
    assert there == pytest.approx(counted) and there > 0
