"""The explorer as a process of its own, for as long as a test asks it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from pipelines.releases.layout import Layout

_START_SECONDS = 90


@contextmanager
def served(layout: Layout) -> Iterator[str]:
    """Serve a release until the context ends; yields the address, once it is answered at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = "from pipelines.cli import app; app()"
    server = subprocess.Popen(
        [sys.executable, "-c", start, "explore", "--headless", "--sql", "--port", str(port)],
        env={**os.environ, "GONGKAI_ROOT": str(layout.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the explorer did not start: {url}")
