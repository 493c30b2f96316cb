"""When a report was published: the dates that a page prints, what is said of each, and which of them counts.

Belongs here: writings of dates, the words before them, and where on a page they stand. Keep out: the signature's place
(`headline`), and what a format states beside the text (its reader).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from pipelines.extracting.sections import heading_number
from pipelines.forms.labels import SIMPLIFIED, caption_item, clean
from pipelines.reading import Block, Document, Paragraph, Run
from pipelines.reading.marks import without_marks

# How sure a date is one of publication, best first: the words before it (what the format states comes behind these),
# words that any date may bear, those of a document's making, those of a change, and none at all.
PUBLISHED, DATED, WRITTEN, CHANGED, BARE = range(5)
_ON = ("日期", "时间", "日")
_PUBLISHING = ("发布", "发表", "公布", "公开", "上网", "上传", "刊发", "刊登", "刊载", "登载", "录入", "推送")
_WRITING = (
    *("成文", "生成", "制发", "印发", "签发", "产生", "形成", "撰写", "编写", "编制", "编辑", "写作", "创建"),
    *("提交", "添加", "报告", "填报", "填表", "报送", "制作"),
)
_LABELS = (
    (PUBLISHED, tuple(f"{word}{on}" for word in _PUBLISHING for on in (*_ON, "于"))),
    (DATED, tuple(f"{word}{on}" for word in ("发文", "信息", "文章", "稿件") for on in _ON)),
    (WRITTEN, tuple(f"{word}{on}" for word in _WRITING for on in _ON)),
    (CHANGED, tuple(f"{word}{on}" for word in ("更新", "修改") for on in _ON)),
    (DATED, ("日期", "时间")),
)
_SAID = {label: rank for rank, labels in reversed(_LABELS) for label in labels}
_SPACED = (r"\s*".join(label) for label in sorted(_SAID, key=len, reverse=True))
_BETWEEN = r"[^\w\u3400-\u9fff]{0,12}"
_DASHES = str.maketrans("－—–‐‑−", "------")
_FIGURES = r"(20[0-3]\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})"
# A time that lost its space runs into the day: 2021-01-3010:21.
_NUMERIC = re.compile(rf"(?<![\d.]){_FIGURES}(?!\d)(?!\.\d)日?|(?<!\d)(20[0-3]\d)-(\d\d)-(\d\d)(?=\d\d:\d\d)")
_COMPACT = re.compile(r"(?<!\d)(20[0-3]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{6})?(?!\d)")
_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split("|"), start=1)}
_ENGLISH = re.compile(
    rf"\b(?:({_NAMES})[a-z]*\.?\s+(\d{{1,2}}),?(?:\s+\d\d:\d\d:\d\d(?:\s+[A-Z+:\d]+)?)?\s+(20[0-3]\d)"
    rf"|(\d{{1,2}})\s+({_NAMES})[a-z]*\s+(20[0-3]\d))\b",
    re.IGNORECASE,
)
_STATED = re.compile(rf"({'|'.join(_SPACED)}){_BETWEEN}(?=\d|$|[A-Z])")
# A period is no date, and a day of the week stands behind today's.
_GOES_ON = re.compile(r"\s*(?:至|到|起|止|前|后|之)")
_WEEKDAY = re.compile(r"\s*(?:星期|周[一二三四五六日]|礼拜|农历|天气)")
_DAY_OF_WEEK = re.compile(r"(?:[A-Z][a-z]{2},?\s+)?")
_HAN_BEFORE = re.compile(r"[\u3400-\u9fff]$")
_WORDS_OF_A_PAGE = re.compile(r"来\s*源|作\s*者|浏\s*览|点\s*击|访\s*问|阅\s*读|字\s*[体号]|打\s*印|分\s*享|编\s*辑")
_OTHER_LABEL = re.compile(r"(?:[:：]|[期间于至自从])\s*$")
_EMPTY_SOURCE = re.compile(r"(?:来\s*源|作\s*者|编\s*辑)\s*[:：]\s*$")
_ALONE = re.compile(r"[\s\[\]()【】（）|｜]*")
_TIME = re.compile(r"\s*(?:T?\d{1,2}[:：时点]\d{1,2}(?:[:：分]\d{0,2}(?:\.\d+)?秒?)?Z?|星期.)?")
_INDEX_NUMBER = re.compile(r"[\w-]{4,}/20\d\d-\d+")
# A character of every label, and of every year: most lines hold neither.
_HINT, _YEAR = re.compile(r"[期间間于於日]"), re.compile(r"[2２]\s*[0０]")
_SENTENCE = re.compile(r"[。；;]")
_LONGEST, _MOST_SEGMENTS, _NEAR_TITLE, _MOST_TAIL = 240, 600, 12, 40
_LAST_SECTIONS = (5, 6)
_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○ＯO零０0О◯", "0")
_IN_WORDS = re.compile(
    r"(二[〇○ＯO零０0О◯][〇○ＯO零０0О◯一二三四五六七八九]{2})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)


class Stated(NamedTuple):
    """A date that a page prints: the rank of the words before it, and the segment of the page it stands in."""

    rank: int
    place: int
    day: date


def parsed(text: str) -> date | None:
    """Return the first date in a text, in figures or, as in a signature, in words; None where it states none."""
    plain = _plain(text)
    for form in (plain, clean(without_marks(text))):
        if (found := _first(form)) is not None:
            return found[0]
    return _in_words(plain)


def published_on(document: Document, lines: Sequence[str], title: str | None) -> date | None:
    """Return the date of publication that a page states at its head, by its format, or in its last lines."""
    head = _head(document)
    place = _title_place(head, title)
    stated = sorted(_labelled(head), key=lambda s: (s.rank, abs(s.place - place), -s.place))
    if stated and stated[0].rank == PUBLISHED:
        return stated[0].day
    by_format = _first(_plain(document.metadata.get("published", "")), compact=True)
    if by_format is not None:
        return by_format[0]
    if stated:
        return stated[0].day
    if bare := min(_bare(head, place), key=lambda s: (abs(s.place - place), -s.place), default=None):
        return bare.day
    below = {s.day for s in _labelled(_below(lines)) if s.rank == PUBLISHED}
    return below.pop() if len(below) == 1 else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", without_marks(text)).translate(SIMPLIFIED).translate(_DASHES)


def _first(text: str, *, compact: bool = False) -> tuple[date, int, int] | None:
    """Return the first date in figures with where it begins and ends; 2021-13-40 is none."""
    found = _NUMERIC.search(text)
    if found:
        year, month, day = found.groups()[:3] if found[1] else found.groups()[3:]
        return _made(year, month, day, found)
    if compact and (found := _COMPACT.search(text)):
        return _made(found[1], found[2], found[3], found)
    if found := _ENGLISH.search(text):
        name, day, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
        return _made(year, str(_MONTHS[name[:3].lower()]), day, found)
    return None


def _made(year: str, month: str, day: str, found: re.Match[str]) -> tuple[date, int, int] | None:
    try:
        return date(int(year), int(month), int(day)), found.start(), found.end()
    except ValueError:
        return None


def _in_words(text: str) -> date | None:
    found = _IN_WORDS.search("".join(text.split()))
    if not found:
        return None
    try:
        return date(int("2" + "".join(_DIGITS[d] for d in found[1][1:])), _tens(found[2]), _tens(found[3]))
    except ValueError:
        return None


def _tens(words: str) -> int:
    tens, ten, ones = words.rpartition("十")
    return (int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0"))


def _head(document: Document) -> list[str]:
    """Return what stands alone above the first section: lines, and the cells of grids and runs."""
    head: list[str] = []
    for block in document.blocks:
        for text in _texts(block):
            if heading_number(text) or caption_item(text) is not None or len(head) >= _MOST_SEGMENTS:
                return head
            head.append(text)
    return head


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from _lines(block.text)
    elif isinstance(block, Run):
        for piece in block.pieces:
            yield from _lines(piece.text)
    else:
        above: dict[int, str] = {}
        for row in block.rows:
            for cell in row:
                label = above.get(cell.col, "")
                if label and cell.text and _STATED.fullmatch(label):
                    yield f"{label}：{cell.text}"  # a table whose labels stand above
                yield from _lines(cell.text)
            above = {cell.col: _plain(cell.text) for cell in row if cell.text and len(cell.text) <= _NEAR_TITLE}


def _lines(text: str) -> Iterator[str]:
    return (line for part in text.split("\n") if (line := part.strip()))


def _title_place(head: Sequence[str], title: str | None) -> int:
    """Return where the title stands last above the text: what a page says of it stands beside."""
    wanted = clean(title) if title else ""
    places = [place for place, text in enumerate(head) if wanted and len(text) < _LONGEST and wanted in clean(text)]
    return places[-1] if places else 0


def _labelled(segments: Sequence[str]) -> Iterator[Stated]:
    """Yield the dates behind a word that says what they are; it may stand in the segment before."""
    for place, text in enumerate(segments):
        if len(text) > _LONGEST or not _HINT.search(text) or _SENTENCE.search(text):
            continue
        plain = _plain(text)
        for found in _STATED.finditer(plain):
            label = "".join(found[1].split())
            rest = plain[found.end() :]
            if not rest.strip():
                rest = _plain(segments[place + 1][:_LONGEST]) if place + 1 < len(segments) else ""
                rest = rest.lstrip("[]()【】:： \u3000")
            day = _first(rest, compact=True)
            is_bare_word = label in _ON
            if day is None or not _DAY_OF_WEEK.fullmatch(rest, 0, day[1]):
                continue
            if is_bare_word and (_HAN_BEFORE.search(plain[: found.start()]) or _WEEKDAY.match(rest, day[2])):
                continue
            if not _GOES_ON.match(rest, day[2]):
                yield Stated(_SAID[label], place, day[0])


def _bare(head: Sequence[str], title_place: int) -> Iterator[Stated]:
    """Yield the dates without a word of their own: alone below the title, or among what a page says of a text.

    Above the title stands today's date as well: there a date counts only below an index number.
    """
    for place in range(max(0, title_place - _NEAR_TITLE), min(len(head), title_place + _NEAR_TITLE + 1)):
        text = head[place]
        if len(text) > _LONGEST or not _YEAR.search(text) or _SENTENCE.search(text):
            continue
        plain = _plain(text)
        day = _first(plain)
        if day is None or _GOES_ON.match(plain, day[2]) or _NUMERIC.search(plain, day[2]):
            continue
        before, time = plain[: day[1]], _TIME.match(plain, day[2])
        after = plain[time.end() if time else day[2] :]
        is_alone = bool(_ALONE.fullmatch(before) and _ALONE.fullmatch(after))
        if place < title_place:
            near = head[max(0, place - _NEAR_TITLE // 2) : place]
            if is_alone and any(_INDEX_NUMBER.fullmatch(line) for line in near):
                yield Stated(BARE, place, day[0])
        elif is_alone or _is_about_the_text(before, after):
            yield Stated(BARE, place, day[0])


def _is_about_the_text(before: str, after: str) -> bool:
    """Tell whether a line with a date states source, readers or size of letters as well, and no other word for it."""
    if _OTHER_LABEL.search(before) and not _EMPTY_SOURCE.search(before):
        return False
    return _WORDS_OF_A_PAGE.search(before + after) is not None and not _WEEKDAY.match(after)


def _below(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines below the last section of a report."""
    for place in range(len(lines) - 1, -1, -1):
        if heading_number(lines[place]) in _LAST_SECTIONS:
            return lines[place + 1 : place + 1 + _MOST_TAIL]
    return ()
