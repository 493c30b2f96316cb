"""A source that was replaced by one of its size and time is the one that runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pipelines.engine.compiled_code import drop_stale


def answer(root: Path) -> str:
    words = [sys.executable, "-c", "from pipelines.m import ANSWER; print(ANSWER)"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(words, cwd=root, env=settings, capture_output=True, text=True, check=True).stdout.strip()


def test_a_source_of_the_same_size_and_time_is_compiled_anew(tmp_path: Path) -> None:
    source = tmp_path / "pipelines" / "m.py"
    source.parent.mkdir()
    source.write_text("ANSWER = 10\n", encoding="ascii")
    kept = source.stat()
    drop_stale({"forms": "first"}, tmp_path)
    assert answer(tmp_path) == "10"
    source.write_text("ANSWER = 20\n", encoding="ascii")
    os.utime(source, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert answer(tmp_path) == "10"  # what Python does by itself
    drop_stale({"forms": "second"}, tmp_path)
    assert answer(tmp_path) == "20"


def test_what_was_compiled_of_these_sources_stays(tmp_path: Path) -> None:
    source = tmp_path / "pipelines" / "m.py"
    source.parent.mkdir()
    source.write_text("ANSWER = 10\n", encoding="ascii")
    drop_stale({"forms": "first"}, tmp_path)
    answer(tmp_path)
    compiled = [*source.parent.glob("__pycache__/*.pyc")]
    drop_stale({"forms": "first"}, tmp_path)
    assert compiled and all(each.exists() for each in compiled)
