"""What a county sends in for a year: departments, towns, the government, and everything that is sent twice.

Copies in several formats, revisions, drafts, reports sent again with another date or in another run, reports that
differ and nothing tells why, a text beside its tables, one report under a name that several places have. Which content
of an agency counts is known by how it was made. Belongs here: stories and files. Keep out: reading, judging.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from benchmarks.audit import sound_report
from benchmarks.corpus.formats import written
from benchmarks.corpus.printing import Printout, Truth, printout_of
from benchmarks.corpus.spans import SECTIONS
from pipelines.forms.catalogue import form

YEAR, FORM = 2021, "2021"
RECEIVED = ("applications", "received", "total")
PLACE = "莒县"
AMBIGUOUS = "鼓楼区司法局"
_DEPARTMENTS = (
    *("司法局", "财政局", "教育和体育局", "公安局", "水利局", "卫生健康局", "审计局", "民政局", "交通运输局", "统计局"),
    *("农业农村局", "商务局", "应急管理局", "住房和城乡建设局", "行政审批服务局", "医疗保障局", "退役军人事务局"),
    *("人力资源和社会保障局", "文化和旅游局", "发展和改革局", "自然资源和规划局"),
)
_TOWNS = ("招贤镇", "夏庄镇", "刘官庄镇", "峤山镇", "小店镇", "龙山镇", "东莞镇", "长岭镇")
_FORMATS = ("docx", "xlsx", "pdf", "doc", "odt")
_SUMMARY = "本报告汇总了县政府各部门、各镇（街道）的政府信息公开工作情况。"
_TEXTS = ("按时公开。", "依法办理。", "无。", "加强培训。", "无。")
_OWN = "本机关认真落实政府信息公开工作要求。"


class Sent(NamedTuple):
    """A file that was sent in: where it lies, whose report it is, which of its contents, and what tells the order.

    `run` counts from 0: files of one run arrive together. `is_text`: without the statutory tables.
    """

    name: str
    agency: str
    content: int
    kind: str
    published: date | None = None
    run: int = 0
    is_text: bool = False


class Story(NamedTuple):
    """What one agency sent in, and the content that counts: None where nothing tells."""

    sent: tuple[Sent, ...]
    counts: int | None


Tell = Callable[[random.Random, str], Story]


def _copies(rng: random.Random, agency: str, content: int, label: str, most: int = 3, **about: object) -> list[Sent]:
    """Return one to some files of one content in different formats, one of them under the label, in folders apart."""
    kinds = rng.sample(_FORMATS, rng.randint(1, most))
    names = [
        f"{agency}{label}.{kind}" if not place else f"抄送{place}/{agency}.{kind}" for place, kind in enumerate(kinds)
    ]
    if about.get("named"):
        names = [
            f"抄送{place}/{agency}{label}.{kind}" if place else name
            for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
        ]
    told = {key: value for key, value in about.items() if key != "named"}
    return [Sent(f"{content}/{name}", agency, content, kind, **told) for name, kind in zip(names, kinds, strict=True)]  # type: ignore[arg-type]


def once(rng: random.Random, agency: str) -> Story:
    """One report, in one to three formats."""
    return Story(tuple(_copies(rng, agency, 0, "")), 0)


def revised(rng: random.Random, agency: str) -> Story:
    """A report and its revision, which a file name tells."""
    later = rng.choice(("（修改稿）", "（修订版）", "定稿", "（盖章）", "（更正）"))
    return Story((*_copies(rng, agency, 0, ""), *_copies(rng, agency, 1, later, named=True)), 1)


def drafted(rng: random.Random, agency: str) -> Story:
    """A draft, then the report."""
    draft = rng.choice(("（初稿）", "（征求意见稿）"))
    return Story((*_copies(rng, agency, 0, draft, most=1), *_copies(rng, agency, 1, "")), 1)


def dated(rng: random.Random, agency: str) -> Story:
    """Two reports with a date each; the later one counts."""
    first = date(YEAR + 1, 1, rng.randint(1, 28))
    second = date(YEAR + 1, 3, rng.randint(1, 28))
    return Story((*_copies(rng, agency, 0, "", published=first), *_copies(rng, agency, 1, "", published=second)), 1)


def sent_again(rng: random.Random, agency: str) -> Story:
    """Two reports, the second in a later run."""
    return Story((*_copies(rng, agency, 0, ""), *_copies(rng, agency, 1, "", run=1)), 1)


def unlike(rng: random.Random, agency: str) -> Story:
    """Two or three reports that differ and came together."""
    contents = range(rng.choice((2, 3)))
    return Story(tuple(sent for content in contents for sent in _copies(rng, agency, content, "", most=2)), None)


def contradictory(rng: random.Random, agency: str) -> Story:
    """A revision whose date is before that of the report."""
    first, second = date(YEAR + 1, 3, 1), date(YEAR + 1, 1, rng.randint(1, 28))
    revision = _copies(rng, agency, 1, "（修改稿）", most=1, published=second)
    return Story((*_copies(rng, agency, 0, "", published=first), *revision), None)


def with_text(rng: random.Random, agency: str) -> Story:
    """A report with its tables, and its text alone."""
    tables = _copies(rng, agency, 0, "")
    return Story((*tables, Sent(f"text/{agency}.txt", agency, 0, "txt", is_text=True)), 0)


STORIES: tuple[Tell, ...] = (once, once, revised, drafted, dated, sent_again, unlike, contradictory, with_text)


def random_county(rng: random.Random, name: str, agencies: int = 30) -> list[Story]:
    """Return what the agencies of a county sent in, each with a story of its own."""
    return [rng.choice(STORIES)(rng, f"{name}第{number}局") for number in range(agencies)]


def _named(agency: str, *about: tuple[str, int, str], counts: int | None = 0, **told: object) -> Story:
    sent = (Sent(name.format(agency), agency, content, kind, **told) for name, content, kind in about)  # type: ignore[arg-type]
    return Story(tuple(sent), counts)


def county() -> list[Story]:
    """Return the stories of one county, 52 files: most agencies send one report, some send what they should not."""
    justice, finance, education, police, water, health, audit, *others = (f"{PLACE}{name}" for name in _DEPARTMENTS)
    early, late = date(YEAR + 1, 1, 20), date(YEAR + 1, 3, 5)
    school = (
        Sent(f"{education}.docx", education, 0, "docx", early),
        Sent(f"重报/{education}.docx", education, 1, "docx", late),
    )
    told = [
        _named(f"{PLACE}人民政府", ("{}.docx", 0, "docx"), ("抄送/{}年报.pdf", 0, "pdf")),
        _named(f"{PLACE}人民政府办公室", ("{}.docx", 0, "docx")),
        _named(justice, ("{}.pdf", 0, "pdf"), ("{}（修改稿）.docx", 1, "docx"), counts=1),
        _named(finance, ("{}.docx", 0, "docx"), ("表/年报.xlsx", 0, "xlsx"), ("扫描/{}公开.pdf", 0, "pdf")),
        Story(school, 1),
        _named(police, ("{}.docx", 0, "docx"), ("报送/{}.xlsx", 1, "xlsx"), counts=None),
        _named(
            f"{PLACE}城阳街道办事处",
            ("{}.docx", 0, "docx"),
            ("a/{}.odt", 1, "odt"),
            ("b/{}.xlsx", 2, "xlsx"),
            counts=None,
        ),
        _named(
            AMBIGUOUS,
            *(
                (f"{n}/{{}}.{kind}", 0, kind)
                for n, kind in enumerate(("docx", "xlsx", "pdf", "doc", "odt", "docx", "xlsx", "pdf"))
            ),
        ),
        _named(water, ("{}（初稿）.docx", 0, "docx"), ("{}.docx", 1, "docx"), counts=1),
        Story(
            (Sent(f"{health}.docx", health, 0, "docx"), Sent(f"文字/{health}.txt", health, 0, "txt", is_text=True)), 0
        ),
        _named(audit, ("{}.pdf", 0, "pdf"), ("word/{}.docx", 0, "docx"), ("{}定稿.docx", 1, "docx"), counts=1),
    ]
    single = [*others, *(f"{PLACE}{town}人民政府" for town in _TOWNS)]
    kinds = (_FORMATS[number % len(_FORMATS)] for number in range(len(single)))
    return [*told, *(_named(agency, (f"{{}}.{kind}", 0, kind)) for agency, kind in zip(single, kinds, strict=True))]


def figures(seed: int, agency: str, content: int) -> Printout:
    """Return what a content of an agency says: a sound report, other contents of the agency differing in many cells."""
    rng = random.Random(f"{seed} {agency} {content}")
    while True:
        found = sound_report(rng, form(FORM))
        received = found[RECEIVED].value
        if received is not None and received > 0:
            return printout_of(form(FORM), {path: Truth(f.text, f.value) for path, f in found.items()})


def summed(seed: int, stories: list[Story]) -> Printout:
    """Return the summary of the agencies: of every cell the sum of the contents that count, or of the first."""
    parts = [figures(seed, story.sent[0].agency, story.counts or 0).truth for story in stories]
    total = {path: sum((part[path].value or Decimal(0) for part in parts), Decimal(0)) for path in parts[0]}
    return printout_of(form(FORM), {path: Truth(f"{number.normalize():f}", number) for path, number in total.items()})


def file_of(seed: int, sent: Sent, summary: Printout | None = None) -> bytes:
    """Return the bytes of a file; `summary` are the figures of the government's."""
    rng = random.Random(f"{seed} {sent.name}")
    title = f"{sent.agency}{YEAR}年政府信息公开工作年度报告"
    signature = (
        "" if sent.published is None else f"{sent.published.year}年{sent.published.month}月{sent.published.day}日"
    )
    prose = _OWN if summary is None else _SUMMARY
    if sent.is_text:
        parts = [title, *(line for section in zip(SECTIONS, (prose, *_TEXTS), strict=True) for line in section)]
        return "\n".join(parts).encode()
    printout = summary or figures(seed, sent.agency, sent.content)
    return written(rng, sent.kind, printout, title=title, prose=prose, signature=signature)


def write_county(folder: Path, stories: list[Story], seed: int, *, run: int = 0) -> Iterator[Path]:
    """Write the files that arrive in a run into a folder, yielding their paths."""
    government = f"{PLACE}人民政府"
    below = [story for story in stories if story.sent[0].agency not in (government, AMBIGUOUS)]
    for story in stories:
        for sent in story.sent:
            if sent.run != run:
                continue
            path = folder / sent.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file_of(seed, sent, summed(seed, below) if sent.agency == government else None))
            yield path
