"""Quirks of a whole page: columns and rows nobody sees, odd spans, content in scripts and strings, other encodings."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from html import escape

from benchmarks.corpus.layouts import (
    Layout,
    html,
    page,
    pipe_rows,
    row_lines,
    spaced_lines,
    tab_rows,
)
from benchmarks.corpus.printing import Printout
from benchmarks.corpus.quirks.quirk import Quirk
from benchmarks.corpus.spans import TITLE

_HEAD = f"<!DOCTYPE html><html><head><title>{TITLE}</title></head><body>"
_END = "</body></html>"


def _changed(
    change: Callable[[str], str], encoding: str, layout: Layout, rng: random.Random, printout: Printout, _: list[str]
) -> bytes:
    return change(page(rng, printout, layout)).encode(encoding)


def _mime(text: str) -> str:
    message = EmailMessage()
    message["Subject"] = TITLE
    message.set_content(text, subtype="html", cte="quoted-printable")
    message.make_mixed(boundary="part")
    return message.as_string()


def _body(text: str) -> str:
    return text.removeprefix("<html><body>").removesuffix("</body></html>")


def _escapes(text: str) -> str:
    return json.dumps(text)[1:-1]


def _each_cell(before: str, after: str, text: str) -> str:
    return re.sub(r"(<td[^>]*>)([^<]*)</td>", rf"\1{before}\2{after}</td>", text)


def _markdown(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        [f"# {lines[0]}", *(f"## {x}" if re.match("[一二三四五六]、", x) and "|" not in x else x for x in lines[1:])]
    )


def _commas(text: str) -> str:
    return "\n".join(",".join(f'"{c}"' if "," in c else c for c in line.split("\t")) for line in text.split("\n"))


_WHOLE: dict[str, Callable[[str], str]] = {
    "colspan 1000": lambda t: t.replace('colspan="7"', 'colspan="1000"').replace('colspan="6"', 'colspan="1000"'),
    "hidden first column": lambda t: t.replace("<tr>", '<tr><td style="display:none">7</td>'),
    "empty rows": lambda t: t.replace("</tr>", "</tr><tr></tr>"),
    "table in every cell": partial(_each_cell, "<table><tbody><tr><td>", "</td></tr></tbody></table>"),
    "paragraph in every cell": partial(_each_cell, "<p><span>", "</span></p>"),
    "input in every cell": lambda t: re.sub(r"<td>(\d+)</td>", r'<td><input value="\1" size="4"></td>', t),
    "closing tags left out": lambda t: t.replace("</td>", "").replace("</tr>", ""),
    "upper case tags": lambda t: re.sub(r"<(/?)(\w+)", lambda m: f"<{m[1]}{m[2].upper()}", t),
    "text/html script": lambda t: f'{_HEAD}<script type="text/html" id="c">{_body(t)}</script>{_END}',
    "template tag": lambda t: f"{_HEAD}<template>{_body(t)}</template>{_END}",
    "js string": lambda t: f"{_HEAD}<script>var content = {json.dumps(_body(t), ensure_ascii=False)};</script>{_END}",
    "js escapes": lambda t: f'{_HEAD}<script>var c="{_escapes(_body(t))}";</script>{_END}',
    "document.write": lambda t: f"{_HEAD}<script>document.write({json.dumps(_body(t))});</script>{_END}",
    "textarea": lambda t: f"{_HEAD}<textarea>{escape(_body(t))}</textarea>{_END}",
    "xmp": lambda t: f"{_HEAD}<xmp>{_body(t)}</xmp>{_END}",
    "cdata": lambda t: (
        f"<?xml version='1.0'?><doc><title>{TITLE}</title><content><![CDATA[{_body(t)}]]></content></doc>"
    ),
    "noscript": lambda t: f"{_HEAD}<noscript>{_body(t)}</noscript>{_END}",
    "json": lambda t: json.dumps({"code": 0, "data": {"title": TITLE, "content": _body(t)}}, ensure_ascii=False),
    "json ascii": lambda t: json.dumps({"code": 0, "data": {"title": TITLE, "content": _body(t)}}),
    "json escaped html": lambda t: json.dumps({"data": {"title": TITLE, "content": escape(_body(t))}}),
    "jsonp": lambda t: f"callback({json.dumps({'title': TITLE, 'body': _body(t)})});",
    "mhtml": _mime,
    "long latin line": lambda t: t.replace("<body>", f"<body><p>{'abcdefghij' * 400}二〇二〇年</p>"),
}
_ENCODED = {
    "utf-8 read as gbk": ("utf-8", "gb18030"),
    "utf-8 read as latin-1": ("utf-8", "latin-1"),
    "gbk read as latin-1": ("gbk", "latin-1"),
}


def _misread(written: str, as_if: str, rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    text = page(rng, printout, html)
    return text.encode(written).decode(as_if, errors="replace").encode()


def _cut(rng: random.Random, printout: Printout, figures: list[str]) -> bytes:
    """Return a page that ends within one of the figures."""
    text = page(rng, printout, html)
    return text[: text.index(f">{figures[0]}<") + 4].encode()


def _cut_text(rng: random.Random, printout: Printout, figures: list[str]) -> bytes:
    text = page(rng, printout, pipe_rows)
    return text[: text.index(figures[0]) + 4].encode()


QUIRKS = (
    *(Quirk("html", name, partial(_changed, change, "utf-8", html)) for name, change in _WHOLE.items()),
    *(Quirk("html", name, partial(_misread, *both)) for name, both in _ENCODED.items()),
    *(
        Quirk("html", f"in {name}", partial(_changed, str, name, html))
        for name in ("big5hkscs", "utf-16-le", "utf-16-be", "utf-8-sig", "gb2312")
        if name != "big5hkscs"
    ),
    Quirk("html", "cut in a figure", _cut),
    Quirk("text", "cut in a figure", _cut_text),
    Quirk("text", "markdown", partial(_changed, _markdown, "utf-8", pipe_rows)),
    Quirk("text", "commas", partial(_changed, _commas, "utf-8", tab_rows)),
    Quirk("text", "commas gbk", partial(_changed, _commas, "gb18030", tab_rows)),
    Quirk("text", "windows lines", partial(_changed, lambda t: t.replace("\n", "\r\n"), "utf-8-sig", tab_rows)),
    Quirk("text", "spaced", partial(_changed, str, "utf-8", spaced_lines)),
    Quirk("text", "rows", partial(_changed, str, "utf-8", row_lines)),
)
