"""Telemetry of dagster is off, whichever of the two places it reads its settings from."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance.config import dagster_instance_config

from tests.projects import ROOT


@pytest.mark.parametrize("home", ["root", "copied"])
def test_telemetry_is_off_whichever_file_is_read(home: str, tmp_path: Path) -> None:
    folder = ROOT
    if home == "copied":
        folder = tmp_path
        (tmp_path / "dagster.yaml").write_bytes((ROOT / "dagster.yaml").read_bytes())
    config, _ = dagster_instance_config(str(folder))
    assert config["telemetry"] == {"enabled": False}
    assert config["nux"] == {"enabled": False}


def test_instance_of_a_run_has_telemetry_off(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_bytes((ROOT / "dagster.yaml").read_bytes())
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.telemetry_enabled is False
        assert instance.nux_enabled is False
