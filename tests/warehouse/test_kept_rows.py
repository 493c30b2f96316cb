"""Rows that are kept from run to run: a stop while they are written leaves nothing that no later run removes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.warehouse.kept_rows import KeptRows

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
    assert [path.name for path in tmp_path.iterdir()] == ["after.parquet"]
    found = after.read()
    assert found is not None and found.equals(ROWS)
