"""Time the pages of the explorer as a reader sees them: `python -m benchmarks.explorer PROJECT`.

A headless Chromium follows the sidebar through every page, twice, and an agency to one of its cells; a page is there
when its script has ended and its heading stands. Needs Debian's Chromium, and a project with a release, such as that of
`benchmarks.large_release`. Belongs here: the walk. Keep out: what the pages show (`tests/exploring`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import TYPE_CHECKING, Annotated
from urllib.error import URLError
from urllib.request import urlopen

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")
_PAGES = ("行政机关", "指标", "审核", "来源", "下载", "查询", "总览")
_START_SECONDS, _WAIT = 90, 60_000
_ENDED = "[data-testid=stApp][data-test-script-state=notRunning]"
# What a reader does before the next click; the browser finishes drawing meanwhile.
_PAUSE = 1.0


@contextmanager
def _served(project: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = [sys.executable, "-c", "from pipelines.cli import app; app()", "explore", "--headless", "--sql"]
    environment = {**os.environ, "GONGKAI_ROOT": str(project.resolve())}
    server = subprocess.Popen([*start, "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        end = monotonic() + _START_SECONDS
        while monotonic() < end and server.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                    break
            except (URLError, OSError):
                sleep(0.3)
        else:
            raise typer.BadParameter(f"the explorer did not start on {project}: is there a release?")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _until(page: Page, heading: str, begun: float) -> float:
    page.locator("h1", has_text=heading).first.wait_for(timeout=_WAIT)
    page.wait_for_selector(_ENDED, timeout=_WAIT)
    seconds = perf_counter() - begun
    sleep(_PAUSE)
    return seconds


def _walk(page: Page, address: str) -> Iterator[tuple[str, str, float]]:
    """Yield (page, which time, seconds)."""
    for lap in ("first", "again"):
        begun = perf_counter()
        page.goto(address)
        yield "loading the explorer", lap, _until(page, "全国", begun)
    for lap in ("first", "again"):
        for name in _PAGES:
            begun = perf_counter()
            page.get_by_role("link", name=name, exact=True).click()
            yield name, lap, _until(page, "全国" if name == "总览" else name, begun)
    page.get_by_role("link", name="行政机关", exact=True).click()
    for lap in ("first", "again"):
        begun = perf_counter()
        page.locator("[data-testid=stMain] input").fill("市" if lap == "first" else "局")
        page.keyboard.press("Enter")
        page.wait_for_selector("tbody a")
        yield "a search", lap, _until(page, "行政机关", begun)
    for lap in ("first", "again"):
        link = page.locator("tbody a").first
        name, begun = link.inner_text(), perf_counter()
        link.click()
        yield "an agency", lap, _until(page, name, begun)
        begun = perf_counter()
        page.locator("table.form a").first.click()
        page.locator(".gk-raw").first.wait_for(timeout=_WAIT)
        yield "a cell", lap, _until(page, "", begun)
        page.go_back()
        page.locator("table.form").first.wait_for(timeout=_WAIT)
        page.go_back()
        page.wait_for_selector("tbody a")
        sleep(_PAUSE)


def main(project: Annotated[Path, typer.Argument(help="A project with a release.", exists=True)]) -> None:
    """Print how long each page took, the first time and again."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only where there is a browser

    if not Path(_CHROMIUM).exists():
        raise typer.BadParameter(f"no {_CHROMIUM}: apt-get install chromium")
    found: dict[str, dict[str, float]] = {}
    with _served(project) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
        for name, lap, seconds in _walk(page, address):
            found.setdefault(name, {})[lap] = seconds
        browser.close()
    table = Table("page", "first (s)", "again (s)", title="Explorer")
    for name, laps in found.items():
        table.add_row(name, f"{laps['first']:.2f}", f"{laps['again']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
