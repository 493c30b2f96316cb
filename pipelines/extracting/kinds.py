"""What a document is, if it is no annual report: the kinds that look like one, each with its stable reason.

The title decides, never a word somewhere in the text: pages of portals name all of these in their menus.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.contracts.codes import code_list
from pipelines.extracting.headline import Headline, heading_end, names_annual_report
from pipelines.extracting.numbers import ABSENT
from pipelines.extracting.sections import Section, heading_number
from pipelines.extracting.tables.cells import FormReading
from pipelines.forms.labels import clean
from pipelines.messages.kept import KeptError
from pipelines.reading import Document, ReadError
from pipelines.reading.decoding import check_garbled
from pipelines.reading.document import only_pictures
from pipelines.reading.pages.beside_text import (
    LITTLE_TEXT,
    PICTURES_NOT_THERE,
    PICTURES_UNREAD,
    characters,
    has_sentences,
)

INTERPRETATION, WEBSITE_REPORT, PART_YEAR, BUDGET = code_list("outcome_reason").named(
    "interpretation", "website_report", "part_year", "budget"
)
_NOTICE = re.compile(r"(?:通知|办法|规定|制度|指南|公告|函)$|^关于.*(?:编制|报送|发布|做好)")
_ABOUT = re.compile(
    r"(?:年度?报告?|信息公开).{0,24}(?:解读|图解)|(?:解读|图解|一图读懂|图说).{0,24}(?:年度?报告?|信息公开)"
)
_WEBSITE = re.compile(r"网站(?:工作|监管)?年度?(?:工作|监管)?(?:报表|报告)|网站.{0,12}年度报表")
_PART_YEAR = re.compile(
    r"(?:上|下)半年|半年度|第?[一二三四1-4]季度|(?<!\d)[1-9]月?[-—至到](?:[1-9]|1[01])月|(?:[1-9]|1[01])月份"
)
_PART_SUBJECT = re.compile(r"信息公开|统计|数据|依申请")
_BUDGET = re.compile(r"(?:预算|决算)(?:公开|报告|说明|草案)?")
_TEMPLATE = re.compile(r"格式|模板|样式|样表|填报说明")
_CHAPTER = re.compile(r"^(?:第?[一二三四五六七八九十]{1,2}(?:部分)?[、.,:]|[1-9]、)")
_REGULATION, _PERIOD = "政府信息公开", re.compile(r"1月1日.{0,12}12月31日|统计(?:期限|时限)")
# Plans, lists, courses and reviews of reports, and news of them: a title with a verb before what it names.
_ABOUT_REPORTS = re.compile(
    r"(?:报告|年报).{0,12}(?:方案|目录|汇编|汇总|清单|培训|会议?|座谈|评估|测评|评议|通报|指引|答疑|提纲|模板|范文|考核)"
    r"|(?:发布|公布|召开|举办|开展|部署|推进|出炉)了?(?:20[0-3]\d年|全[省市县区])"
)
_DISCLOSURE = re.compile(r"(?:信息|资讯|政务)公开")
# What the chapters of a report are about, in whatever words; plans, surveys and reviews have one of them at most.
_TOPICS = tuple(map(re.compile, (r"主动公开", r"申请", r"收费|减免", r"复议|诉讼|申诉", r"问题|不足")))
_FEWEST_TOPICS, _MAX_HEADING = 3, 45
_MENU = re.compile(r"(?:政府|政务)?(?:信息)?公开(?:指南|制度|目录|办法|规定)")
# Laws of other places, whose reports are not those of this regulation.
_OTHER_LAW, _OWN_LAW = re.compile(r"资讯公开法|公开资料守则|香港特别行政区|中华民国"), "公开条例"
_MIN_CHAPTERS, _MIN_CHARACTERS, _MIN_TITLES = 3, 500, 4
_FIRST_FORM_YEAR, _TABLE_SECTIONS = 2019, frozenset((2, 3, 4))
_TITLE_LINES, _MAX_TITLE = 40, 70


class NotAReport(KeptError):
    """A document that is no annual report. `reason` is the stable code of the outcome, `detail` what was seen."""


def check_kind(document: Document, headline: Headline, lines: Sequence[str]) -> None:
    """Raise NotAReport where the title is that of an explanation, a website's report, part of a year, or a budget."""
    if headline.title is not None:
        kind = _kind(clean(headline.title))
        if kind is not None:
            raise NotAReport(kind, "extracting.title_says_so", title=headline.title[:60])
        return
    titles = [document.metadata.get("title", ""), document.metadata.get("page_title", "")]
    above = heading_end(lines)
    for line in (*titles, *lines[: min(above, _TITLE_LINES)]):
        if line and len(line) <= _MAX_TITLE and (kind := _kind(clean(line))) is not None:
            raise NotAReport(kind, "extracting.title_says_so", title=line[:60])


def _kind(title: str) -> str | None:
    if _ABOUT.search(title):
        return INTERPRETATION
    if _WEBSITE.search(title):
        return WEBSITE_REPORT
    if _PART_YEAR.search(title) and _PART_SUBJECT.search(title):
        return PART_YEAR
    if _BUDGET.search(title) and "信息公开" not in title and len(title) <= 40:
        return BUDGET
    return None


def check_narrative(document: Document, headline: Headline, lines: Sequence[str]) -> None:
    """Raise where a document without statutory tables is not a report told in words: NotAReport, or a ReadError.

    That is `garbled`, `shown_by_script` where a script of the page loads its text, or `truncated`.
    """
    check_garbled("\n".join(lines))
    titles = {clean(line) for line in lines if len(line) <= _MAX_TITLE and names_annual_report(line)}
    text = clean("".join(lines))
    chapters = {clean(line)[:2] for line in lines if _CHAPTER.match(clean(line))}
    is_in_words = len(chapters) >= _MIN_CHAPTERS or len(text) >= _MIN_CHARACTERS
    is_told = _topics(lines) >= _FEWEST_TOPICS
    _check_subject(headline.title, text, is_told=is_told, is_in_words=is_in_words)
    _check_notice(headline.title, lines, is_told=is_told)
    if len(titles) >= _MIN_TITLES and len(chapters) < _MIN_CHAPTERS:
        raise NotAReport("list_of_reports", "extracting.list_of_reports", titles=len(titles))
    if not is_in_words and "统计" in (headline.title or ""):
        raise NotAReport("local_statistics", "extracting.local_statistics", title=headline.title)
    if not is_in_words:
        counted = {"chapters": len(chapters), "characters": len(text)}
        if document.metadata.get("by_script"):
            raise ReadError("shown_by_script", "extracting.title_in_scripts", **counted)
        raise ReadError("truncated", "extracting.title_alone", **counted)


def _topics(lines: Sequence[str]) -> int:
    """Return how many subjects of a report its chapters have."""
    headings = [
        line for line in lines if len(line) <= _MAX_HEADING and (heading_number(line) or _CHAPTER.match(clean(line)))
    ]
    return sum(any(map(topic.search, map(clean, headings))) for topic in _TOPICS)


def _check_subject(title: str | None, text: str, *, is_told: bool, is_in_words: bool) -> None:
    """Raise NotAReport where neither title nor chapters are those of a report on the disclosure of information."""
    is_by_law = is_in_words and _REGULATION in text
    if title is None and not (is_by_law and (is_told or _PERIOD.search(text))):
        raise NotAReport("no_statutory_table", "extracting.no_table_no_title")
    if title is not None and not _DISCLOSURE.search(clean(title)) and not (is_by_law and is_told):
        raise NotAReport("no_statutory_table", "extracting.on_something_else", title=title[:60])
    if _OTHER_LAW.search(text) and _OWN_LAW not in text:
        raise NotAReport("no_statutory_table", "extracting.by_another_law")


def _check_notice(title: str | None, lines: Sequence[str], *, is_told: bool) -> None:
    """Raise NotAReport where a text is about reports; menus name guides and rules beside a report."""
    if title is not None and not is_told and _ABOUT_REPORTS.search(clean(title)):
        raise _about_reports(title)
    is_report = title is not None and is_told
    notice = _notice([line for line in lines[:20] if not (is_report and _MENU.fullmatch(clean(line)))])
    if notice is not None:
        raise _about_reports(notice)


def check_shown(document: Document, headline: Headline, lines: Sequence[str]) -> None:
    """Raise ReadError where the pages of a report without tables are most likely pictures that were not read.

    That is `pictures_missing` where they are not there, else `needs_ocr`. A text with the chapters or the sentences of
    a report, and one on something else, is what it is without its pictures.
    """
    absent, unread = (int(document.metadata.get(name, 0)) for name in (PICTURES_NOT_THERE, PICTURES_UNREAD))
    if not (absent or unread) or _topics(lines) >= _FEWEST_TOPICS or has_sentences(document.blocks):
        return
    if headline.title is None and characters(document.blocks) >= LITTLE_TEXT:
        return
    if unread:
        raise only_pictures()
    raise ReadError("pictures_missing", "extracting.pictures_missing", pictures=absent)


def check_pictures(document: Document, headline: Headline, sections: Sequence[Section]) -> None:
    """Raise ReadError where the tables that the form demands are most likely the pictures of the file.

    That is `needs_ocr`, or `pictures_missing` where they are not there.
    """
    absent = int(document.metadata.get(PICTURES_NOT_THERE, 0))
    pictures = max(int(document.metadata.get(name, 0)) for name in ("pictures", PICTURES_UNREAD))
    numbers = {section.number for section in sections if section.heading}
    if headline.year < _FIRST_FORM_YEAR or not numbers >= _TABLE_SECTIONS:
        return
    if pictures >= len(_TABLE_SECTIONS) - 1:
        raise ReadError("needs_ocr", "extracting.tables_are_pictures", pictures=pictures)
    if absent >= len(_TABLE_SECTIONS) - 1:
        raise ReadError("pictures_missing", "extracting.pictures_missing", pictures=absent)


def check_pages(document: Document, reading: FormReading | None) -> None:
    """Raise ReadError `needs_ocr` where pages are pictures and the form is not whole without them."""
    pages = document.metadata.get("unread_pages")
    if pages and (reading is None or any(cell.status == ABSENT for cell in reading.cells.values())):
        raise ReadError("needs_ocr", "extracting.pages_are_pictures", pages=pages)


def check_template(headline: Headline, lines: Sequence[str]) -> None:
    """Raise NotAReport where a form without any number is that of a notice or a blank template."""
    notice = _notice(lines)
    if notice is not None:
        raise _about_reports(notice)
    if headline.year == 0 or headline.agency is None or _TEMPLATE.search(headline.title or ""):
        raise NotAReport("blank_template", "extracting.blank_template")


def _notice(lines: Sequence[str]) -> str | None:
    return next((line for line in lines[:20] if _NOTICE.search(clean(line))), None)


def _about_reports(line: str) -> NotAReport:
    return NotAReport("about_reports", "extracting.about_reports", line=line[:60])
