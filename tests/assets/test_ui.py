"""`make ui` for real: what its web server refuses over HTTP, who else can reach it, and that nothing of it is left."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from assets.ui import main as serve
from pipelines.releases.layout import Layout
from tests.projects import ROOT, make_project

_START_SECONDS, _END_SECONDS = 120, 120
_VERSION = {"query": "{ version }"}
# What a run of anything needs is a mutation: this one changes nothing, and is told apart by its answer.
_MUTATION = "mutation { setNuxSeen }"


class Dagster:
    """The processes of `make ui` for a project."""

    def __init__(self, layout: Layout, port: int) -> None:
        self.layout, self.port = layout, port
        self.log = layout.root / "ui.log"
        home = [sys.executable, "-m", "pipelines.commands.dagster_home"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*home, sys.executable, "-m", "assets.ui", "--port", str(port)],
                cwd=ROOT,
                env={**os.environ, "GONGKAI_ROOT": str(layout.root), "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._await()

    def _await(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.ask("GET", "/server_info")[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)
        pytest.fail(f"Dagster did not start: {self.told()}")

    def told(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def ask(
        self, method: str, path: str, body: dict[str, str] | str | None = None, **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = json.dumps(body) if isinstance(body, dict) else body
        if isinstance(body, dict):
            named = {"Content-Type": "application/json", **named}
        with contextlib.closing(connection):
            connection.request(method, path, sent, named)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict(answer.getheaders())

    def graphql(self, query: str, **variables: object) -> dict[str, object]:
        status, body, _ = self.ask(
            "POST", "/graphql", json.dumps({"query": query, "variables": variables}), Content_Type="application/json"
        )
        assert status == 200, body
        data: dict[str, object] = json.loads(body)["data"]
        return data

    def processes(self) -> dict[int, str]:
        """Return what runs in this Dagster's home, whoever is its parent now."""
        home = f"DAGSTER_HOME={self.layout.root / '.dagster'}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if home in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def ended(self) -> int:
        """Wait for the end of all; returns the exit code of the one that was started."""
        known = self.processes()
        code = self.process.wait(_END_SECONDS)
        end = time.monotonic() + _END_SECONDS
        # To look at every process of the machine would cost more than what is waited for.
        while any(map(is_alive, known)) and time.monotonic() < end:
            time.sleep(0.2)
        while self.processes() and time.monotonic() < end:
            time.sleep(0.5)
        assert self.processes() == {}
        return code


class Running:
    """The Dagster of the tests of a file: begun where none runs, for some tests end it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._begun = folder, list[Dagster]()

    def one(self) -> Dagster:
        if not self._runs():
            self._begun.append(Dagster(make_project(self._folder / str(len(self._begun))), free_port()))
        return self._begun[-1]

    def end(self) -> None:
        if self._runs():
            self._begun[-1].process.send_signal(signal.SIGINT)
            assert self._begun[-1].ended() == 0

    def _runs(self) -> bool:
        return bool(self._begun) and self._begun[-1].process.poll() is None


def is_alive(pid: int) -> bool:
    """Tell whether a process runs: one that ended may stand in the list until its parent has looked."""
    try:
        return bool(Path(f"/proc/{pid}/environ").read_bytes())
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    begun = Running(tmp_path_factory.mktemp("ui"))
    yield begun
    begun.end()


@pytest.fixture
def dagster(running: Running) -> Dagster:
    return running.one()


def test_it_starts_without_a_warning(dagster: Dagster) -> None:
    location = "{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } } }"
    assert "RepositoryLocation" in json.dumps(dagster.graphql(location))
    assert dagster.told() == f"Dagster: http://localhost:{dagster.port} (Ctrl+C ends it)\n"


def test_of_a_project_that_was_never_run_there_is_a_partition_to_choose(dagster: Dagster) -> None:
    asked = '{ assetNodeOrError(assetKey: {path: ["cell"]}) { ... on AssetNode { partitionKeys } } }'
    assert dagster.graphql(asked) == {"assetNodeOrError": {"partitionKeys": ["0"]}}


def test_our_own_page_is_served_with_all_it_asks_for(dagster: Dagster) -> None:
    address = f"http://localhost:{dagster.port}"
    own = {"Host": f"localhost:{dagster.port}", "Sec_Fetch_Site": "same-origin"}
    status, page, headers = dagster.ask("GET", "/", **own)
    assert status == 200 and "<html" in page and headers["x-frame-options"] == "SAMEORIGIN"
    assert dagster.ask("POST", "/graphql", _VERSION, Origin=address, **own)[0] == 200
    assert dagster.ask("GET", "/graphql", Accept="text/html", **own)[0] == 200
    assert dagster.ask("GET", "/runs/0", **own)[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/", None, {"Host": "evil.example"}, 403),
        ("POST", "/graphql", _VERSION, {"Host": "evil.example:3000"}, 403),
        ("POST", "/graphql", _VERSION, {"Origin": "http://evil.example"}, 403),
        ("POST", "/graphql", _VERSION, {"Origin": "null"}, 403),
        ("GET", "/logs/a.out", None, {"Sec_Fetch_Site": "cross-site"}, 403),
        ("GET", "/download_debug/a", None, {"Sec_Fetch_Site": "same-site"}, 403),
        ("GET", "/graphql?query=mutation+%7B+setNuxSeen+%7D", None, {}, 405),
        ("GET", "/graphql%0A?query=mutation+%7B+setNuxSeen+%7D", None, {}, 405),
        ("POST", "/graphql?query=mutation+%7B+setNuxSeen+%7D", None, {}, 415),
        ("POST", "/graphql", json.dumps({"query": _MUTATION}), {"Content_Type": "text/plain; application/json"}, 415),
        ("POST", "/graphql?query=%7Bversion%7D", "a=b", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/report_asset_materialization/cell?data_version=1", None, {}, 415),
        ("POST", "/report_asset_observation/cell", None, {"Origin": "http://evil.example"}, 403),
        ("OPTIONS", "/graphql", None, {"Access_Control_Request_Method": "POST"}, 405),
    ],
)
def test_what_others_send_is_refused(
    dagster: Dagster, method: str, path: str, body: dict[str, str] | str | None, headers: dict[str, str], status: int
) -> None:
    found, told, _ = dagster.ask(method, path, body, **headers)
    assert (found, told.count("\n")) == (status, 1), told


def test_what_it_answers_is_for_no_other_page(dagster: Dagster) -> None:
    own = f"http://localhost:{dagster.port}"
    for headers in ({"Origin": own}, {}):
        answered = dagster.ask("POST", "/graphql", _VERSION, **headers)[2]
        assert not [name for name in answered if name.lower().startswith("access-control")]
        assert answered["cross-origin-resource-policy"] == "same-origin"


def handshake(dagster: Dagster, origin: str) -> str:
    """Return the status line of a websocket that a page of an origin asks for."""
    lines = ["GET /graphql HTTP/1.1", f"Host: localhost:{dagster.port}", f"Origin: {origin}"]
    lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: graphql-ws", "", ""]
    with socket.create_connection(("127.0.0.1", dagster.port), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        return connection.recv(4096).decode().splitlines()[0]


def test_a_websocket_is_for_our_own_page(dagster: Dagster) -> None:
    assert handshake(dagster, f"http://localhost:{dagster.port}").startswith("HTTP/1.1 101")
    assert handshake(dagster, "http://evil.example").startswith("HTTP/1.1 403")


def sockets(pids: Iterable[int]) -> set[str]:
    """Return the inodes of the sockets that processes have open."""
    links = [link for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir()]
    names = [str(link.readlink()) for link in links if link.is_symlink()]
    return {name[8:-1] for name in names if name.startswith("socket:[")}


def listening(kind: str, state: int, listens: str, inode: int) -> list[list[str]]:
    lines = [line.split() for line in Path(f"/proc/net/{kind}").read_text(encoding="utf-8").splitlines()[1:]]
    return [line for line in lines if line[state] == listens and len(line) > inode]


def test_it_is_reached_from_this_machine_and_by_its_owner_alone(dagster: Dagster) -> None:
    """One port, of the loopback; the code servers, which run what they are told, have sockets only the owner writes."""
    ours = sockets(dagster.processes())
    ports = [line[1] for kind in ("tcp", "tcp6") for line in listening(kind, 3, "0A", 9) if line[9] in ours]
    assert ports == [f"0100007F:{dagster.port:04X}"]
    paths = [Path(line[7]) for line in listening("unix", 3, "00010000", 7) if line[6] in ours]
    assert len(paths) == 2
    assert not [path for path in paths if path.stat().st_mode & 0o022]


@pytest.fixture
def _as_before() -> Iterator[None]:
    """Undo what a server does to its process."""
    handler, mask = signal.getsignal(signal.SIGTERM), os.umask(0o077)
    os.umask(mask)
    yield
    signal.signal(signal.SIGTERM, handler)
    os.umask(mask)


@pytest.mark.usefixtures("_as_before")
def test_a_second_one_is_refused_in_words(
    dagster: Dagster, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(dagster.layout.root / ".dagster"))
    with pytest.raises(SystemExit) as refused:
        serve(["--port", str(dagster.port)])
    # Python prints what it is ended with, and ends with 1.
    told = f"gongkai: port {dagster.port} of 127.0.0.1: Address already in use: end what listens there, or `make ui"
    assert str(refused.value.code).startswith(told) and "\n" not in str(refused.value.code)
    assert capfd.readouterr() == ("", "")


# That it is terminated is tried on another one (`test_faults`).
@pytest.mark.parametrize("how", ["interrupted", "daemon killed", "killed"])
def test_all_of_it_ends_together(how: str, dagster: Dagster) -> None:
    pids = dagster.processes()
    assert len(pids) == 4, pids
    if how == "daemon killed":
        (daemon,) = (pid for pid, command in pids.items() if "assets.daemon" in command)
        os.kill(daemon, signal.SIGKILL)
    else:
        dagster.process.send_signal(signal.SIGINT if how == "interrupted" else signal.SIGKILL)
    expected = {"interrupted": 0, "daemon killed": 1, "killed": -signal.SIGKILL}
    assert dagster.ended() == expected[how]
    assert ("the daemon ended" in dagster.told()) == (how == "daemon killed")
