"""Reports on form 2014 (政府信息公开情况统计表) made from a seed: a table of 58 numbers under 统计指标, 单位, 统计数.

Belongs here: its figures and how the table is printed. Keep out: the forms of 2019 and 2021 (`printing`).
"""

from __future__ import annotations

import random
from decimal import Decimal

from benchmarks.corpus.printing import Path, Truth
from benchmarks.corpus.spans import Block, SpannedCell, TableBlock, TextBlock
from pipelines.forms.indicators import STATISTICS_2014, TABLE_ID, Indicator

TITLE = "测试市东山区财政局2016年政府信息公开工作年度报告"
_CHAPTERS = (
    ("一、概述", "2016年，我局主动公开政府信息203条，收到申请数4件，政务微博公开政府信息数12条。"),
    ("二、主动公开政府信息情况", "全年通过政府网站公开政府信息180条，举办各类培训班数2次。"),
    ("三、存在的主要问题及改进措施", "公开内容有待深化。"),
)


def random_statistics(rng: random.Random, *, blanks: float = 0.0) -> dict[Path, Truth]:
    """Return the truth of every cell of a form; `blanks` is the share of empty ones."""
    return {(TABLE_ID, i.id, ""): _truth(rng, i, blanks) for i in STATISTICS_2014.indicators}


def _truth(rng: random.Random, indicator: Indicator, blanks: float) -> Truth:
    if rng.random() < blanks:
        return Truth("", None)
    number = 0 if rng.random() < 0.4 else rng.choice((rng.randint(1, 9), rng.randint(10, 99999)))
    if indicator.kind == "amount" and number:
        return Truth(f"{number}.5", Decimal(f"{number}.5"))
    return Truth(f"{number:,}" if rng.random() < 0.1 else str(number), Decimal(number))


def statistics_rows(rng: random.Random, truth: dict[Path, Truth]) -> list[list[str]]:
    """Return the rows of the table, header first: label, unit, number."""
    rows = [["统计指标", "单位", "统计数"]]
    seen = ""
    notes = rng.random() < 0.7
    for indicator in STATISTICS_2014.indicators:
        if indicator.section != seen:
            seen = indicator.section
            if not indicator.opens:
                rows.append([STATISTICS_2014.section_labels[seen], "----", "----"])
        label = indicator.label if notes else indicator.label.partition("（")[0]
        mark = "其中：" if indicator.of else ""
        number = f"{indicator.number}." if indicator.number and indicator.number.isdigit() else indicator.number or ""
        rows.append([f"{mark}{number}{label}", indicator.unit, truth[TABLE_ID, indicator.id, ""].text])
    return rows


def statistics_blocks(rng: random.Random, truth: dict[Path, Truth], *, title: str = TITLE) -> list[Block]:
    """Return the whole report: title, chapters in words, and the table at the end."""
    blocks: list[Block] = [TextBlock(title, is_title=True)]
    for heading, text in _CHAPTERS:
        blocks.extend((TextBlock(heading, is_heading=True), TextBlock(text)))
    blocks.append(TextBlock("政府信息公开情况统计表（2016年度）"))
    rows = statistics_rows(rng, truth)
    return [*blocks, TableBlock(tuple(tuple(SpannedCell(text) for text in row) for row in rows))]
