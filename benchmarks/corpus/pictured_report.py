"""Reports that are made into pictures: figures that add up as real ones do, prose that tells them, a date at the end.

Belongs here: what such a report says. Keep out: pictures and files.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from benchmarks.corpus.figures import Figure, random_figures
from benchmarks.corpus.printing import Path, Printout, Truth, printout_of
from benchmarks.corpus.spans import SECTIONS, TITLE, Block, TextBlock, report_blocks
from benchmarks.corpus.telling import SENTENCES, told
from pipelines.extracting.narrative.figures import NarrativeFigure, narrative_figures
from pipelines.extracting.sections import Section
from pipelines.forms import FORMS

# The years that the sentences speak of, the year before and after.
_TOLD = (2022, 2023, 2024)
_YEARS = {"2019": 2020, "2021": 2023}
# Share of reports in which some totals are printed wrong: what adds up elsewhere proves nothing there.
_UNSOUND = 0.15
# Share of reports with counts of up to five digits, in cells that are no wider.
_LARGE = 0.4
_SENTENCES_IN_PARAGRAPH = 3
_PLAIN = (
    "个别单位对公开工作重视不够，主动公开的内容不够全面，更新不够及时。",
    "政策解读的形式比较单一，群众看得懂、用得上的解读材料还不多。",
    "基层公开专区的管理需要加强，工作人员变动后业务培训没有跟上。",
    "依申请公开的办理程序有待规范，部门之间的会商机制还需完善。",
    "下一步将健全工作制度，明确责任分工，把公开要求落实到每个环节。",
    "继续组织业务培训和交流，提高经办人员的政策水平与办理能力。",
    "加强政府网站和政务新媒体的日常检查，及时纠正错误链接与错别字。",
    "围绕群众关心的教育、医疗、住房等事项，扩大公开范围，细化公开内容。",
)


class PicturedReport(NamedTuple):
    """A report before it is drawn: cells, blocks, its year and date, and the figures that its prose tells."""

    printout: Printout
    blocks: list[Block]
    year: int
    published: date
    told: list[NarrativeFigure]


def random_report(
    rng: random.Random, *, sentences: int = 4, filler: int = 0, form_id: str | None = None
) -> PicturedReport:
    """Return a report of either form whose first section tells its figures in some sentences.

    `filler` are paragraphs without figures in section five: what makes a report long.
    """
    form = FORMS[form_id or rng.choice(("2019", "2021"))]
    found = random_figures(rng, form)
    while rng.random() < 0.9 and found["applications", "received", "total"].value in (None, Decimal(0)):
        found = random_figures(rng, form)
    truth = {path: Truth(figure.text, figure.value) for path, figure in found.items()}
    if rng.random() < _LARGE:
        _enlarge(rng, truth, random_figures(rng, form))
    if rng.random() < _UNSOUND:
        _put_wrong(rng, truth)
    year = _YEARS[form.id]
    prose = _prose(rng, truth, year, sentences)
    published = date(year + 1, 1, rng.randint(4, 28))
    printout = printout_of(form, truth)
    blocks = report_blocks(
        rng, printout, title=TITLE.replace("2020", str(year)), prose=prose[0], even=rng.random() < 0.7,
        one_table=rng.random() < 0.5, signature=f"{published.year}年{published.month}月{published.day}日",
    )  # fmt: skip
    place = blocks.index(TextBlock(prose[0])) + 1
    blocks[place:place] = [TextBlock(text) for text in prose[1:]]
    place = blocks.index(TextBlock(SECTIONS[4], is_heading=True)) + 1
    blocks[place:place] = [TextBlock("".join(rng.sample(_PLAIN, 4))) for _ in range(filler)]
    figures = narrative_figures([Section(1, SECTIONS[0], "\n".join(prose))], year)
    return PicturedReport(printout, blocks, year, published, figures)


def _enlarge(rng: random.Random, truth: dict[Path, Truth], other: dict[Path, Figure]) -> None:
    """Add a multiple of another report's counts to those that must add up: they still do."""
    times = rng.randint(7, 900)
    for path, cell in truth.items():
        more = other[path].value
        if path[0] in ("applications", "reviews") and more:
            value = (cell.value or Decimal(0)) + times * more
            truth[path] = Truth(str(value), value)


def _put_wrong(rng: random.Random, truth: dict[Path, Truth]) -> None:
    totals = [path for path, cell in truth.items() if path[0] == "applications" and path[2] == "total" and cell.value]
    for path in rng.sample(totals, min(len(totals), rng.randint(1, 3))):
        wrong = (truth[path].value or Decimal(0)) + rng.randint(1, 9)
        truth[path] = Truth(str(wrong), wrong)


def _prose(rng: random.Random, truth: dict[Path, Truth], year: int, count: int) -> list[str]:
    """Return paragraphs that tell figures of the report."""
    cells = {".".join(path): cell.value or Decimal(0) for path, cell in truth.items()}
    chosen = rng.sample(SENTENCES, min(count, len(SENTENCES)))
    texts = [text for sentence in chosen if (text := told(sentence, cells))]
    parts = ["".join(texts[n : n + _SENTENCES_IN_PARAGRAPH]) for n in range(0, len(texts), _SENTENCES_IN_PARAGRAPH)]
    for before, now in zip(_TOLD, (year - 1, year, year + 1), strict=True):
        parts = [part.replace(f"{before}年", f"#{now}年") for part in parts]
    parts = [part.replace("#", "") for part in parts]
    return parts or [f"{year}年，本机关按时公开了政府信息。"]
