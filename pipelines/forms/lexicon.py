"""Recognise a printed label: which rows, columns and groups of which form it can be, and how sure that is."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from pipelines.forms.catalogue import FORMS
from pipelines.forms.labels import clean, parse_label
from pipelines.forms.periods import names_another_figure, notes_another_period, without_time

# Measured on the label variants of real reports: 诉求类 and 行业事业性收费 score 0.85 and more,
# different labels of one form (行政处罚 and 行政强制) at most 0.80.
MIN_SIMILARITY = 0.84
MIN_MARGIN = 0.10
MIN_FUZZY_LENGTH = 3

ROW, COLUMN, GROUP, SPANNING, MARK = "row", "column", "group", "spanning", "mark"
# A header word that names no column but opens a table, whichever; tables declare those of their own (header_marks).
_ANY_TABLE_MARK = "信息内容"
# In print the relation that the applications table states stands in brackets, as a note without a label.
_NOTED_MARK, _MARK_NOTE = "本列数据的勾稽关系为", "勾稽关系"
_SUFFIXES = ("数量", "件数", "情况", "事项", "数", "件")


class Target(NamedTuple):
    """What a label can stand for. `form` is empty for marks."""

    kind: str
    table: str
    id: str
    form: str


class Match(NamedTuple):
    """The targets of a label with how it was matched: `label` (exactly) or `variant` (similar, prefix, suffix)."""

    targets: tuple[Target, ...]
    matched_by: str
    score: float

    def of(self, kind: str, table: str | None = None) -> tuple[Target, ...]:
        """Return the targets of one kind, of one table if given."""
        return tuple(t for t in self.targets if t.kind == kind and (table is None or t.table == table))


NO_MATCH = Match((), "", 0.0)


def _build() -> dict[str, tuple[Target, ...]]:
    targets: dict[str, dict[Target, None]] = defaultdict(dict)

    def add(label: str, target: Target) -> None:
        targets[parse_label(label).body][target] = None

    for form in FORMS.values():
        for table in form.tables:
            kinds = ((ROW, (*table.rows, *table.extra_rows)), (COLUMN, table.columns))
            spans = ((GROUP, table.groups), (SPANNING, table.spanning))
            for kind, entries in (*kinds, *spans):
                for entry in entries:
                    for label in (entry.label, *entry.aliases):
                        add(label, Target(kind, table.id, entry.id, form.id))
            for word in table.header_marks:
                add(word, Target(MARK, table.id, word, ""))
    add(_ANY_TABLE_MARK, Target(MARK, "", _ANY_TABLE_MARK, ""))
    return {body: tuple(found) for body, found in targets.items()}


_EXACT = _build()
_LONG = tuple(body for body in _EXACT if len(body) >= MIN_FUZZY_LENGTH)


# Groups whose rows bear no prefix: the rows below 本年度办理结果 are granted, partially_granted ...
_PREFIXED = {
    row.group
    for form in FORMS.values()
    for table in form.tables
    for row in (*table.rows, *table.extra_rows)
    if row.group is not None
}
_GROUPS = tuple(
    (body, group) for body, found in _EXACT.items() if (group := next((t for t in found if t.kind == GROUP), None))
)
_SIZES = sorted({len(body) for body in _EXACT}, reverse=True)
_WITHOUT_FIRST: dict[str, list[str]] = defaultdict(list)
for _body in _LONG:
    if len(_body) >= 4:
        _WITHOUT_FIRST[_body[1:]].append(_body)


def _below_group(body: str) -> tuple[Target, ...]:
    """Return the rows that a label names together with their group, as one cell prints both: 无法提供2.没有现成信息."""
    for label, group in _GROUPS:
        if body.startswith(label) and (rest := body[len(label) :].lstrip(_DIGITS)) in _EXACT:
            rows = [t for t in _EXACT[rest] if t.kind == ROW and t.table == group.table]
            prefix = f"{group.id}." if group.id in _PREFIXED else ""
            return tuple(t for t in rows if t.id.startswith(prefix) and ("." in t.id) == bool(prefix))
    return ()


def _names_another(body: str, label: str) -> bool:
    """Tell whether what follows a label is another one of its kind: two cells are then glued together."""
    following = _EXACT.get(body[len(label) :].lstrip(_DIGITS), ())
    return not {t.kind for t in following}.isdisjoint(t.kind for t in _EXACT[label])


def _affix(body: str) -> str | None:
    for suffix in _SUFFIXES:
        if body.endswith(suffix) and body[: -len(suffix)] in _EXACT:
            return body[: -len(suffix)]
    lost_first = _WITHOUT_FIRST.get(body, [])
    if len(lost_first) == 1:
        return lost_first[0]
    begins = next((body[:size] for size in _SIZES if size <= len(body) - 6 and body[:size] in _EXACT), None)
    return None if begins is None or _names_another(body, begins) else begins


def _similar(body: str) -> tuple[str, float] | None:
    if len(body) < MIN_FUZZY_LENGTH:
        return None
    found = process.extract(body, _LONG, scorer=fuzz.ratio, limit=2, score_cutoff=74)
    if not found or found[0][1] / 100 < MIN_SIMILARITY:
        return None
    runner_up = found[1][1] / 100 if len(found) > 1 else 0.0
    best = found[0][1] / 100
    same = len(found) > 1 and _EXACT[found[0][0]] == _EXACT[found[1][0]]
    return (found[0][0], best) if same or best - runner_up >= MIN_MARGIN else None


_PREFIXES = frozenset(body[:size] for body in _EXACT for size in range(len(body) + 1))
_UNDONE = "资专档"  # first characters of phrases that parse_label undoes
_NUMERALS = "一二三四五六七八九十"
_DIGITS = "0123456789"


def may_begin_label(body: str) -> bool:
    """Tell whether the normal form of a text can be how a longer label begins: false is certain, true is not."""
    return body in _PREFIXES or not body.strip(_NUMERALS) or body.isdigit() or any(c in body for c in _UNDONE)


def label_bodies() -> tuple[str, ...]:
    """Return the normal forms of all labels."""
    return tuple(_EXACT)


@lru_cache(maxsize=65536)
def match(text: str) -> Match:
    """Match a printed label. Exact on its normal form, else a lost first character, an added word, or similarity."""
    label = parse_label(text)
    if not label.body:
        noted = _EXACT.get(_NOTED_MARK) if _MARK_NOTE in label.note else None
        return Match(noted, "label", 1.0) if noted else NO_MATCH
    if exact := _EXACT.get(label.body):
        return NO_MATCH if notes_another_period(label.note, label.body) else Match(exact, "label", 1.0)
    if label.body.isdigit() or len(label.body) > 80:
        return NO_MATCH
    if below := _below_group(label.body):
        return Match(below, "variant", 1.0)
    affix = _affix(label.body)
    if affix and not names_another_figure(label.body, affix):
        score = fuzz.ratio(affix, label.body) / 100
        return Match(_EXACT[affix], "variant", max(score, MIN_SIMILARITY))
    similar = None if affix else _similar(label.body)
    if similar and not names_another_figure(label.body, similar[0]):
        return Match(_EXACT[similar[0]], "variant", round(similar[1], 4))
    return NO_MATCH


def time_above_columns(text: str) -> str:
    """Return a text that names a time besides what stands above columns (2021年申请人情况), empty for any other."""
    rest = without_time(text)
    above = match(rest) if rest != clean(text) else NO_MATCH
    return text if above.of(MARK) or above.of(SPANNING) else ""


def is_exact(text: str) -> bool:
    """Tell whether the normal form of text is a label of a form."""
    return parse_label(text).body in _EXACT


_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")
_LONGEST = max(map(len, _EXACT))
_GLUED = re.compile(r"^[\u4e00-\u9fff].*")
_CAPTION_START = re.compile(r"第?二十条第?\([一二三四五六七八九十]{1,3}\)项")
_MIN_GLUED = 4


@lru_cache(maxsize=16384)
def unglue(text: str) -> tuple[str, ...]:
    """Cut text in which captions, labels and digits run on without any mark (规章000); other text stays whole.

    The whole text must be explained, from its first character to its last; digits stay one piece.
    """
    folded = clean(text)
    if len(folded) < _MIN_GLUED or "。" in folded or not _GLUED.match(folded) or match(text).matched_by == "label":
        return (text,)
    parts: list[str] = []
    position = 0
    while position < len(folded):
        step = _glued_part(folded, position)
        if step is None:
            return (text,)
        parts.append(step)
        position += len(step)
    return tuple(parts) if len(parts) > 1 else (text,)


def _glued_part(folded: str, position: int) -> str | None:
    rest = folded[position:]
    if caption := _CAPTION_START.match(rest):
        return caption[0]
    if digits := re.match(r"\d+", rest):
        return digits[0]
    plain = _NOT_HAN.search(rest[:2]) is None and rest[0] not in _NUMERALS
    if plain and not may_begin_label(rest[:2]):
        return None
    for size in range(min(_LONGEST + 30, len(rest)), 1, -1):
        piece = rest[:size]
        if piece[-1] not in "(、/" and parse_label(piece).body in _EXACT and not _ends_inside(piece):
            return piece
    return None


def _ends_inside(piece: str) -> bool:
    return piece.count("(") != piece.count(")") or piece[-1].isdigit() or piece[-1] in ":、."
