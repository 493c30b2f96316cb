"""Rows that are kept from run to run: a stop while they are written leaves nothing that no later run removes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.releases.layout import Layout
from pipelines.warehouse import agencies
from pipelines.warehouse.kept_rows import KeptRows, forget_kept

SCHEMA = {"a": pl.Int64}
ROWS = pl.DataFrame({"a": [1]}, schema=SCHEMA)


@pytest.mark.parametrize("call", ["unlink", "replace"])
def test_a_stop_while_rows_are_written_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    KeptRows(tmp_path, "before", SCHEMA).write(ROWS)
    with monkeypatch.context() as stop, pytest.raises(KeyboardInterrupt):
        stop.setattr(Path, call, stopped)
        KeptRows(tmp_path, "of the moment", SCHEMA).write(ROWS)
    assert KeptRows(tmp_path, "of the moment", SCHEMA).read() is None
    after = KeptRows(tmp_path, "after", SCHEMA)
    after.write(ROWS)
    assert {path.name for path in tmp_path.iterdir()} == {"after.parquet", "after.parquet.sha256"}
    found = after.read()
    assert found is not None and found.equals(ROWS)


def test_no_bit_of_kept_rows_can_flip_unseen(tmp_path: Path) -> None:
    kept = KeptRows(tmp_path, "now", SCHEMA)
    kept.write(ROWS)
    for path in sorted(tmp_path.iterdir()):
        whole = path.read_bytes()
        for bit in range(0, len(whole) * 8, 7):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            assert kept.read() is None
        path.write_bytes(whole)
    assert kept.read() is not None


def test_what_is_known_of_agencies_is_known_of_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of a report stands for its bytes alone: another reader may make another text of them."""
    before = agencies.agencies_fingerprint()
    monkeypatch.setattr(agencies, "reader_fingerprint", lambda: "another")
    assert agencies.agencies_fingerprint() != before


def test_all_that_is_kept_of_reports_can_be_forgotten(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    forget_kept(layout)
    for folder in (layout.agencies, layout.sources / "contents", layout.sources / "agreements"):
        KeptRows(folder, "now", SCHEMA).write(ROWS)
    forget_kept(layout)
    assert not layout.agencies.exists() and not layout.sources.exists()
