"""A source as a WARC file: read back by another tool, its digests checked, its bytes as the format has them."""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.exceptions import ArchiveLoadFailed

from pipelines.cli import app
from pipelines.collecting.ledger import open_ledger
from pipelines.collecting.warc_export import WarcMissing, export_warc
from pipelines.raw.raw_store import RawStore
from tests.collecting.test_body_digest import ONE, REPORT, TWO, page
from tests.collecting.test_crawl_run import Place
from tests.collecting.web import HOST, LIST, PDF, portal, report_url

LEDGER = Path("objects") / "ledger.sqlite"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    root = tmp_path / "data" / "raw"
    with open_ledger(root / LEDGER) as ledger:
        yield Place(root, ledger)


def crawled(place: Place) -> None:
    """Crawl five times: new; unchanged by its tag; the same bytes; other bytes that say the same; another content."""
    web, url = portal(2024, 2025, files={2024: "nb.pdf"}), report_url(2025)
    web.pages[f"{HOST}/f/nb.pdf?token={ONE['token']}"] = PDF
    web.pages[f"{HOST}/f/nb.pdf?token={TWO['token']}"] = PDF
    web.pages[url] = page(ONE, REPORT)
    web.headers[url] = {"content-encoding": "gzip", "x-note": "a\tb", "content-length": "17"}
    place.crawl(web)
    place.crawl(web)
    web.knows_etags = False
    place.crawl(web)
    web.pages[url] = page(TWO, REPORT)
    place.crawl(web)
    web.pages[url] = page(TWO, REPORT.replace("12条", "13条"))
    assert place.crawl(web).updated == 1


def records(path: Path) -> list[tuple[str, dict[str, str], Any, bytes]]:
    with path.open("rb") as file:
        return [
            (each.rec_type, dict(each.rec_headers.headers), each.http_headers, each.content_stream().read())
            for each in ArchiveIterator(file, check_digests="raise")
        ]


def test_another_tool_reads_back_what_was_fetched(place: Place, tmp_path: Path) -> None:
    crawled(place)
    done = export_warc("test-a", place.root / LEDGER, place.store, tmp_path / "a.warc.gz")
    found = records(tmp_path / "a.warc.gz")
    assert Counter(kind for kind, *_ in found) == done.records
    assert done.missing == [] and done.records["warcinfo"] == 1 and done.records["metadata"] == 1
    bodies = {(head["WARC-Target-URI"], body) for kind, head, _, body in found if kind == "response"}
    assert bodies == {(file.url, place.store.read(file.file_sha256)) for file in final(place)}
    rows = place.ledger._database.execute(
        "SELECT at, final_url, headers FROM fetch WHERE url = ? AND outcome = 'created'", (report_url(2025),)
    ).fetchall()
    (first,) = [each for each in found if each[1].get("WARC-Target-URI") == rows[0][1] and each[0] == "response"][:1]
    assert first[1]["WARC-Date"] == f"{rows[0][0][:19]}Z"
    assert first[2].get_statuscode() == "200" and first[2].get_header("etag")
    assert first[2].get_header("content-encoding") is None and first[2].get_header("set-cookie") is None
    assert first[2].get_header("X-Archive-Orig-content-encoding") == "gzip"
    assert first[2].get_header("Content-Length") == str(len(first[3])) and first[2].get_header("x-note") == "a b"


def final(place: Place) -> list[Any]:
    """Return the stored files under the addresses that they came from, with what a visit's token made of one."""
    by_url = dict(place.ledger._database.execute("SELECT url, final_url FROM fetch WHERE final_url IS NOT NULL"))
    assert by_url[report_url(2025)] == report_url(2025)
    addresses = place.ledger._database.execute(
        "SELECT DISTINCT final_url, file_sha256 FROM fetch WHERE outcome IN ('created', 'updated') "
        "OR (outcome = 'unchanged' AND reason IS NULL AND final_url LIKE '%token=%')"
    )
    return [type("F", (), {"url": url, "file_sha256": sha256}) for url, sha256 in addresses]


def test_a_visit_that_found_the_same_is_a_revisit_of_the_first(place: Place, tmp_path: Path) -> None:
    crawled(place)
    export_warc("test-a", place.root / LEDGER, place.store, tmp_path / "a.warc")
    found = records(tmp_path / "a.warc")
    url = report_url(2025)
    of_page = [(kind, head, http) for kind, head, http, _ in found if head.get("WARC-Target-URI") == url]
    assert [kind for kind, *_ in of_page] == ["response", "revisit", "revisit", "metadata", "response"]
    first, by_tag, by_bytes, _, _ = of_page
    for revisit, profile in ((by_tag, "server-not-modified"), (by_bytes, "identical-payload-digest")):
        head = revisit[1]
        assert head["WARC-Profile"].endswith(profile)
        assert head["WARC-Payload-Digest"] == first[1]["WARC-Payload-Digest"]
        assert (head["WARC-Refers-To-Target-URI"], head["WARC-Refers-To-Date"]) == (url, first[1]["WARC-Date"])
        assert head["WARC-Date"] > first[1]["WARC-Date"]
    assert by_tag[2].get_statuscode() == "304" and by_bytes[2].get_statuscode() == "200"
    (told,) = [body for kind, _, _, body in found if kind == "metadata"]
    assert b"reason: same_body" in told


def test_the_bytes_are_as_the_format_has_them(place: Place, tmp_path: Path) -> None:
    crawled(place)
    export_warc("test-a", place.root / LEDGER, place.store, tmp_path / "a.warc")
    export_warc("test-a", place.root / LEDGER, place.store, tmp_path / "a.warc.gz")
    data = (tmp_path / "a.warc").read_bytes()
    packed = (tmp_path / "a.warc.gz").read_bytes()
    assert gzip.decompress(packed) == data, "the same records, the same ids, each time"
    at, blocks = 0, []
    while at < len(data):
        assert data.startswith(b"WARC/1.1\r\n", at)
        head, _, _ = data[at:].partition(b"\r\n\r\n")
        assert b"\n" not in head.replace(b"\r\n", b"")
        (length,) = re.findall(rb"\r\nContent-Length: (\d+)", head)
        end = at + len(head) + 4 + int(length)
        assert data[end : end + 4] == b"\r\n\r\n"
        blocks.append(data[at : end + 4])
        at = end + 4
    rest, members = packed, []
    while rest:
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        members.append(inflate.decompress(rest))
        rest = inflate.unused_data
    assert members == blocks, "each record is a member of its own"
    ids = re.findall(rb"WARC-Record-ID: (<urn:uuid:[0-9a-f-]{36}>)", data)
    assert len(set(ids)) == len(ids) == len(blocks)


def test_the_checker_of_another_tool_finds_nothing_wrong(place: Place, tmp_path: Path) -> None:
    crawled(place)
    path = tmp_path / "a.warc.gz"
    export_warc("test-a", place.root / LEDGER, place.store, path)

    class Given:
        inputs, verbose = (str(path),), False

    checker = Checker(Given)
    checker.process_all()
    assert checker.exit_value == 0
    plain = tmp_path / "a.warc"
    export_warc("test-a", place.root / LEDGER, place.store, plain)
    plain.write_bytes(plain.read_bytes().replace("12条".encode(), "14条".encode(), 1))
    with pytest.raises(ArchiveLoadFailed, match="digest"):
        records(plain)


def test_without_the_library_it_says_how_to_install_it(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled(place)
    monkeypatch.setitem(sys.modules, "warcio.warcwriter", None)
    with pytest.raises(WarcMissing, match="make install-archive"):
        export_warc("test-a", place.root / LEDGER, place.store, tmp_path / "a.warc.gz")
    assert list(tmp_path.glob("*.warc.gz*")) == list(tmp_path.glob(".*.part")) == []


def test_the_command_writes_says_and_refuses(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    run, path = CliRunner().invoke, tmp_path / "a.warc.gz"
    empty = run(app, ["source", "warc", "test-a", str(path)])
    assert empty.exit_code == 2 and "nothing of it was fetched" in empty.output
    crawled(place)
    assert run(app, ["source", "warc", "test-a", str(tmp_path / "a.zip")]).exit_code == 2
    assert run(app, ["source", "warc", "x'; --", str(path)]).exit_code == 2
    done = run(app, ["source", "warc", "test-a", str(path)])
    assert done.exit_code == 0 and "1 metadata" in done.stdout and "revisit" in done.stdout, done.output
    again = run(app, ["source", "warc", "test-a", str(path)])
    assert again.exit_code == 1 and "is there already" in again.output
    lost = RawStore(place.root).path(place.row(f"{LIST}202501/nb.pdf").file_sha256 or "")
    lost.unlink()
    partly = run(app, ["source", "warc", "test-a", str(tmp_path / "b.warc.gz")])
    assert partly.exit_code == 3 and "missing" in partly.output
    assert len(records(tmp_path / "b.warc.gz")) < len(records(path))
