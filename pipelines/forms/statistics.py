"""Form 2014 (政府信息公开情况统计表): its indicators, and which one a printed label names.

Belongs here: the indicators and their own vocabulary. Keep out: the tables of forms 2019 and 2021 (`form`, `lexicon`),
whose documents print these labels in prose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rapidfuzz import fuzz, process

from pipelines.forms.form import FORMS, Column, Form, Row, Table
from pipelines.forms.labels import clean, parse_label

TABLE_ID = "stat2014"
# 同意公开答复数 and 不同意公开答复数 score 0.93: a similar label is believed only where no other comes near it.
_MIN_SIMILARITY, _MIN_MARGIN = 0.86, 0.10
_MIN_FUZZY_LENGTH = 5
_OF_WHICH = re.compile(r"^其中[:：、,，]?")
_UNIT_NAMES = frozenset(("条", "件", "次", "篇", "个", "人", "人次", "万元", "元", "份", "期", "场", "场次", "起"))


class Indicator(NamedTuple):
    """A number of form 2014. `of` is the indicator it is a part of (其中); `opens`: it is its section's own total."""

    id: str
    label: str
    unit: str
    section: str
    number: str | None
    kind: str
    of: str | None
    opens: bool


class Named(NamedTuple):
    """What a label names: an indicator, or the section (or a heading in it) that it opens."""

    indicator: Indicator | None
    section: str
    matched_by: str
    score: float


@dataclass(frozen=True)
class Statistics:
    """Form 2014 as declared: `form` has one nameless column, so that a cell path is stat2014.<indicator>."""

    form: Form
    indicators: tuple[Indicator, ...]
    section_labels: dict[str, str]
    header: dict[str, str]
    entries: dict[str, tuple[Named, ...]]


def _load() -> Statistics:
    data = yaml.safe_load((Path(__file__).parent / "form_2014.yml").read_text(encoding="utf-8"))
    indicators: list[Indicator] = []
    entries: dict[str, list[Named]] = defaultdict(list)
    for section in data["sections"]:
        for label in (section["label"], *section["headings"]):
            entries[_body(label)].append(Named(None, section["id"], "label", 1.0))
        for entry in section["indicators"]:
            found = _indicator(entry, section["id"])
            indicators.append(found)
            for label in (found.label, *entry.get("aliases", ())):
                entries[_body(label)].append(Named(found, found.section, "label", 1.0))
    rows = tuple(Row(i.id, i.label, i.number) for i in indicators)
    column = Column("", data["header"]["number"], "")
    table = Table(TABLE_ID, data["label_zh"], (column,), rows)
    form = Form(data["id"], data["label_zh"], data["source"], tuple(data["decisive"]), (table,))
    labels = {section["id"]: section["label"] for section in data["sections"]}
    return Statistics(form, tuple(indicators), labels, data["header"], {k: tuple(v) for k, v in entries.items()})


def _indicator(entry: dict[str, Any], section: str) -> Indicator:
    return Indicator(
        entry["id"],
        entry["label"],
        entry["unit"],
        section,
        entry.get("number"),
        entry.get("kind", "count"),
        entry.get("of"),
        entry.get("opens", False),
    )


def _body(text: str) -> str:
    label = parse_label(_OF_WHICH.sub("", clean(text)))
    return parse_label(_OF_WHICH.sub("", label.body)).body


STATISTICS_2014 = _load()
# Every form there is; FORMS are those whose tables stand in the report itself and share one vocabulary.
ALL_FORMS = {STATISTICS_2014.form.id: STATISTICS_2014.form, **FORMS}
_BODIES = tuple(body for body in STATISTICS_2014.entries if len(body) >= _MIN_FUZZY_LENGTH)
_PREFIXES = frozenset(body[:size] for body in STATISTICS_2014.entries for size in range(1, len(body) + 1))


@lru_cache(maxsize=4096)
def name_of(text: str) -> tuple[Named, ...]:
    """Return what a printed label can name; several where the label stands in several sections (其他情形数)."""
    body = _body(text)
    if not body or body.isdigit():
        return ()
    if exact := STATISTICS_2014.entries.get(body):
        return exact
    if len(body) < _MIN_FUZZY_LENGTH:
        return ()
    found = process.extract(body, _BODIES, scorer=fuzz.ratio, limit=2, score_cutoff=70)
    if not found or found[0][1] / 100 < _MIN_SIMILARITY:
        return ()
    if len(found) > 1 and (found[0][1] - found[1][1]) / 100 < _MIN_MARGIN:
        return ()
    score = round(found[0][1] / 100, 4)
    return tuple(named._replace(matched_by="variant", score=score) for named in STATISTICS_2014.entries[found[0][0]])


def may_go_on(text: str) -> bool:
    """Tell whether a text can be the beginning of a longer label."""
    return _body(text) in _PREFIXES


def is_unit(text: str) -> bool:
    """Tell whether a cell holds a unit of this form, or the dashes printed beside a section."""
    return clean(text) in _UNIT_NAMES


def names_column(text: str) -> str | None:
    """Return indicator, unit or number where a text is the header of that column, older where it adds up years."""
    label = clean(text)
    if "累计" in label:
        return "older"
    body = parse_label(label).body
    if body in ("统计指标", "指标", "指标名称", "统计项目"):
        return "indicator"
    if body in ("单位", "计量单位"):
        return "unit"
    return "number" if body in ("统计数", "统计数据", "统计数量", "统计数值", "统计数本年度", "本年统计数") else None
