"""Answers of interfaces -> blocks: JSON of any shape, one value a line, or the argument of a callback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.reading.document import Block, Cell, Grid, Paragraph, ReadError
from pipelines.reading.html.document import html_blocks
from pipelines.reading.json.literals import literals, markup, whole
from pipelines.reading.limits import Limits
from pipelines.reading.text.document import numbered_lines, text_blocks

# callback({ ... }), var article = { ... }, or the value alone.
_CALL = r"(?:/\*[^*]{0,200}\*/\s*)?(?:(?:var|let|const)\s+)?[\w$][\w.$]{0,80}\s*[(=]\s*"
_START = re.compile(rf"\ufeff?\s*(?:{_CALL})?(?=[\[{{])")
_FIRST_VALUE = re.compile(r"\{\s*(?:[\"'}]|[A-Za-z_$][\w$]*\s*:)|\[\s*(?:[\[{\"'\]]|-?\d+\s*[,\]])")
_END = re.compile(r"[\s);]*")
_DECODER = json.JSONDecoder(strict=False)
_TITLES = re.compile(r"title$|^(?:name|subject|bt|wzbt|xxbt|docname|topic)$", re.IGNORECASE)
_SUBTITLE = re.compile(r"sub|short|site|channel|column|second|seo|lead", re.IGNORECASE)
_DATES = re.compile(
    r"(?:pub|publish|published|release|rel|issue|issued|show|display|write|fb|fw|cw|send)_?(?:date|time|on|at|rq|sj|day)$"
    r"|^(?:date|time|pubdate)$",
    re.IGNORECASE,
)
_INDEXES = re.compile(r"^(?:(?:content)?_?index_?(?:no|num|number|code)|content_?index|syh|suoyinhao)$", re.IGNORECASE)
_ABSTRACT = re.compile(r"summary|abstract|description|digest|intro|keyword", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST_TITLE, _SHORTEST_TEXT, _DEEPEST, _FEWEST_ROWS = 120, 60, 60, 2
# Milliseconds and seconds since 1970 of years from 2008 to 2038, in the time of Peking.
_SECONDS, _PEKING = (1_199_116_800, 2_145_888_000), timedelta(hours=8)


@dataclass
class Article:
    """A text in an answer: what it calls its title, date and index number, and the parts of it in order."""

    title: str = ""
    published: str = ""
    index_number: str = ""
    pages: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def json_blocks(text: str, *, limits: Limits) -> tuple[tuple[Block, ...], dict[str, str]] | None:
    """Return (blocks, metadata) of an answer, None where a text is none. Raises ReadError `truncated`."""
    start = _START.match(text)
    if start is None or _FIRST_VALUE.match(text, start.end()) is None:
        return None
    value = _value(text, start.end())
    found = list(articles(value)) if value is not None else []
    if not found:
        strings = list(_strings(value)) if value is not None else list(literals(text))
        pages = [page for string in strings if (page := markup(string)) is not None]
        if value is None and not pages:
            return None
        found = [Article(pages=pages) if pages else Article(texts=strings)]
    return article_blocks(found, limits=limits)


def json_value(text: str) -> Any:
    """Return the array or object that a text is or assigns, None where it is none."""
    start = _START.match(text)
    if start is None or _FIRST_VALUE.match(text, start.end()) is None:
        return None
    try:
        value, end = _DECODER.raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return None
    return value if value and _END.fullmatch(text, end) else None


def _value(text: str, start: int) -> Any:
    """Return the value that begins at a place, None where it is no JSON. Raises ReadError where it breaks off."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        return None
    except ValueError as error:
        if text.rstrip(" \t\r\n;)")[-1:] not in ("}", "]"):
            raise ReadError("truncated", "reading_json.cut", end=text.rstrip()[-40:]) from error
        return None
    if _END.fullmatch(text, end):
        return value
    try:
        return [json.loads(line, strict=False) for line in text[start:].splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def articles(value: Any) -> Iterator[Article]:
    """Yield the texts in a value in their order; one without a title has that of the value around it."""
    waiting: list[tuple[Any, Article, int]] = [(value, Article(), 0)]
    while waiting:
        value, around, depth = waiting.pop()
        inner: list[Any] = []
        own = Article(around.title, around.published, around.index_number)
        if isinstance(value, dict):
            _add_members(own, value, inner)
        elif isinstance(value, list):
            if _is_table(value):
                own.rows = [[_printed(item) for item in row] for row in value]
            else:
                for item in value:
                    _add(own, "", item, inner)
        if own.pages or own.texts or own.rows:
            yield own
        if depth < _DEEPEST:
            waiting.extend((item, own, depth + 1) for item in reversed(inner))


def _add_members(own: Article, value: dict[str, Any], inner: list[Any]) -> None:
    titles = [
        (bool(_SUBTITLE.search(key)), place, text)
        for place, (key, text) in enumerate(value.items())
        if isinstance(text, str) and _TITLES.search(key) and 0 < len(text.strip()) <= _LONGEST_TITLE
    ]
    dates = [day for key, given in value.items() if _DATES.search(key) and (day := _day(given))]
    if titles:
        own.title = whole(min(titles)[2]).strip()
    own.published = dates[0] if dates else own.published
    numbers = [given for key, given in value.items() if isinstance(given, str) and _INDEXES.match(key)]
    own.index_number = numbers[0] if numbers else own.index_number
    for key, item in value.items():
        _add(own, key, item, inner)
    if own.pages:
        own.texts.clear()  # the same without its tags
        own.pages[:] = list(dict.fromkeys(own.pages))


def _add(own: Article, key: str, item: Any, inner: list[Any]) -> None:
    if isinstance(item, (dict, list)):
        inner.append(item)
    elif isinstance(item, str) and not _ABSTRACT.search(key):
        text = item.strip()
        if text[:1] in ("{", "[") and text[-1:] in ("}", "]") and (packed := json_value(text)) is not None:
            inner.append(packed)
        elif (page := markup(text)) is not None:
            own.pages.append(whole(page))
        elif len(text) >= _SHORTEST_TEXT and _HAN.search(text):
            own.texts.append(whole(text))


def _is_table(value: list[Any]) -> bool:
    return len(value) >= _FEWEST_ROWS and all(
        isinstance(row, list) and row and not any(isinstance(item, (dict, list)) for item in row) for row in value
    )


def _printed(item: Any) -> str:
    return "" if item is None else whole(str(item)).strip()


def _day(given: Any) -> str:
    """Return a date as it is given, or of a number of seconds or milliseconds."""
    if isinstance(given, str) and not given.strip().isdecimal():
        return given.strip()
    if isinstance(given, bool) or not isinstance(given, (int, str)):
        return ""
    number = int(given) if len(str(given)) <= 14 else 0
    seconds = number // 1000 if number > _SECONDS[1] else number
    if not _SECONDS[0] <= seconds <= _SECONDS[1]:
        return str(given)
    return (datetime.fromtimestamp(seconds, UTC) + _PEKING).date().isoformat()


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and value.strip():
            yield whole(value)
        elif isinstance(value, dict):
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def article_blocks(found: list[Article], *, limits: Limits) -> tuple[tuple[Block, ...], dict[str, str]]:
    """Return (blocks, metadata) of texts: each under its title; what only one states is stated of the whole."""
    blocks: list[Block] = []
    titled = ""
    for article in found:
        if article.title and article.title != titled:
            titled = article.title
            blocks.append(Paragraph(titled, 0, is_heading=True))
        for page in article.pages:
            blocks.extend(fragment_blocks(page, limits=limits))
        for text in article.texts:
            blocks.extend(text_blocks(numbered_lines(text), limits=limits))
        if article.rows:
            blocks.append(_grid(article.rows, limits))
    titles = {article.title for article in found if article.title}
    dates = {article.published for article in found if article.published}
    metadata = {"title": titles.pop()} if len(titles) == 1 else {}
    if len(dates) == 1:
        metadata["published"] = dates.pop()
    numbers = {article.index_number for article in found if article.index_number}
    if len(numbers) == 1:
        metadata["index_number"] = numbers.pop()
    return numbered(blocks), metadata


def fragment_blocks(page: str, *, limits: Limits) -> tuple[Block, ...]:
    """Return the blocks of markup that a program holds. Raises ReadError `truncated` where it ends inside a table."""
    lowered = page.lower()
    if lowered.rfind("<table") > lowered.rfind("</table"):
        raise ReadError("truncated", "reading_json.table_cut")
    return html_blocks(page, limits=limits)[0]


def _grid(rows: list[list[str]], limits: Limits) -> Grid:
    if max(map(len, rows)) > limits.grid_columns:
        raise ReadError("too_many_columns", "reading_json.too_many_columns", limit=limits.grid_columns)
    if sum(map(len, rows)) > limits.grid_cells:
        raise ReadError("too_many_cells", "reading_json.too_many_cells", limit=limits.grid_cells)
    cells = (tuple(Cell(text, r, c, 1, 1, 0) for c, text in enumerate(row)) for r, row in enumerate(rows))
    return Grid(0, tuple(cells), spanned=False)


def numbered(blocks: list[Block]) -> tuple[Block, ...]:
    """Return blocks of several texts with their grids numbered through."""
    index = 0
    done: list[Block] = []
    for block in blocks:
        is_grid = isinstance(block, Grid)
        done.append(block._replace(index=index) if isinstance(block, Grid) else block)
        index += is_grid
    return tuple(done)
