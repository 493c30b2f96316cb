"""`gongkai node`: which folder it takes, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.locking import Locked
from pipelines.spreading import node
from pipelines.spreading.place import Place, working_at
from pipelines.spreading.spread import CLUSTER_SWITCH, INSECURE_SWITCH

ADDRESS = "tcp://127.0.0.1:8786"


def test_what_is_in_the_folder_of_the_scratch_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    (tmp_path / "gongkai-node-1" / "left").mkdir(parents=True)
    asked: list[Path] = []

    def run(_address: str, place: Place, _code: str, **_: Any) -> None:
        asked.append(place.scratch)
        if place.scratch.name == "gongkai-node-0":
            raise Locked("another node has it")
        with working_at(place):
            assert not place.scratch.exists()

    monkeypatch.setattr(node, "run_node", run)
    result = CliRunner().invoke(app, ["node", ADDRESS, "--scratch", str(tmp_path), "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert asked == [tmp_path / "gongkai-node-0", tmp_path / "gongkai-node-1"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] != ".") == ["mine"]


@pytest.mark.parametrize(
    ("address", "told", "code"),
    [
        (None, "no scheduler is named", 2),
        ("http://127.0.0.1:1", "expected tcp://host:8786 or tls://host:8786", 1),
        ("tcp://10.1.2.3:8786", "whoever reaches this address can make the nodes execute anything", 1),
        ("tls://10.1.2.3:8786", "set DASK_DISTRIBUTED__COMM__TLS__CA_FILE", 1),
    ],
)
def test_an_address_that_must_not_be_used_is_refused(
    address: str | None, told: str, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in (CLUSTER_SWITCH, INSECURE_SWITCH):
        monkeypatch.delenv(name, raising=False)
    for options in ([], ["--scheduler"]):
        result = CliRunner().invoke(app, ["node", *([address] if address else []), *options])
        assert (result.exit_code, told in result.output + capfd.readouterr().err) == (code, True), result.output
