"""Marks of Markdown in a plain text -> the text that they mark: headings, bold lines, the rule under a table's head."""

from __future__ import annotations

import re

Line = tuple[int, str]

# # 标题 and #标题, but no #1; a closing row of marks stands after a space.
_HEADING = re.compile(r"\s{0,3}[#＃]{1,6}(?:[ \t\u3000\xa0]+(?=\S)|(?=[\u3400-\u9fff《（【*]))")
_CLOSING = re.compile(r"(?<=[ \t\u3000])#{1,6}$")
_HEAD_RULE = re.compile(r"\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?")
_BOLD = ("**", "__")


def unmarked(lines: list[Line]) -> list[Line]:
    """Return the lines of a text without such marks; a line that bears none stays as it is."""
    return [
        (number, _text(line)) for place, (number, line) in enumerate(lines) if not _is_head_rule(lines, place, line)
    ]


def _text(line: str) -> str:
    rest = line
    if found := _HEADING.match(line):
        rest = line[found.end() :].rstrip()
        rest = _CLOSING.sub("", rest).rstrip()
    whole = rest.strip()
    for mark in _BOLD:
        inner = whole[2:-2]
        if (
            len(whole) > 4
            and whole.startswith(mark)
            and whole.endswith(mark)
            and mark not in inner
            and inner.strip(mark)
        ):
            return inner.strip()
    return rest


def _is_head_rule(lines: list[Line], place: int, line: str) -> bool:
    """Tell whether a line is the rule under the first row of a table: further down, --- are cells without a number."""
    if "---" not in line or "|" not in line or place == 0:
        return False
    first = "|" in lines[place - 1][1] and (place == 1 or "|" not in lines[place - 2][1])
    return first and _HEAD_RULE.fullmatch(line.strip()) is not None
