"""Corrections of agencies that changed nothing in a release are found, and why."""

from __future__ import annotations

from pathlib import Path

from pipelines.releases.agency_corrections import Entry, without_effect
from pipelines.releases.open_release import connect

_NOT_HELD = ("correction expired",)


def test_what_changed_nothing_is_told(seed_release: Path) -> None:
    with connect(seed_release) as connection:
        asked = "SELECT f.file_sha256, m.evidence FROM report_file AS f JOIN agency_match AS m USING (report_key)"
        row = connection.execute(f"{asked} WHERE f.role = 'main' ORDER BY m.score DESC").fetchone()
    assert row is not None
    sha256, evidence = row
    word = evidence.strip("[]").split('", "')[0].strip('"')
    held = Entry(sha256, None, word, _NOT_HELD)
    elsewhere = Entry("0" * 64, None, word, _NOT_HELD)
    by_place = Entry(None, "^no such place$", word, _NOT_HELD)
    other = Entry(sha256, None, "correction: another", (word[:3],))
    all_places = Entry(None, "", "correction: another", _NOT_HELD)
    found = without_effect(seed_release, [held, elsewhere, by_place, other, all_places])
    assert found == [(1, None), (2, None), (3, word), (4, None)]
