"""A county in which units did everything that units do: states, sheets, sums and differences are what was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.random_counties import faults_of, make_county


def test_a_county_comes_out_as_it_was_made(tmp_path: Path) -> None:
    wrong, units, files = faults_of(tmp_path, 1)
    assert wrong == [] and units >= 10 and files > units


def test_a_county_that_is_not_as_it_was_made_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(folder: Path, seed: int) -> object:
        county = make_county(folder, seed)
        unit = next(unit for unit in county.counting if unit not in county.slips)
        county.slips[unit] = "a total"
        county.typed_wrong = county.typed_wrong[:1]
        return county

    monkeypatch.setattr("tests.office.random_counties.make_county", other)
    wrong, _, _ = faults_of(tmp_path, 3)
    assert len(wrong) == 3 and wrong[-1].startswith("differing: ")
