"""The reports that a portal of the tests publishes: real pages with known cells, and files beside them.

Belongs here: the pages of reports. Keep out: how they are listed (`lists`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from benchmarks.corpus import docx, layouts
from benchmarks.corpus.printing import Printout, random_printout
from benchmarks.corpus.spans import TITLE, report_blocks

FIRST_YEAR = 2025
PLACES = ("东山", "西河", "南湖", "北岭", "青林", "白水", "云溪", "石桥", "金沙", "长宁", "安平", "永丰")


@dataclass(frozen=True)
class Published:
    """A report: its number in the portal, title, day, page, and what files lie beside it by name."""

    number: int
    year: int
    title: str
    day: str
    body: str
    printout: Printout
    files: tuple[tuple[str, bytes], ...] = ()
    # What the article shows instead of text: pictures by name, of which a page has some around it as well.
    pictures: tuple[tuple[str, bytes], ...] = ()

    @property
    def day_path(self) -> str:
        year, month, day = self.day.split("-")
        return f"{year}/{int(month)}/{int(day)}"

    def page(self) -> bytes:
        """Return the page as the portal serves it."""
        links = "".join(f'<p>附件：<a href="./{name}">{name}</a></p>' for name, _ in self.files)
        shown = "".join(f'<p><img src="/loading.gif" data-original="./{name}"></p>' for name, _ in self.pictures)
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.title}</title>'
            f'<meta name="ArticleTitle" content="{self.title}"><meta name="PubDate" content="{self.day} 10:21"></head>'
            f'<body><div class="nav"><a href="/"><img src="/logo.png">首页</a></div><h1>{self.title}</h1>'
            f'<div id="zoom">{self.body}{shown}{links}</div>'
            '<div class="foot">主办：某市人民政府办公室</div></body></html>'
        ).encode()


class Shelf:
    """The reports of a portal, newest first; what is changed or taken away here changes on the portal."""

    def __init__(self, count: int, *, seed: int = 1, files_every: int = 0) -> None:
        self.reports = [published(seed, number, with_file=is_nth(number, files_every)) for number in range(count)]

    def __iter__(self) -> Iterator[Published]:
        return iter(self.reports)

    def __len__(self) -> int:
        return len(self.reports)

    def change(self, index: int) -> Published:
        """Publish a corrected version of a report at its address."""
        old = self.reports[index]
        fresh = published(7_000 + old.number, old.number)
        self.reports[index] = replace(old, body=fresh.body, printout=fresh.printout)
        return self.reports[index]

    def remove(self, index: int) -> Published:
        """Take a report away."""
        return self.reports.pop(index)


def is_nth(number: int, every: int) -> bool:
    return every > 0 and number % every == 0


@cache
def published(seed: int, number: int, *, with_file: bool = False) -> Published:
    """Return a report; the same seed and number make the same one."""
    rng = random.Random(f"{seed} {number} portal")
    year = FIRST_YEAR - number // len(PLACES) % 4
    title = f"{PLACES[number % len(PLACES)]}市{year}年政府信息公开工作年度报告"
    printout = random_printout(rng, "2021" if year > 2020 else "2019")
    text = layouts.page(rng, printout, layouts.html)
    inner = re.sub(r"^<html><body>(.*)</body></html>$", r"\1", text, flags=re.DOTALL).replace(TITLE, title)
    files = ((f"P{number:04}.docx", docx.write(rng, report_blocks(rng, printout, title=title))),) if with_file else ()
    day = f"{year + 1}-{number % 3 + 1:02}-{number % 28 + 1:02}"
    return Published(number, year, title, day, inner, printout, files)
