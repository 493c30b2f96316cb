"""Marks of Markdown in a text -> what they mark: headings, bold lines and cells, the rule under the head of a table.

What marks one text may be print in another: escapes, slanted words and entities are resolved only in a text that a
heading or the rule of a table proves to be Markdown.
"""

from __future__ import annotations

import re
from html import unescape

Line = tuple[int, str]

# # 标题 and #标题, but no #1; a closing row of marks stands after a space, and {#name} is a name for links.
_HEADING = re.compile(r"\s{0,3}[#＃]{1,6}(?:[ \t\u3000\xa0]+(?=\S)|(?=[\u3400-\u9fff《（【*\[]))")
_CLOSING = re.compile(r"(?:(?<=[ \t\u3000])#{1,6}|[ \t]*\{#[\w-]{1,80}\})$")
_HEAD_RULE = re.compile(r"\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?")
_BOLD, _SLANTED = ("**", "__"), ("*", "_", "`")
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\((?:https?:|/|\.|#|\w)[^()\s]{0,500}(?:[ \t]+\"[^\"]{0,200}\")?\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{}~])")
_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})[ \t]*[\w+-]{0,30}[ \t]*")
_FIELD = re.compile(r"(title|date)[ \t]*:[ \t]*[\"']?(.+?)[\"']?[ \t]*", re.IGNORECASE)
_PUBLISHED = "发布日期："
_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_TABLE_LINE = re.compile(r"^[ \t]{0,3}\|.*\|[ \t]*\r?$", re.MULTILINE)
_STRUCTURE = re.compile(r"<(?:!doctype|html|head|body|table|tbody|tr|td|div|p|meta|span)\b", re.IGNORECASE)
# Every mark holds one of these.
_MARKS = ("#", "＃", "*", "__", "`", "|", "](", "---", ">", "\\", "~~~")
_MARKED = re.compile(r"[#＃*_`|\]\\&]")
_MOST_FIELDS, _FIELD_RULE = 30, "---"


def is_markdown(text: str) -> bool:
    """Tell Markdown with broken lines in its cells from a page: it has a line of cells, and no tag but those breaks."""
    return _STRUCTURE.search(text) is None and _TABLE_LINE.search(text) is not None


def has_marks(text: str) -> bool:
    """Tell whether a text holds any character of a mark: without one, no line needs to be looked at."""
    return any(mark in text for mark in _MARKS)


def unmarked(lines: list[Line]) -> list[Line]:
    """Return the lines of a text without such marks; a line that bears none stays as it is."""
    lines = _unquoted(_fields_told(lines))
    kept = [line for place, line in enumerate(lines) if not _is_head_rule(lines, place, line[1])]
    is_proven = len(kept) < len(lines) or any("#" in line and _HEADING.match(line) for _, line in kept)
    if is_proven:
        kept = [line for line in kept if not _FENCE.fullmatch(line[1])]
    return [(number, _text(line, is_proven=is_proven)) for number, line in kept]


def _fields_told(lines: list[Line]) -> list[Line]:
    """Return lines with the title and the date of a text, stated between rules above it, as lines of the text."""
    first = next((place for place, (_, line) in enumerate(lines) if line.strip("\ufeff \t\r")), len(lines))
    if first == len(lines) or lines[first][1].strip("\ufeff \t\r") != _FIELD_RULE:
        return lines
    for end in range(first + 1, min(first + _MOST_FIELDS, len(lines))):
        if lines[end][1].strip() == _FIELD_RULE:
            told: list[Line] = []
            for number, line in lines[first + 1 : end]:
                if found := _FIELD.fullmatch(line.strip()):
                    told.append((number, found[2] if found[1].lower() == "title" else _PUBLISHED + found[2]))
            return [*told, *lines[end + 1 :]]
    return lines


def _unquoted(lines: list[Line]) -> list[Line]:
    """Return lines without the mark of a quotation, where all of them bear it."""
    filled = [line for _, line in lines if line.strip()]
    if not filled or not all(line.lstrip(" ").startswith(">") for line in filled):
        return lines
    return [(number, line.lstrip(" ").removeprefix(">").removeprefix(" ")) for number, line in lines]


def _text(line: str, *, is_proven: bool) -> str:
    if _MARKED.search(line) is None:
        return line
    rest = line
    if found := _HEADING.match(line):
        rest = _CLOSING.sub("", line[found.end() :].rstrip()).rstrip()
    if "](" in rest:
        rest = _LINK.sub(r"\1", rest)
    if "|" in rest:
        return _cells(rest, is_proven=is_proven)
    if is_proven:
        rest = _resolved(rest)
    inner = _inner(rest.strip(), _BOLD)
    return rest if inner is None else inner


def _cells(line: str, *, is_proven: bool) -> str:
    """Return a line of cells without the marks around the whole text of a cell."""
    if "<br" in line.lower():
        line = "|".join(" / ".join(filter(None, map(str.strip, _BREAK.split(cell)))) for cell in line.split("|"))
    if not any(mark in line for mark in ("**", "__")) and not (is_proven and any(c in line for c in "*_`\\&")):
        return line
    return "|".join(_cell(part, is_proven=is_proven) for part in line.replace("\\|", "／").split("|"))


def _cell(part: str, *, is_proven: bool) -> str:
    inner = _inner(part.strip(), _BOLD)
    if is_proven:
        slanted = _inner((part if inner is None else inner).strip(), _SLANTED)
        return _resolved(slanted if slanted is not None else part if inner is None else inner)
    return part if inner is None else inner


def _resolved(text: str) -> str:
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return unescape(text) if "&" in text else text


def _inner(whole: str, marks: tuple[str, ...]) -> str | None:
    """Return what stands between two marks, None where they are not around the whole and that alone."""
    for mark in marks:
        inner = whole[len(mark) : -len(mark)]
        is_marked = len(whole) > 2 * len(mark) and whole.startswith(mark) and whole.endswith(mark)
        if is_marked and mark not in inner and inner.strip(mark):
            return inner.strip()
    return None


def _is_head_rule(lines: list[Line], place: int, line: str) -> bool:
    """Tell whether a line is the rule under the first row of a table: further down, --- are cells without a number."""
    if "---" not in line or "|" not in line or place == 0:
        return False
    first = "|" in lines[place - 1][1] and (place == 1 or "|" not in lines[place - 2][1])
    return first and _HEAD_RULE.fullmatch(line.strip()) is not None
