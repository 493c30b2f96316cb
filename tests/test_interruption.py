"""Ctrl-C while a program is loaded ends it in silence, with polars loaded too; later it interrupts what is done."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.projects import ROOT

_LOADING = """
import sys, time
from pipelines.interruption import begin_loading, end_loading
begin_loading()
import polars
{then}
try:
    print("loaded", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit("interrupted at work")
"""
_ASSETS = "import assets, sys; print('dagster' in sys.modules)"


@pytest.mark.parametrize(("then", "code", "told"), [("", 130, ""), ("end_loading()", 1, "interrupted at work\n")])
def test_ctrl_c_ends_what_is_loaded_in_silence(then: str, code: int, told: str) -> None:
    program = [sys.executable, "-c", _LOADING.format(then=then)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "loaded\n"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (code, told)


def test_the_package_that_runs_and_serves_is_loaded_without_dagster() -> None:
    asked = subprocess.run([sys.executable, "-c", _ASSETS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert asked.stdout == "False\n"


@pytest.mark.parametrize("module", ["assets.run", "assets.ui", "assets.daemon", "pipelines.exploring.server"])
def test_whatever_takes_seconds_to_load_says_so_before_it(module: str) -> None:
    path = ROOT / f"{module.replace('.', '/')}.py"
    before, begun, after = path.read_text(encoding="utf-8").partition("begin_loading()")
    assert begun and "end_loading()" in after
    assert not any(f"import {heavy}" in before for heavy in ("dagster", "polars", "streamlit", "uvicorn"))
