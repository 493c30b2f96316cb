"""Text, pages and archives made to cost a reader its time, its memory or its mind; anybody may put such on a portal.

Belongs here: files that are hostile by what they hold. Keep out: faults of the reading itself (`faults`) and reports
with damage of every day (`damage`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

_HEAD = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>测试区2020年政府信息公开工作年度报告</title></head><body>"
)
_END = "</body></html>"
_MB = 1 << 20


def page(body: str) -> bytes:
    """Return a whole page."""
    return f"{_HEAD}{body}{_END}".encode()


def deep_tags(depth: int = 200_000) -> bytes:
    """Return a page whose tags are nested, none closed."""
    return page("<div>" * depth)


def closed_tags(depth: int = 200_000) -> bytes:
    """Return a page whose tags are nested and closed."""
    return page("<b>" * depth + "0" + "</b>" * depth)


def deep_tables(depth: int = 1_500) -> bytes:
    """Return tables inside each other's cells, as deep as the budget allows."""
    return page("<table><tr><td>" * depth + "0" + "</td></tr></table>" * depth)


def deep_lists(depth: int = 2_400) -> bytes:
    """Return lists of links inside each other."""
    return page("<ul><li><a href=x>a</a>" * depth)


def wide_spans(cells: int = 200) -> bytes:
    """Return a table whose cells each ask for 65,535 rows of 1,000 columns."""
    return page("<table><tr>" + "<td rowspan=65535 colspan=1000>0</td>" * cells + "</tr></table>")


def tall_spans(rows: int = 3_000) -> bytes:
    """Return a table in which every row begins a cell of 65,535 rows."""
    return page("<table>" + "<tr><td rowspan=65535>0</td><td>1</td></tr>" * rows + "</table>")


def endless_spans() -> bytes:
    """Return a table with spans that are no numbers of this world."""
    spans = ("-1", "0", "9" * 5_000, "1e9", "٣", "２", "NaN", " 7 ", "0x10", "4294967297")
    return page("<table><tr>" + "".join(f"<td colspan='{s}' rowspan='{s}'>0</td>" for s in spans) + "</tr></table>")


def many_tables(tables: int = 100_000) -> bytes:
    """Return a page of small tables."""
    return page("<table><tr><td>规章</td><td>0</td></tr></table>" * tables)


def long_attribute(size: int = 10_000_000) -> bytes:
    """Return a page with one attribute of that many bytes."""
    return page(f"<table title='{'x' * size}'><tr><td>规章</td><td>0</td></tr></table>")


def many_attributes(count: int = 200_000) -> bytes:
    """Return a tag with that many attributes."""
    return page("<table " + " ".join(f"a{n}=1" for n in range(count)) + "><tr><td>规章</td><td>0</td></tr></table>")


def sized_page(size: int) -> bytes:
    """Return a page of about so many bytes: the rows of a table over and over."""
    return page("<table>" + "<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>" * (size // 58) + "</table>")


def sized_prose(size: int) -> bytes:
    """Return a page of about so many bytes of paragraphs."""
    return page("<p>一、总体情况 规章 1 件，行政许可 2 件。</p>" * (size // 58))


def one_line(size: int) -> bytes:
    """Return text without a line break."""
    return ("规章 0 0 0 行政许可 1 " * (size // 32)).encode()


def pipes(size: int) -> bytes:
    """Return text of cell marks."""
    return ("| | 规章 | 0 " * (size // 18)).encode()


def huge_number(digits: int = 1_000_000) -> bytes:
    """Return a table whose figure has that many digits."""
    figure = "9" * digits
    return page(
        "<p>第二十条第（一）项</p><table><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td>"
        f"<td>现行有效件数</td></tr><tr><td>规章</td><td>{figure}</td><td>-{figure}</td><td>0.{figure}</td></tr></table>"
    )


def truncated_page() -> bytes:
    """Return a page that ends inside a tag."""
    return page("<table><tr><td>规章</td><td>1</td></tr></table>")[:-20] + b"<td cl"


def zip_of(members: dict[str, bytes], *, stored: bool = False) -> bytes:
    """Return an archive."""
    packed = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return packed.getvalue()


def zip_bomb(megabytes: int = 64) -> bytes:
    """Return a small archive with a member of that many megabytes of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("report.txt", "w") as member:
        for _ in range(megabytes):
            member.write(bytes(_MB))
    return packed.getvalue()


POISONS: dict[str, Callable[[], bytes]] = {
    "deep tags": deep_tags,
    "deep tables": deep_tables,
    "wide spans": wide_spans,
    "long attribute": long_attribute,
    "truncated": truncated_page,
    "zip bomb": zip_bomb,
}
