"""What a file is called: by the link to it, else by its server; by that name a text is told from a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.collecting.ledger import open_ledger
from tests.collecting.test_crawl_run import Place, counts
from tests.collecting.web import LIST, PDF, page, portal, report_url


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_ledger(tmp_path / "objects" / "ledger.sqlite") as ledger:
        yield Place(tmp_path, ledger)


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("附件", "2025年年报.pdf"),
        ("点击下载：", "2025年年报.pdf"),
        ("", "2025年年报.pdf"),
        ("某局2025年年报.pdf", "某局2025年年报.pdf"),
    ],
)
def test_a_file_has_the_name_its_server_gives_it_where_the_link_says_none(place: Place, link: str, title: str) -> None:
    web, url = portal(2025), f"{LIST}202601/downfile.jsp?id=7"
    web.pages[report_url(2025)] = page("x").replace(b"</div>", f'<a href="{url}">{link}</a></div>'.encode())
    web.pages[url] = PDF
    stated = 'attachment; filename="../../2025年年报.pdf"'
    web.headers[url] = {"content-disposition": stated.encode("gbk").decode("latin-1")}
    for _ in range(2):  # the page is read again, and names the file as before
        assert place.crawl(web).failed == 0
        assert place.row(url).title == title
    assert [path.name for path in place.root.rglob("*年报*")] == []


def test_a_text_that_its_server_names_so_is_a_file_though_its_address_does_not_say_so(place: Place) -> None:
    web, url = portal(2025), f"{LIST}202601/downfile.jsp?id=7"
    web.pages[report_url(2025)] = page("x").replace(b"</div>", f'<a href="{url}">x</a></div>'.encode())
    web.pages[url] = "一、总体情况：全年公开信息 12 条。".encode()
    assert counts(place.crawl(web)) == {"created": 1, "refused": 1}
    web.headers[url] = {"content-disposition": "attachment; filename=nb.txt"}
    assert counts(place.crawl(web, days=8)) == {"created": 1, "unchanged": 1}
