"""The form of indicators (2014, 政府信息公开情况统计表): which of its indicators a printed label names.

Belongs here: its own vocabulary. Keep out: the forms with tables in the report (`lexicon`), whose documents print these
labels in prose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from pipelines.forms.catalogue import ALL_FORMS
from pipelines.forms.form import Form
from pipelines.forms.labels import clean, parse_label

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
class Vocabulary:
    """The labels of the form of indicators: what each names, the labels of its sections, its column titles."""

    form: Form
    indicators: tuple[Indicator, ...]
    section_labels: dict[str, str]
    entries: dict[str, tuple[Named, ...]]


def _vocabulary(form: Form) -> Vocabulary:
    (table,) = form.tables
    indicators = tuple(
        Indicator(
            row.id,
            row.label,
            table.unit_of(row.id, ""),
            row.section or "",
            row.number,
            table.kind_of(row.id, ""),
            row.part_of,
            row.opens,
        )
        for row in table.rows
    )
    entries: dict[str, list[Named]] = defaultdict(list)
    for section in table.groups:
        for label in (section.label, *section.headings, *section.aliases):
            entries[_body(label)].append(Named(None, section.id, "label", 1.0))
    for indicator, row in zip(indicators, table.rows, strict=True):
        for label in (row.label, *row.aliases):
            entries[_body(label)].append(Named(indicator, indicator.section, "label", 1.0))
    labels = {section.id: section.label for section in table.groups}
    return Vocabulary(form, indicators, labels, {body: tuple(found) for body, found in entries.items()})


def _body(text: str) -> str:
    label = parse_label(_OF_WHICH.sub("", clean(text)))
    return parse_label(_OF_WHICH.sub("", label.body)).body


STATISTICS_2014 = _vocabulary(next(form for form in ALL_FORMS.values() if form.layout == "indicators"))
TABLE_ID = STATISTICS_2014.form.tables[0].id
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
    if label in ("单位", "计量单位"):  # the normal form of a label has no such word at its end
        return "unit"
    return "number" if body in ("统计数", "统计数据", "统计数量", "统计数值", "统计数本年度", "本年统计数") else None
