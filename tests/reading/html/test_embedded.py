"""Pages whose text a script shows: where it is read from, and where it is not."""

from __future__ import annotations

import html
import json

import pytest

from pipelines.reading import Document, Grid, Paragraph, read

ROWS = "".join(f"<tr><td>规章{n}</td><td>{n}</td></tr>\n" for n in range(100, 130))
TEXT = f"<h1>年报</h1>\n<table>{ROWS}</table>"
SHOWN = [[f"规章{n}", str(n)] for n in range(100, 130)]


def page(body: str) -> Document:
    head = "<!DOCTYPE html><html><head><title>年报</title></head>"
    return read(f"{head}<body><div id=app></div>{body}</body></html>".encode())


def cells(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for b in document.blocks if isinstance(b, Grid) for row in b.rows]


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        f"<script>var content = {literal(TEXT)};</script>",
        f"<script>var content = {literal(TEXT).replace('</', '<' + chr(92) + '/')};</script>",
        f"<script>var content = {literal(html.escape(TEXT))};</script>",
        f"<script>var content = {literal(TEXT).replace('<', chr(92) + 'x3c')};</script>",
        "<script>" + "".join(f"document.write({literal(line)});" for line in TEXT.split("\n")) + "</script>",
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'data': {'content': TEXT}})}</script>",
        f"<script>var o = JSON.parse({literal(json.dumps({'content': TEXT}))});</script>",
        f"<script type='text/html'>{TEXT}</script>",
        f"<template>{TEXT}</template>",
        f"<noscript>{TEXT}</noscript>",
        f"<textarea style='display:none'>{html.escape(TEXT)}</textarea>",
        f"<textarea hidden>{html.escape(html.escape(TEXT))}</textarea>",
        f"<xmp>{TEXT}</xmp>",
        f"<div>{html.escape(TEXT)}</div>",
        f"<iframe srcdoc='{html.escape(TEXT)}'></iframe>",
        f"<input type=hidden value='{html.escape(TEXT)}'>",
        f"<textarea>{html.escape(TEXT)}</textarea><script>var copy = {literal(TEXT)}</script>",
    ],
)
def test_a_text_that_a_script_shows_is_read_once(body: str) -> None:
    assert cells(page(body)) == SHOWN


@pytest.mark.parametrize(
    "text",
    [
        f"<rss><item><title>年报</title><description><![CDATA[{TEXT}]]></description></item></rss>",
        f'<?xml version="1.0"?><root><content>{html.escape(TEXT)}</content></root>',
    ],
)
def test_a_text_in_xml_is_read(text: str) -> None:
    assert cells(read(text.encode())) == SHOWN


def test_what_a_page_shows_comes_first() -> None:
    other = html.escape(TEXT.replace("<td>101<", "<td>999<"))
    assert cells(page(f"{TEXT}<textarea hidden>{other}</textarea>")) == SHOWN


def test_small_tables_of_a_page_stay_beside_the_text_of_its_script() -> None:
    index = "<table><tr><td>索引号</td><td>1</td></tr></table>"
    document = page(f"{index}<script>var c = {literal(TEXT)}</script>")
    assert cells(document) == [["索引号", "1"], *SHOWN]
    assert [b.index for b in document.blocks if isinstance(b, Grid)] == [0, 1]


def test_cells_that_a_script_fills_are_not_read() -> None:
    computed = literal(TEXT).replace("<td>101<", '<td>" + data.rules + "<')
    document = page(f"<script>document.write({computed});</script>")
    assert cells(document) == []
    assert document.metadata["by_script"]


@pytest.mark.parametrize("body", [f"<!-- {TEXT} -->", f"<!-- <script>var c = {literal(TEXT)}</script> -->"])
def test_a_comment_is_shown_by_nothing(body: str) -> None:
    assert cells(page(body)) == []


def test_a_text_in_words_is_read_where_a_page_shows_next_to_nothing() -> None:
    words = f"<p>一、总体情况</p><p>{'某' * 700}</p>"
    script = f"<script>var c = {literal(words)}</script>"
    assert Paragraph("一、总体情况", 0) in page(script).blocks
    assert Paragraph("一、总体情况", 0) not in page(f"<p>{'正文' * 300}</p>{script}").blocks
