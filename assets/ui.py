"""Dagster's web server behind the door, with its code server and its daemon: `python -m assets.ui` (`make ui`).

What `dagster dev` starts, with two differences: what other pages and names ask for is refused
(`pipelines.commands.door`), and all ends together, of whatever it ends. Belongs here: processes and their ends. Keep
out: what is refused.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.interruption import begin_loading, end_loading

if __name__ == "__main__":
    begin_loading()  # what follows takes seconds

import dagster as dg
import uvicorn
import yaml
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.version import __version__
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from assets.instance import make_usable
from assets.partitions import add_years
from pipelines.commands.door import Door
from pipelines.commands.terminal import flush, warn
from pipelines.messages import message
from pipelines.releases.layout import Layout, project_root
from pipelines.warehouse.parts import years_built

_WORKSPACE = Path(__file__).resolve().parents[1] / "workspace.yaml"
_ADDRESS = "127.0.0.1"
_PORT = 3000
_LOGGED = "warning"
_POLL_MILLISECONDS = 2000
# A page that is open keeps its connection: the end does not wait for it.
_GRACE_SECONDS = 3
_STOP_SECONDS = 20


class GuardedWebserver(DagsterWebserver[WorkspaceProcessContext, WorkspaceRequestContext]):
    """Dagster's web server, before all of whose routes, pages and websockets the door stands."""

    def __init__(self, context: WorkspaceProcessContext, port: int) -> None:
        self._port = port
        super().__init__(context, live_data_poll_rate=_POLL_MILLISECONDS)

    def build_middleware(self) -> list[Middleware]:
        """Return the middleware, the door outermost."""
        return [Middleware(Door, port=self._port), *super().build_middleware()]


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """Listen at a port of this machine alone."""
    try:
        listening = socket.create_server((_ADDRESS, port))
    except OSError as error:
        why, other = os.strerror(error.errno or 0), f"make ui PORT={port + 1}"
        told = message("run.port_taken", port=str(port), address=_ADDRESS, error=why, other=other)
        sys.exit(f"gongkai: {told}")
    with listening:
        yield listening


@contextlib.contextmanager
def _instance() -> Iterator[dg.DagsterInstance]:
    """Open Dagster's storage, in which there is a partition to choose for each year that was built.

    New storage has none, and without one the UI launches nothing: then that of reports without a year stands alone.
    """
    with dg.DagsterInstance.get() as instance:
        add_years(instance, years_built(Layout(project_root()).star) or [0])
        yield instance


@contextlib.contextmanager
def _code_servers(instance: dg.DagsterInstance) -> Iterator[str]:
    """Start what loads the code; yields the path of a workspace that leads to it."""
    target = WorkspaceFileTarget([str(_WORKSPACE)])
    with (
        ProxyServerManager(instance, target, code_server_log_level=_LOGGED) as servers,
        tempfile.TemporaryDirectory(prefix="gongkai-") as folder,
    ):
        path = Path(folder) / "workspace.yaml"
        path.write_text(yaml.safe_dump({"load_from": servers.get_code_server_specs()}), encoding="utf-8")
        yield str(path)


@contextlib.contextmanager
def _daemon(workspace: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run Dagster's daemon, which is told to end with this process."""
    options = ["--log-level", _LOGGED, "--workspace", workspace]
    daemon = subprocess.Popen([sys.executable, "-m", "assets.daemon", str(os.getpid()), "run", *options])
    try:
        yield daemon
    finally:
        daemon.send_signal(signal.SIGINT)
        try:
            daemon.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()


def serve(port: int) -> int:
    """Serve until the process is told to end; returns the exit code."""
    make_usable(warn)
    # Whoever may write to a code server's socket can run code: those of the machine who are not its owner may not.
    os.umask(os.umask(0o077) | 0o022)
    # uvicorn raises again what it was ended by: what stands around it is to end too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        contextlib.suppress(KeyboardInterrupt),
        _listening(port) as listening,
        _instance() as instance,
        _code_servers(instance) as workspace,
        _daemon(workspace) as daemon,
        WorkspaceProcessContext(
            instance, version=__version__, workspace_load_target=WorkspaceFileTarget([workspace])
        ) as context,
    ):
        app = GuardedWebserver(context, port).create_asgi_app()
        configuration = uvicorn.Config(app, log_level=_LOGGED, timeout_graceful_shutdown=_GRACE_SECONDS)
        server = uvicorn.Server(configuration)
        threading.Thread(target=_end_with, args=(daemon, server), daemon=True).start()
        warn(message("run.dagster_at", port=str(port)))
        flush()
        server.run(sockets=[listening])
        # Whoever is told to end never comes here.
        return 1
    return 0


def _end_with(daemon: subprocess.Popen[bytes], server: uvicorn.Server) -> None:
    """End the web server when the daemon has ended: without it nothing that is launched would ever run."""
    code = daemon.wait()
    if not server.should_exit:
        warn(f"gongkai: {message('run.daemon_ended', code=code)}")
        flush()
    server.should_exit = True


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the port and serve."""
    parser = argparse.ArgumentParser(prog="python -m assets.ui")
    parser.add_argument("--port", type=int, default=_PORT)
    return serve(parser.parse_args(arguments).port)


if __name__ == "__main__":
    end_loading()
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
