"""A real browser walks every page: what a reader does, no error in the console, no request off the machine."""

from __future__ import annotations

import io
import os
import shutil
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from pipelines.exploring.addresses import NAMES
from pipelines.releases.layout import Layout
from tests.exploring.hostile import hostile_strings
from tests.exploring.hostile_release import FIRST_AGENCY, FIRST_REPORT, PATHS, publish_hostile
from tests.exploring.serving import served
from tests.office.county_office import PLACE, report_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

_CHROMIUM = "/usr/bin/chromium"
_REQUIRED = os.environ.get("GONGKAI_REQUIRE_BROWSER") == "1"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_WAIT, _TOLD = 30_000, 1_500


@pytest.fixture(scope="module")
def project(explored: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    root = tmp_path_factory.mktemp("browsed") / "project"
    shutil.copytree(explored.root, root, symlinks=True)
    return Layout(root)


@pytest.fixture(scope="module")
def address(project: Layout) -> Iterator[str]:
    with served(project) as found:
        yield found


class _Watched:
    """A page with everything that went wrong on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2] if "//" in request.url else ""))
        page.on("dialog", self._refuse)

    def _refuse(self, dialog: Dialog) -> None:
        self.errors.append(dialog.message)
        dialog.dismiss()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector(".gk-head, .gk-empty", timeout=_WAIT)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=_WAIT)
        assert not self.page.locator("[data-testid=stException]").count()

    def check(self) -> None:
        assert not self.errors
        assert self.hosts <= {self.address.removeprefix("http://"), ""}
        assert self.page.evaluate("window.harmed === undefined")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(_CHROMIUM).exists():
        if _REQUIRED:
            pytest.fail(f"GONGKAI_REQUIRE_BROWSER=1 and there is no {_CHROMIUM}")
        pytest.skip(f"no {_CHROMIUM}: apt-get install chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only where there is a browser

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[_Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    seen = _Watched(context.new_page(), address)
    yield seen
    seen.check()
    context.close()


def test_other_names_of_this_machine_are_not_answered(address: str) -> None:
    port = int(address.rpartition(":")[2])
    assert _handshake(port, f"127.0.0.1:{port}").startswith("HTTP/1.1 101")
    assert not _handshake(port, f"evil.example:{port}").startswith("HTTP/1.1 101")


def _handshake(port: int, host: str) -> str:
    """Return the first line of the answer to a reader's first words."""
    words = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join([*words, "", ""]).encode())
        return connection.recv(200).decode("latin-1").splitlines()[0]


def test_walks_from_the_search_to_the_printed_cell(watched: _Watched) -> None:
    page = watched.page
    watched.open("/")
    page.get_by_text("覆盖率：哪些政府尚未公布").wait_for(timeout=_WAIT)
    page.get_by_role("link", name="行政机关").click()
    page.get_by_label("查找行政机关").fill("东昌")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="东昌区人民政府").click()
    page.get_by_role("link", name="2020", exact=True).first.click()
    page.get_by_role("tab", name="审核发现的问题").click()
    page.get_by_role("link", name="结果维持 + 结果纠正 + 其他结果 + 尚未审结 = 总计").click()
    marked = page.locator("td.marked")
    marked.wait_for(timeout=_WAIT)
    assert marked.inner_text().strip() == "0"
    assert "587" in page.locator("tr", has=marked).inner_text()
    assert "cell=reviews.reconsideration.total" in page.url
    page.reload()
    page.locator("td.marked").wait_for(timeout=_WAIT)


def test_links_are_followed_without_loading_anew_and_restrictions_go_along(watched: _Watched) -> None:
    page = watched.page
    watched.open("/?page=agencies&q=dongchang")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("link", name="东昌区人民政府").click()
    page.locator("table.form a").first.click()
    page.locator("td.marked").wait_for(timeout=_WAIT)
    page.go_back()
    page.locator("table.form").first.wait_for(timeout=_WAIT)
    page.go_back()
    page.get_by_label("查找行政机关").wait_for(timeout=_WAIT)
    assert page.get_by_label("查找行政机关").input_value() == "dongchang"
    assert page.evaluate("window.sameDocument") is True
    page.get_by_role("link", name="东昌区人民政府").click()
    page.locator("table.form").first.wait_for(timeout=_WAIT)
    page.get_by_role("link", name="行政机关", exact=True).click()
    page.get_by_label("查找行政机关").wait_for(timeout=_WAIT)
    watched.open("/?page=audit")
    page.keyboard.press("/")
    page.locator("[data-testid=stTextInput] input:focus").wait_for(timeout=_WAIT)
    page.keyboard.type("/")
    assert page.get_by_label("查找行政机关").input_value() == "/"
    watched.open("/?years=2020")
    chosen = page.locator("[data-testid=stSidebar] [data-testid=stMultiSelect]").first
    for name in ("来源", "指标"):
        page.get_by_role("link", name=name, exact=True).click()
        page.locator("h1", has_text=name).wait_for(timeout=_WAIT)
        watched.settle()
    assert "2020" in chosen.inner_text()


def test_the_path_of_a_page_leads_to_it(watched: _Watched) -> None:
    for name in NAMES:
        watched.open(f"/{name}")
        assert watched.page.locator("h1").count() == 1
        assert name == "overview" or f"/{name}" in watched.page.url


def test_walks_every_page(watched: _Watched) -> None:
    watched.open("/")
    for name in ("行政机关", "指标", "审核", "来源", "下载", "报送汇总", "查询", "总览"):
        watched.page.get_by_role("link", name=name, exact=True).click()
        watched.page.locator("h1", has_text=name if name != "总览" else "全国").wait_for(timeout=_WAIT)
        watched.settle()
    watched.page.get_by_text("English", exact=True).click()
    watched.page.get_by_role("link", name="Indicators").wait_for(timeout=_WAIT)
    watched.page.locator("h1", has_text="Annual reports").wait_for(timeout=_WAIT)
    assert watched.page.locator("h1").count() == 1


def test_downloads_excel(watched: _Watched) -> None:
    page = watched.page
    watched.open("/?page=downloads")
    page.get_by_role("button", name="生成文件").click()
    save = page.get_by_role("button", name="保存")
    save.wait_for(timeout=2 * _WAIT)
    with page.expect_download(timeout=_WAIT) as download:
        save.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    data = Path(download.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert "xl/workbook.xml" in book.namelist()


def test_an_office_gets_from_a_folder_to_its_results(watched: _Watched, tmp_path: Path) -> None:
    page, folder = watched.page, tmp_path / "报送"
    folder.mkdir()
    (folder / "财政局.docx").write_bytes(report_file(f"{PLACE}财政局", "docx", fault="a total"))
    watched.open("/?page=office")
    # The button is pressed while the path is still being typed.
    page.get_by_role("textbox", name="完整路径").fill(str(folder))
    page.get_by_role("button", name="开始核对").click()
    page.get_by_role("tab", name="报送情况").wait_for(timeout=2 * _WAIT)
    watched.settle()
    assert "莒县财政局" in page.locator("table.units").inner_text()
    assert not page.get_by_text("选择在核对之后有改动").count()
    with page.expect_download(timeout=_WAIT) as download:
        page.get_by_role("button", name="下载全部结果").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert {Path(name).suffix for name in archive.namelist()} >= {".xlsx", ".html"}
    page.get_by_text("各单位的报告和选项").click()
    page.get_by_text("上传 ZIP 或文件").click()
    watched.settle()
    with page.expect_response(lambda answer: "upload_file" in answer.url, timeout=_WAIT):
        page.locator("input[type=file]").first.set_input_files(folder / "财政局.docx")
    page.get_by_text("选择在核对之后有改动").wait_for(timeout=_WAIT)
    # The page is told of the file after the server has it.
    page.wait_for_timeout(_TOLD)
    watched.settle()
    page.get_by_role("button", name="重新核对").click()
    page.get_by_text("选择在核对之后有改动").wait_for(state="detached", timeout=2 * _WAIT)
    watched.settle()
    assert "莒县财政局" in page.locator("table.units").inner_text()
    assert [path.name for path in tmp_path.rglob("*")] == ["报送", "财政局.docx"]


def test_hostile_strings_do_nothing_and_a_new_release_is_noticed(watched: _Watched, project: Layout) -> None:
    page = watched.page
    watched.open("/")
    publish_hostile(project)
    page.get_by_role("link", name="审核").click()
    page.get_by_role("button", name="换用新的数据版本").click()
    page.get_by_role("button", name="换用新的数据版本").wait_for(state="detached", timeout=_WAIT)
    for path in ("/?page=agencies&q=script", "/?page=audit", "/?page=indicators"):
        watched.open(path)
        page.locator("table.gk").first.wait_for(timeout=_WAIT)
        assert page.locator("table.gk").count()
    for place in (0, 4):
        watched.open(f"/?page=agencies&agency={FIRST_AGENCY + place}")
    watched.open(f"/?page=source&report={FIRST_REPORT + 1}&cell={PATHS[0]}")
    text = quote(hostile_strings(1)[0])
    watched.open(f"/?page=agencies&q={text}&lang={text}")
