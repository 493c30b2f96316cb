"""A lease lasts as long as whoever has it, and needs no right to write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.releases.leases import Lease, is_leased, leased
from pipelines.releases.manifest import MANIFEST

_HOLDING = """
import sys, time
from pathlib import Path
from pipelines.releases.leases import Lease
lease = Lease(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    (tmp_path / MANIFEST).write_text("{}", encoding="utf-8")
    (tmp_path / MANIFEST).chmod(0o444)
    return tmp_path


def test_a_lease_is_seen_until_it_is_given_back(release: Path) -> None:
    assert not is_leased(release)
    with leased(release), leased(release):
        assert is_leased(release)
    assert not is_leased(release)
    lease = Lease(release)
    lease.close()
    lease.close()
    assert not is_leased(release)


def test_a_lease_ends_with_a_process_that_is_killed(release: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLDING, str(release)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        assert is_leased(release)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert not is_leased(release)


def test_what_cannot_be_locked_may_be_read_by_somebody(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(9, "no exclusive locks here")

    monkeypatch.setattr("fcntl.flock", refused)
    assert is_leased(release)


def test_a_pipe_in_place_of_a_manifest_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / MANIFEST)
    assert not is_leased(tmp_path)
    with leased(tmp_path):
        assert is_leased(tmp_path)


def test_a_release_that_is_gone_is_not_read(tmp_path: Path) -> None:
    assert not is_leased(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        Lease(tmp_path / "gone")
