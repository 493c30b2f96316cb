"""Title, agency and its code as printed, report year and publication date, each from the place that states it best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.extracting.dates import parsed, published_on
from pipelines.extracting.index_number import printed_index_number
from pipelines.extracting.sections import heading_number
from pipelines.forms.labels import clean
from pipelines.reading import Document, Grid, Paragraph, Run
from pipelines.reading.marks import without_marks

IN_TITLE, IN_PERIOD, IN_TEXT, BY_DATE, NO_YEAR = code_list("year_source").named(
    "title", "period", "text", "date", "none"
)
FIRST_YEAR = 2008  # the regulation entered into force on 1 May 2008
_TITLE = re.compile(
    r"(?:政府)?(?:信息|资讯|政务)公开.{0,6}?(?:工作)?.{0,4}?(?:年度?(?:工作)?报告?|年报|工作报告|告年度报)|年度报告"
    r"|政府信息公开(?:工作)?情况统计(?:年?报)?表"
)
# The title of a text that stands on one line.
_INLINE_TITLE = re.compile(r"^\W*([^\s。，,；;]{4,50}?(?:年度报告|年报|工作报告))\s")
_TITLE_END = re.compile(r"(?:报告|年报|年度报|统计(?:年?报)?表)(?:[(（].{0,12}[)）])?$")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)\s*年?\s*(?:度)?")
_TITLE_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_CHINESE_YEAR = re.compile(r"二[〇○零0Oo]([〇○零一二三四五六七八九0O]{2})年")
_CHINESE_DIGITS = {d: str(i) for i, d in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "O": "0", "0": "0"}
_PERIOD = re.compile(r"(?<!\d)(20[0-3]\d)年1月1日.{0,6}?[至到起—–-].{0,6}?(?:(?<!\d)(20[0-3]\d)年)?12月31日")
_TEXT_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)年(?!\d)")
_DATE = re.compile(r"(?<!\d)(20[0-3]\d)[-年./](\d{1,2})[-月./](\d{1,2})(?!\d)")
_CHINESE_DATE = re.compile(r"二[〇○零].{2}年.{1,2}月.{1,3}日$")
# More characters on end than a date has, even if some are lost with spaces and quotation marks.
_LONG = re.compile(r"[\u4e00-\u9fff，、；。0-9]{30}")
_AGENCY_END = re.compile(
    r"(?:人民政府(?:办公厅|办公室)?|政府办公?室|委员会|管委会|办公厅|办公室|办事处|街道办|[局厅部委院署行会]|[镇乡]政府|中心|集团|公司|大队|支队|医院|学校|大学|馆|站|处|所)$"
)
_TITLE_REST = re.compile(
    r"(?:关于)?(?:的)?(?:政府|政[务務])?(?:信息|资讯|資訊)?公[开開].*$|年度?(?:工作)?[报報]告?.*$|(?:的)?工作[报報]告.*$"
)
_TITLE_START = re.compile(r"^(?:关于|\[.*?\])")
_TITLE_YEARS = re.compile(r"(?<!\d)20[0-3]\d(?!\d)\s*年?\s*(?:度)?|二[〇○零].{2}年度?")
_ATTRIBUTE = re.compile(r"[_|—-]{1,3}[^_|—-]{2,30}$")
_FIELDS = re.compile(r":.*:|(?:日期|时间|来源|分类):")
_CLAUSE = re.compile(r"[,。;:]")
# What stands alone above a date that is its own: the title of another text.
_OTHER_TEXT = re.compile(r"(?:通知|公告|公示|报告|年报|意见|办法|方案|解读|规定|通报|决定|批复|函|\.{3}|…)$")
_SIGNED = re.compile(r"(\S{3,40}?)[\s\u3000]+(20[0-3]\d年\d{1,2}月\d{1,2}日|二.{3}年.{1,2}月.{1,3}日)")
_SIGNATURE_LINES, _LATE_SECTION, _MOST_BELOW = 12, 5, 200
# What parts the steps of the way to a page, and how many lead to one at least.
_WAY_SIGN, _FEWEST_STEPS = re.compile("[>＞»›]"), 2
_MAX_SIGNATURE = 40


class Headline(NamedTuple):
    """What a report says of itself. `year_source` is title, period, text, date or none; `signature` is its line.

    `index_number` begins like the code of an agency; its check digits may be wrong.
    """

    title: str | None
    agency: str | None
    year: int
    year_source: str
    published_on: date | None
    signature_line: int | None
    index_number: str | None = None


def text_lines(document: Document) -> list[str]:
    """Return the lines of text of a document in order; of grids only rows that consist of one filled cell."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines.extend(t for line in block.text.split("\n") if (t := line.strip()))
        elif isinstance(block, Run):
            lines.extend(_run_lines(block))
        elif isinstance(block, Grid):
            for row in block.rows:
                if len(row) > 1 and row[0].text and row[-1].text:
                    continue  # as nearly all rows: two cells are filled
                filled = [cell.text for cell in row if cell.text]
                if len(filled) == 1:
                    lines.extend(t for line in filled[0].split("\n") if (t := line.strip()))
    return lines


def _run_lines(run: Run) -> list[str]:
    """Return what stands alone on its line in a run; rows of several cells are table content, not text."""
    count: dict[int, int] = {}
    for piece in run.pieces:
        count[piece.line] = count.get(piece.line, 0) + bool(piece.text)
    return [p.text for p in run.pieces if p.text and count[p.line] == 1]


def heading_end(lines: Sequence[str]) -> int:
    """Return the line of the first section heading, or how many lines there are."""
    return next((i for i, line in enumerate(lines) if heading_number(line)), len(lines))


def names_annual_report(text: str) -> bool:
    """Tell whether a line reads like the title of an annual report."""
    return _is_title(text)


def read_headline(document: Document, lines: list[str], last_year: int) -> Headline:
    """Read title, agency, year and date; `last_year` bounds the report years that are believed."""
    heading = heading_end(lines)
    title = _title(document, lines[:heading][:60])
    dated = _signature_date(lines)
    signature_line = _signature(lines, dated)
    published = published_on(document, lines, title)
    if published is None:
        published = parsed(lines[dated]) if dated is not None else _signed_on(lines)
    year, source = _year(title, lines, published, last_year)
    agency = _agency(title, lines[signature_line] if signature_line is not None else None)
    end = signature_line if signature_line is not None else dated
    return Headline(title, agency, year, source, published, end, printed_index_number(document))


def _title(document: Document, lines: list[str]) -> str | None:
    headings = [b.text for b in document.blocks if isinstance(b, Paragraph) and b.is_heading]
    candidates = [t for t in (document.metadata.get("title"), *headings) if t and _is_title(t)]
    for position, line in enumerate(lines):
        if len(line) <= 80 and _is_title(line):
            above = lines[position - 1] if position else ""
            begins_bare = _TITLE_YEARS.match(clean(line)) or _TITLE_REST.match(clean(line))
            joined = begins_bare and above and len(above) <= 30 and _AGENCY_END.search(clean(above))
            candidates.append(f"{above}{line}" if joined and not _is_title(above) else line)
    page = document.metadata.get("page_title", "")
    if page and _is_title(page):
        candidates.append(_ATTRIBUTE.sub("", page).strip())
    if not candidates:
        ends = (_WAY_SIGN.split(line)[-1].strip() for line in lines if _is_way(line))
        candidates.extend(end for end in ends if _is_title(end))
    if not candidates and lines and (inline := _INLINE_TITLE.match(lines[0])):
        candidates.append(inline[1])
    dated = [t for t in candidates if _any_year(t)]
    named = (t for t in dated if title_agency(t))
    return next(named, next(iter(dated or candidates), None))


def _is_way(text: str) -> bool:
    """Tell whether a line is the way that leads to a page: 首页 > 政务公开 > 年度报告."""
    return len(list(filter(str.strip, _WAY_SIGN.split(text)))) > _FEWEST_STEPS


# A title stands in several places of a page.
@lru_cache(maxsize=1024)
def _is_title(text: str) -> bool:
    line = clean(text)
    if not _TITLE.search(line) or len(line) > 90:
        return False  # as nearly all lines
    if "。" in line or ";" in line or line.startswith(("本报告", "根据", "附件", "您", "当前位置")) or _is_way(text):
        return False
    whole = _TITLE_END.search(line) or (_any_year(line) and len(line) <= 40)
    return bool(whole) and not _FIELDS.search(line)


@lru_cache(maxsize=1024)
def _any_year(text: str) -> int | None:
    line = clean(without_marks(text))
    if found := _TITLE_YEAR.search(line):
        return int(found[1])
    if found := _CHINESE_YEAR.search(line):
        return int("20" + "".join(_CHINESE_DIGITS[d] for d in found[1]))
    return None


def _year(title: str | None, lines: list[str], published: date | None, last_year: int) -> tuple[int, str]:
    def believed(year: int | None) -> bool:
        return year is not None and FIRST_YEAR <= year <= last_year

    year = _any_year(title) if title else None
    if year is not None and believed(year):
        return year, IN_TITLE
    # A year in the text counts only before section 二: below stand headers such as 2019年事项数.
    prose = next((i for i, line in enumerate(lines) if (heading_number(line) or 0) > 1), len(lines))
    text = clean(without_marks("".join(lines[:prose])))
    if (found := _PERIOD.search(text)) and believed(int(found[1])) and found[2] in (None, found[1]):
        return int(found[1]), IN_PERIOD
    years = [int(y) for y in _TEXT_YEAR.findall(text[:4000]) if believed(int(y))]
    first = years[:5]
    if first and first.count(first[0]) * 2 > len(first):
        return first[0], IN_TEXT
    if published is not None and believed(published.year - 1):
        return published.year - 1, BY_DATE
    return 0, NO_YEAR


def _signed_on(lines: Sequence[str]) -> date | None:
    """Return the date of a signature that stands on one line with the agency's name, in the last lines."""
    for position in range(len(lines) - 1, max(len(lines) - _SIGNATURE_LINES, -1), -1):
        found = _SIGNED.fullmatch(lines[position])
        if found and _signs(found[1]):
            return parsed(found[2])
    return None


def _signature_date(lines: list[str]) -> int | None:
    """Return the line of the closing date: among the last ones, or below the last section under an agency's name.

    Lists of other texts below a report are dated as well: several dates say nothing, and one under a title is its own.
    """
    found: list[int] = []
    above = heading_end(lines)  # today's date stands there
    first = max(len(lines) - _SIGNATURE_LINES, above if above < len(lines) else -1)
    for position in range(len(lines) - 1, first, -1):
        if _is_closing_date(lines[position]):
            if position and _signs(lines[position - 1]):
                return position
            found.append(position)
    if (below := _dated_below(lines)) is not None:
        return below
    alone = found and len({clean(lines[position]) for position in found}) == 1
    return found[0] if alone and not (found[0] and _OTHER_TEXT.search(clean(lines[found[0] - 1]))) else None


def _dated_below(lines: Sequence[str]) -> int | None:
    """Return the line of a date under an agency's name below the last section, whatever a page prints below it."""
    last = next((i for i in range(len(lines) - 1, -1, -1) if (heading_number(lines[i]) or 0) >= _LATE_SECTION), None)
    if last is None:
        return None
    for position in range(last + 2, min(len(lines), last + _MOST_BELOW)):
        if _is_closing_date(lines[position]) and _signs(lines[position - 1]):
            return position
    return None


def _is_closing_date(text: str) -> bool:
    if _LONG.search(text):
        return False
    line = clean(text)
    return len(line) <= 14 and bool(_DATE.match(line) or _CHINESE_DATE.match(line))


def _signs(text: str) -> bool:
    """Tell whether a line is an agency's name and no more."""
    line = clean(text)
    return 3 <= len(line) <= _MAX_SIGNATURE and bool(_AGENCY_END.search(line)) and not _CLAUSE.search(line)


def _signature(lines: list[str], dated: int | None) -> int | None:
    """Return the line of the signature: an agency's name alone on its line, at the end or above the closing date."""
    candidates = [dated - 1] if dated else list(range(len(lines) - 1, max(len(lines) - 3, 0), -1))
    return next((i for i in candidates if 0 < i < len(lines) and _signs(lines[i])), None)


def title_agency(title: str) -> str:
    """Return the agency that a title names, as printed; empty where it names none. Other names stay as they are."""
    text = "".join(title.split()).lstrip("#＃*")
    text = _TITLE_START.sub("", text)
    text = _TITLE_YEARS.sub("", text)
    found = _TITLE_REST.search(text)
    name = text[: found.start()] if found else text
    return name.strip("_-—:：|《》<>【】[]#＃* ")


def _agency(title: str | None, signature: str | None) -> str | None:
    """Return the agency as printed: the title's name, the signature's where it contains and extends that."""
    name = title_agency(title) if title else ""
    signed = "".join(signature.split()) if signature else ""
    if signed and (not name or (clean(name) in clean(signed) and len(signed) > len(name))):
        return signed
    return name or None
