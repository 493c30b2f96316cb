"""Files of a county and the city above it: own reports, summaries, and one of which nobody knows what it sums up.

Belongs here: reports whose figures are chosen. Keep out: what should come of them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from benchmarks.corpus import layouts
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import PROSE, TITLE

Figures = Mapping[str, int]
YEAR = 2022


def received(cases: int, **others: int) -> dict[str, int]:
    """Return the cells of a report that received applications of natural persons and granted all; else 0."""
    cells = {f"applications.{line}": cases for line in ("received", "granted", "outcome_total")}
    cells = {f"{line}.{who}": n for line, n in cells.items() for who in ("natural_person", "total")}
    return cells | {name.replace("__", "."): n for name, n in others.items()}


def report(agency: str, figures: Figures, prose: str = "", year: int = YEAR) -> bytes:
    """Return a report on form 2021 in which every cell without a figure is 0."""
    printout = random_printout(random.Random(1), "2021")
    for line in printout.rows():
        line.values = [str(figures.get(".".join(path), 0)) for path in line.paths]
    text = layouts.page(random.Random(1), printout, layouts.tab_led)
    text = text.replace(TITLE, f"{agency}{year}年政府信息公开工作年度报告").replace(PROSE, prose)
    return text.replace("2020年", f"{year}年").encode()


# Each agency with what it received; decisions on penalties stand for the tables of article 20.
OFFICES = {
    "莒县人民政府办公室": 11,
    "莒县财政局": 3,
    "莒县教育局": 4,
    "莒县民政局": 0,
    "莒县城阳街道办事处": 2,
    "莒县招贤镇人民政府": 1,
}
CITY_OFFICES = {"日照市人民政府办公室": 20, "日照市财政局": 7}
# In the county, and run from above: an agency of its own, and no part of the county's summary.
FROM_ABOVE = {"国家税务总局莒县税务局": 9}
PENALTIES = 10
COUNTY, CITY = sum(OFFICES.values()), 100
DOUBTFUL = 50


def county(summary: Figures) -> dict[str, bytes]:
    """Return the files of the county with its summary, of the city with its own, and one of unknown scope."""
    own = {**OFFICES, **CITY_OFFICES, **FROM_ABOVE}
    files = {
        name: report(name, received(cases, enforcement__administrative_penalty__decisions=PENALTIES))
        for name, cases in own.items()
    }
    files["莒县人民政府"] = report("莒县人民政府", summary, f"{YEAR}年，全县共收到政府信息公开申请{COUNTY}件。")
    city = received(CITY, enforcement__administrative_penalty__decisions=1000)
    files["日照市人民政府"] = report("日照市人民政府", city, "本报告汇总各县（区）、市直各部门数据编制。")
    doubtful = received(DOUBTFUL, enforcement__administrative_penalty__decisions=500)
    files["东港区人民政府"] = report("日照市东港区人民政府", doubtful, f"{YEAR}年，区政府共收到申请{DOUBTFUL}件。")
    return files


def write(files: Mapping[str, bytes], inbox: Path) -> None:
    """Write files into an inbox."""
    for name, data in files.items():
        (inbox / f"{name}.txt").write_bytes(data)
