"""A cluster with certificates, as docs/cluster.md makes them: reads for whoever has one, and for nobody else."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.projects import ROOT, make_project

ROLES = ("SCHEDULER", "WORKER", "CLIENT")


def certificates(folder: Path) -> dict[str, str]:
    """Write an authority and a pair for each role; returns the settings that name them."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    settings = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(folder / "ca.pem")}
    for role in ROLES:
        pair = authority.issue_cert(f"{role.lower()}.invalid")
        names = {"CERT": folder / f"{role}.pem", "KEY": folder / f"{role}.key"}
        names["KEY"].write_bytes(pair.private_key_pem.bytes())
        names["CERT"].write_bytes(pair.cert_chain_pems[0].bytes())
        settings |= {f"DASK_DISTRIBUTED__COMM__TLS__{role}__{kind}": str(path) for kind, path in names.items()}
    return settings | {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def started(settings: dict[str, str], log: Path, *arguments: str) -> Iterator[None]:
    """Run `gongkai node` until the block ends; it has said that it is ready before."""
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "node", *arguments]
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            deadline = time.monotonic() + 60
            while " ready" not in log.read_text(encoding="utf-8"):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            assert process.wait(30) == 0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("tls")
    settings, address = certificates(folder), f"tls://127.0.0.1:{free_port()}"
    node = (address, "--workers", "1", "--scratch", str(folder / "scratch"), "--name", "one")
    with (
        started(settings, folder / "scheduler.log", address, "--scheduler"),
        started(settings, folder / "node.log", *node),
    ):
        yield address, settings


def test_who_has_a_certificate_is_read_for(cluster: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    address, settings = cluster
    layout = make_project(tmp_path / "project")
    refresh_inventory(layout)
    # Of another process: settings of the engine are read when it is imported.
    code = f"""
from pathlib import Path
from pipelines.releases.layout import Layout
from pipelines.spreading.cluster import Cluster
from pipelines.storing import open_storage
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.shard_reading import code_of_nodes
spread = Cluster({address!r}, code_of_nodes())
storage = open_storage({str(tmp_path / "shared")!r})
done = extract_new(Layout(Path({str(layout.root)!r})), storage=storage, spread=spread)
print(done.new, done.outcomes, spread.about()["node one"])
"""
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "5 {'parsed': 5} 1\n", done.stderr


def test_who_has_none_is_refused(cluster: tuple[str, dict[str, str]]) -> None:
    host, port = cluster[0].removeprefix("tls://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as plain:
        plain.sendall(b"\x00" * 64)
        with contextlib.suppress(ConnectionResetError):
            # What is not TLS gets an alert at most, and none of the engine's own greeting.
            assert len(plain.recv(4096)) < 16
    unknown = ssl.create_default_context()
    unknown.check_hostname, unknown.verify_mode = False, ssl.CERT_NONE
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        greeted(unknown, host, int(port))


def test_who_has_one_of_another_authority_is_refused(cluster: tuple[str, dict[str, str]]) -> None:
    host, port = cluster[0].removeprefix("tls://").split(":")
    other = ssl.create_default_context()
    other.check_hostname, other.verify_mode = False, ssl.CERT_NONE
    trustme.CA().issue_cert("client.invalid").configure_cert(other)
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        greeted(other, host, int(port))


def greeted(context: ssl.SSLContext, host: str, port: int) -> bytes:
    """Return the first bytes that a server sends: with TLS 1.3 a refusal comes after the handshake."""
    with socket.create_connection((host, port), timeout=10) as plain, context.wrap_socket(plain) as secured:
        found = secured.recv(64)
        assert not found, "the engine greets whoever it has let in"
        raise ssl.SSLError("closed without a word")
