"""A county's reports before they are published: sound ones in several formats, some of them with a planted fault.

A fault is a number that was changed, and the errors that must follow: those findings, and in no other file any.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from benchmarks.audit import sound_report
from benchmarks.corpus.figures import Figure
from benchmarks.corpus.formats import written
from benchmarks.corpus.printing import Path as Cell
from benchmarks.corpus.printing import Truth, printout_of
from pipelines.forms.catalogue import form

YEAR, FORM = 2021, form("2021")
PLACE = "莒县"
_BUREAUS = (
    *("司法局", "财政局", "公安局", "水利局", "卫生健康局", "审计局", "民政局", "交通运输局", "统计局", "商务局"),
    *("农业农村局", "应急管理局", "住房和城乡建设局", "医疗保障局", "退役军人事务局", "自然资源和规划局"),
)
_TOWNS = ("招贤镇人民政府", "夏庄镇人民政府", "峤山镇人民政府", "龙山镇人民政府")
UNITS = tuple(f"{PLACE}{name}" for name in (*_BUREAUS, *_TOWNS))
_FORMATS = ("docx", "xlsx", "pdf", "doc", "odt", "rtf", "xls")
_PROSE = "本机关认真落实政府信息公开工作要求。"
_PERSON, _TOTAL = "natural_person", "total"
Errors = frozenset[tuple[str, str]]


def _of_both(rule: str) -> Errors:
    return frozenset({(rule, _PERSON), (rule, _TOTAL)})


# Numbers that are one too high, and the errors (rule, scope) of it.
FAULTS: dict[str, tuple[tuple[Cell, ...], Errors]] = {
    "carried out": (
        (("applications", "carried_out", _PERSON), ("applications", "carried_out", _TOTAL)),
        _of_both("applications.balance"),
    ),
    "one outcome": (
        (("applications", "granted", _PERSON), ("applications", "granted", _TOTAL)),
        _of_both("applications.outcome_sum"),
    ),
    "a total": (
        (("applications", "received", _TOTAL),),
        frozenset({("applications.row_total", "received"), ("applications.balance", _TOTAL)}),
    ),
    "a review": (
        (("reviews", "litigation_direct", _TOTAL),),
        frozenset({("reviews.channel_sum", "litigation_direct")}),
    ),
}
# Which units have which fault.
PLANTED = {UNITS[1]: "carried out", UNITS[4]: "one outcome", UNITS[9]: "a total", UNITS[14]: "a review"}


def sound_figures(unit: str, seed: int = 20) -> dict[Cell, Figure]:
    """Return the figures of a sound report in which every cell has a number."""
    rng = random.Random(f"{seed} {unit}")
    while True:
        found = sound_report(rng, FORM)
        if all(figure.value is not None for figure in found.values()):
            return found


def report_file(
    unit: str,
    kind: str,
    *,
    fault: str | None = None,
    year: int = YEAR,
    title: str | None = None,
    changed: Mapping[Cell, str] | None = None,
) -> bytes:
    """Return a report as a file of a format; `changed` are cells that print another number, or nothing."""
    figures = sound_figures(unit)
    for path in FAULTS[fault][0] if fault else ():
        number = (figures[path].value or Decimal(0)) + 1
        figures[path] = Figure(f"{number:f}", number)
    truth = {path: Truth(figure.text, figure.value) for path, figure in figures.items()}
    truth |= {path: Truth(text, Decimal(text) if text else None) for path, text in (changed or {}).items()}
    title = title or f"{unit}{year}年政府信息公开工作年度报告"
    return written(random.Random(unit), kind, printout_of(FORM, truth), title=title, prose=_PROSE)


def write_office(folder: Path) -> Mapping[str, Errors]:
    """Write twenty reports, towns in a folder of their own; returns the errors that are planted, by file."""
    planted: dict[str, Errors] = {}
    for place, unit in enumerate(UNITS):
        kind = _FORMATS[place % len(_FORMATS)]
        within = folder / "乡镇" if unit.endswith("镇人民政府") else folder
        within.mkdir(parents=True, exist_ok=True)
        fault = PLANTED.get(unit)
        path = within / f"{unit}.{kind}"
        path.write_bytes(report_file(unit, kind, fault=fault))
        planted[str(path)] = FAULTS[fault][1] if fault else frozenset()
    return planted
