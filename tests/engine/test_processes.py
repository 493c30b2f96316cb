"""The server that workers are forked from, where it is a copy of the command itself."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

_BEGIN = """
import os, signal, sys
from multiprocessing import forkserver
from pathlib import Path
from pipelines.engine.stored_tables import FileTask
from pipelines.engine.processes import serve_from_here
from pipelines.engine.pool import extract_files
from pipelines.reading import Limits

def read():
    tasks = [FileTask("a" * 64, sys.argv[1], None, "")]
    return [part["documents"].num_rows for part in extract_files(tasks, limits=Limits(), workers=1)]

def server():
    return forkserver._forkserver._forkserver_pid
"""


def ran(program: str, path: Path) -> list[str]:
    command = [sys.executable, "-W", "error", "-c", f"{_BEGIN}{program}", os.fspath(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def is_gone(process: int) -> bool:
    for _ in range(100):
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.1)
    return False


def test_a_copy_of_the_command_serves_and_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("某县人民政府2020年政府信息公开工作年度报告", encoding="utf-8")
    is_served, first, rows, after = ran("print(serve_from_here(), server(), *read(), server(), sep='\\n')", path)
    assert (is_served, rows) == ("True", "1") and first == after
    assert is_gone(int(first))


def test_a_server_that_died_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("无", encoding="utf-8")
    program = "serve_from_here(); first = server(); os.kill(first, signal.SIGKILL); print(first, *read(), server())"
    first, rows, after = ran(program, path)
    assert rows == "1" and first != after
    assert is_gone(int(after))


def test_who_has_threads_starts_the_server_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("无", encoding="utf-8")
    assert ran("import polars; print(serve_from_here(), server(), *read())", path) == ["False", "None", "1"]
    assert ran("print(serve_from_here(), serve_from_here())", path) == ["True", "False"]
