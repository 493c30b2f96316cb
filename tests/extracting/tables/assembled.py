"""Tables in text without row marks, as lines and between pipes, and the rows that are assembled from them."""

from __future__ import annotations

from pipelines.extracting.tables.collector import Collector
from pipelines.extracting.tables.text_rows import TextRows, tokens_of
from pipelines.reading import Grid, Paragraph, Run, read

CAPTION = "第二十条第（一）项\n"
HEADER = "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n"
LINES = CAPTION + HEADER
PIPES = CAPTION + "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n"
LED = "| 第二十条第（一）项 |\n| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n"
RULES, NORMATIVE = "规章", "行政规范性文件"
PROSE = "本机关全年未制作规章。"
COLUMNS = "自然人\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n总计\n"
SEVEN = [*"1234567"]

Rows = list[tuple[str, list[str]]]


def blocks_of(text: str) -> list[Paragraph | Run]:
    return [block for block in read(text.encode()).blocks if not isinstance(block, Grid)]


def collected(text: str, *, ends_document: bool = False) -> Collector:
    collector = Collector()
    TextRows(collector, 7).run(tokens_of(blocks_of(text)), ends_document=ends_document)
    return collector


def rows(text: str) -> Rows:
    """Return label and cells of every row of a text, whatever its table."""
    tables = collected(text).tables
    return [(row.label, [slot.text for slot in row.slots]) for table in tables for row in table.rows]


def printed(*cells: str) -> str:
    """Return one cell a line."""
    return "".join(f"{cell}\n" for cell in cells)
