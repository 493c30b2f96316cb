"""A web archive -> blocks: its page, or the pages of its frames, with the style sheets that lie beside them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from pipelines.reading.document import Block, Document, Grid, ReadError, only_pictures
from pipelines.reading.html.document import html_blocks
from pipelines.reading.html.pictures import data_of, shown_pictures
from pipelines.reading.limits import Limits
from pipelines.reading.mhtml.parts import Part, archive_parts
from pipelines.reading.pages.beside_text import PICTURES_NOT_THERE, can_be_page, holds_tables, with_pictures
from pipelines.reading.sniffing import MHTML

_FRAMESET = re.compile(r"<frameset\b", re.IGNORECASE)
# What a page of frames names: its frames, the sheets of a workbook, and those again among its properties.
_FRAME = re.compile(
    r"<(?:frame\b[^<>]*?\bsrc|link\b(?=[^<>]*\bid=[\"']?shLink)[^<>]*?\bhref|x:WorksheetSource\b[^<>]*?\bHRef)"
    r"\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>]+))",
    re.IGNORECASE,
)
_STYLE_SHEET = re.compile(
    r"<link\b(?=[^<>]*\brel\s*=\s*[\"']?stylesheet)[^<>]*?\bhref\s*=\s*"
    r"(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>]+))[^<>]*>",
    re.IGNORECASE,
)
_WINDOW = re.compile(
    r"<iframe\b[^<>]*?\bsrc\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>]+))[^<>]*>(?:[^<>]*</iframe>)?", re.IGNORECASE
)
_UNSEEN = re.compile(r"display\s*:\s*none|\bhidden\b|\b(?:width|height)\s*[=:]\s*[\"']?0\b", re.IGNORECASE)
_MAX_WINDOWS = 5  # inside each other
_HIDDEN_SHEET = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden\s*</x:Visible>", re.IGNORECASE)
_TABS = re.compile(r"<meta\b[^<>]*\bExcelTabStrip|tabstrip\.html?$", re.IGNORECASE)


def read_document(data: bytes, limits: Limits) -> Document:
    """Read a web archive. Raises ReadError with the reason of the quarantine."""
    parts = archive_parts(data, limits)
    beside = _Beside(parts)
    blocks: list[Block] = []
    metadata: dict[str, str] = {}
    root = _root(parts)
    pictures: list[tuple[str, bytes]] = []
    absent = 0
    for page in _pages(root, beside, {root.place}):
        text = _with_inner_pages(page, beside, {page.place})
        if page is not root and _HIDDEN_SHEET.search(text):
            continue
        found, stated = html_blocks(text, limits=limits)
        blocks.extend(found)
        metadata = {**stated, **metadata}
        shown = _shown(text, page, beside)
        pictures += [(name, data) for name, data in shown if data is not None and can_be_page(data)]
        absent += sum(data is None for _, data in shown)
    if not blocks and not pictures and any(part.kind.startswith("image/") for part in parts):
        raise only_pictures()
    if not blocks and not pictures:
        raise ReadError("empty", "reading_mhtml.no_text")
    document = Document(MHTML, root.text_encoding(), tuple(_numbered(blocks)), metadata)
    if holds_tables(blocks):
        return document
    if absent:
        document = replace(document, metadata={**metadata, PICTURES_NOT_THERE: str(absent)})
    return with_pictures(document, pictures, limits)


def _shown(text: str, page: Part, beside: _Beside) -> list[tuple[str, bytes | None]]:
    """Return the pictures of a page by name; None stands for one that is not in the archive."""
    found: list[tuple[str, bytes | None]] = []
    for source in shown_pictures(text):
        if (data := data_of(source)) is not None:
            found.append((f"img {len(found) + 1}", data))
            continue
        part = beside.find(source, page)
        name = unquote(source).rpartition("/")[2]
        found.append((name, part.content if part is not None else None))
    return found


def _numbered(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks of all pages with their grids counted through."""
    grids = 0
    for block in blocks:
        if isinstance(block, Grid):
            yield block._replace(index=grids)
            grids += 1
        else:
            yield block


def _root(parts: list[Part]) -> Part:
    """Return the page that the archive begins with: the one that it names, else its first."""
    pages = [part for part in parts if part.is_page]
    if not pages:
        raise ReadError("unsupported_format", "reading_mhtml.no_page")
    return next((page for page in pages if page.is_start), pages[0])


def _pages(root: Part, beside: _Beside, seen: set[str]) -> Iterator[Part]:
    """Yield the pages that are seen: those of the frames of a page that has some, each once.

    Raises ReadError `truncated` where one is not in the archive.
    """
    text = root.text()
    if not _FRAMESET.search(text):
        yield root
        return
    for found in _FRAME.finditer(text):
        target = _target(found)
        page = beside.find(target, root)
        if page is None and not _TABS.search(target):
            raise ReadError("truncated", "reading_mhtml.page_missing", target=target[:80])
        if page is None or page.place in seen or _TABS.search(target):
            continue
        seen.add(page.place)
        yield from _pages(page, beside, seen)


def _with_inner_pages(page: Part, beside: _Beside, around: set[str]) -> str:
    """Return a page with its style sheets, and with the pages in it that its own windows show."""

    def put(found: re.Match[str]) -> str:
        inner = beside.find(_target(found), page)
        if inner is None or not inner.is_page or inner.place in around or _UNSEEN.search(found[0]):
            return found[0]
        return f"<div>{_with_inner_pages(inner, beside, around | {inner.place})}</div>"

    text = _with_styles(page.text(), page, beside)
    return _WINDOW.sub(put, text) if len(around) <= _MAX_WINDOWS else text


def _with_styles(text: str, page: Part, beside: _Beside) -> str:
    """Return a page with the style sheets in it that it links: they may strike, raise or hide what it holds."""

    def put(found: re.Match[str]) -> str:
        sheet = beside.find(_target(found), page)
        return found[0] if sheet is None else f"<style>{sheet.text().replace('</', '<')}</style>"

    return _STYLE_SHEET.sub(put, text)


def _target(found: re.Match[str]) -> str:
    return unescape(next(group for group in found.groups() if group is not None)).strip()


class _Beside:
    """The parts of an archive by what pages call them."""

    def __init__(self, parts: list[Part]) -> None:
        self._named: dict[str, Part] = {}
        for part in parts:
            for name in (part.location, part.ident and f"cid:{part.ident}"):
                if name:
                    self._named.setdefault(_plain(name), part)

    def find(self, target: str, page: Part) -> Part | None:
        """Return the part that a page names, absolutely or as one beside it; None where there is none."""
        folder = page.location.replace("\\", "/").rpartition("/")[0]
        beside = f"{folder}/{target}" if folder else target
        return self._named.get(_plain(target)) or self._named.get(_plain(beside))


def _plain(name: str) -> str:
    name = unquote(name.replace("\\", "/"))
    scheme, colon, path = name.partition("://")
    return (scheme + colon + posixpath.normpath(path) if colon else posixpath.normpath(name)).lower()
