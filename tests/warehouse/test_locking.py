from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.warehouse.locking import Locked, hold


def test_second_holder_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "warehouse" / ".lock"
    refused = pytest.raises(Locked, match=rf"process {os.getpid()} \(first run")
    with hold(path, "first run"), refused, hold(path, "second run"):
        pass
    with hold(path, "second run"):
        assert "second run" in path.read_text(encoding="utf-8")


def test_waiting_names_the_holder_once(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    told: list[str] = []
    second = hold(path, "second", wait_seconds=0.8, waiting=told.append)
    with hold(path, "first run"), pytest.raises(Locked), second:
        pass
    assert len(told) == 1 and "first run" in told[0]
