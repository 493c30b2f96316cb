"""A finding in the words of a correction sheet: what disagrees, each term as it is printed and where, cause and source.

Belongs here: lines of one finding, and the cells that it marks. Keep out: the sheet (`correction_sheet`), shorter words
for a screen (`telling`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.forms.patterns import FORM_CELLS
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.cell_labels import labelled
from pipelines.office.checked import Finding, PrintedCell
from pipelines.office.printed_form import printed_value
from pipelines.shown import shown

_BLANK, _NIL, _AMBIGUOUS, _ABSENT = code_list("cell_status").named("blank", "nil_mark", "ambiguous", "absent")
# Of sides with more terms than this, those that are 0 or not filled in are counted.
_ALL_TERMS = 3
_PLUS, _MINUS = "+ ", "− "
_BETWEEN: dict[Language, str] = {"zh": "；", "en": "; "}
_UNFILLED = (_BLANK, _NIL, _ABSENT)


@dataclass(frozen=True)
class FindingWords:
    """A finding: its number on the sheet, its severity as a code and in words, what is wrong, and lines that tell more.

    `cells` are the paths of the cells to be marked.
    """

    number: int
    code: str
    severity: str
    text: str
    lines: tuple[str, ...]
    cells: tuple[str, ...]


class _Telling(NamedTuple):
    """What the words of a finding depend on, beside the finding."""

    form: str
    language: Language
    last_year: Mapping[str, Decimal | float]

    def labelled(self, text: str) -> str:
        return labelled(text, self.form, self.language)


def finding_words(
    number: int,
    found: Finding,
    form: str,
    language: Language,
    last_year: Mapping[str, Decimal | float] | None = None,
) -> FindingWords:
    """Return a finding of a report of a form in words, with its number on the sheet.

    `last_year` are numbers of last year's report by cell path, for rules that hold this year's against them.
    """
    of = _Telling(form, language, last_year or {})
    marked = dict.fromkeys(cell.path for side in (found.left, found.right) for cell in _listed(side))
    if not marked and found.cell is not None:
        marked = {found.cell.path: None}
    severity = code_list("severity").label(found.severity, language)
    text = of.labelled(found.message[language] or "")
    return FindingWords(number, found.severity, severity, text, tuple(_lines(found, of)), (*marked,))


def cell_text(status: str, raw: str | None, language: Language) -> str:
    """Return what a cell of the report prints; one without a number that is sure says what it is, and is never 0."""
    printed = " ".join((raw or "").split())
    if status == _AMBIGUOUS:
        if not printed:
            return message_in(language, "correction_sheet.not_read")
        return message_in(language, "correction_sheet.doubtful", printed=printed)
    if status == _ABSENT:
        return message_in(language, "correction_sheet.not_printed")
    return shown(printed) or message_in(language, "correction_sheet.not_filled")


def large_changes(
    form: str, values: Mapping[str, float | None], last_year: Mapping[str, Decimal | float]
) -> frozenset[str]:
    """Return the cells that changed as much as the audit asks about (rule years.jump)."""
    from pipelines.auditing.across import is_jump  # noqa: PLC0415  # it loads polars

    both = ((path, value, last_year.get(path)) for path, value in values.items() if path in _watched(form))
    return frozenset(
        path
        for path, value, last in both
        if value is not None and last is not None and is_jump(Decimal(str(value)), Decimal(str(last)))
    )


@cache
def _watched(form: str) -> frozenset[str]:
    from pipelines.auditing.binding import compared_paths  # noqa: PLC0415  # it loads polars
    from pipelines.auditing.rule_kinds import JumpRule  # noqa: PLC0415  # it loads polars
    from pipelines.auditing.rules_file import rules_of  # noqa: PLC0415  # it loads polars

    cells = FORM_CELLS[form]
    jumps = (rule for rule in rules_of(JumpRule) if cells.form.layout in rule.layouts)
    return frozenset(path for rule in jumps for path in compared_paths(rule, cells))


@cache
def _source(rule: str, language: Language) -> str:
    """Return the documents that a rule comes from, each with article or part."""
    from pipelines.auditing.local_packs import rules_of_packs  # noqa: PLC0415  # it loads polars
    from pipelines.auditing.rules_file import RULES  # noqa: PLC0415  # it loads polars

    known = {each.rule: each for each in (*RULES, *(own for _, own in rules_of_packs()))}
    cited = known[rule].source
    return _BETWEEN[language].join(each.text_zh if language == "zh" else each.text_en for each in cited)


def _last_terms(found: Finding, side: str, of: _Telling) -> list[str]:
    """Return the terms of a side that stand in last year's report, each with its number where it is known."""
    terms = []
    for path, sign in _of_last_year(found.rule, found.scope, of.form, side):
        value = of.last_year.get(path)
        unknown = message_in(of.language, "correction_sheet.last_year_unknown")
        printed = unknown if value is None else printed_value(Decimal(str(value)))
        cell = of.labelled(path)
        told = message_in(of.language, "correction_sheet.term_last_year", cell=cell, printed=printed)
        terms.append(f"{_MINUS if sign < 0 else _PLUS}{told}")
    return terms


@cache
def _of_last_year(rule: str, scope: str, form: str, side: str) -> tuple[tuple[str, int], ...]:
    import polars as pl  # noqa: PLC0415  # after workers were started

    from pipelines.auditing.rule_cells import rule_cells_frame  # noqa: PLC0415  # it loads polars

    named = (pl.col("rule") == rule) & (pl.col("scope") == scope) & (pl.col("form") == form) & (pl.col("side") == side)
    return tuple(rule_cells_frame().filter(named & pl.col("is_last_year")).select("cell_path", "sign").iter_rows())


def _lines(found: Finding, of: _Telling) -> Iterator[str]:
    left, right = (
        _side(found.left, _last_terms(found, "left", of), of),
        _side(found.right, _last_terms(found, "right", of), of),
    )
    if left or right:
        if left:
            yield message_in(of.language, "correction_sheet.left_side", terms=left)
        if right:
            yield message_in(of.language, "correction_sheet.right_side", terms=right)
        if found.is_equality and left and right:
            yield message_in(of.language, "correction_sheet.must_agree")
    elif found.cell is not None:
        yield message_in(of.language, "correction_sheet.about", term=_term(found.cell, of))
    elif place := telling.place_of(found.place, of.language):
        yield message_in(of.language, "correction_sheet.at", place=place)
    if cause := found.hint[of.language]:
        yield message_in(of.language, "correction_sheet.likely_cause", cause=of.labelled(cause))
    yield message_in(of.language, "correction_sheet.source", source=_source(found.rule, of.language))


def _is_counted(cell: PrintedCell) -> bool:
    """Tell whether a term adds nothing to a sum, so that a long side only counts it."""
    return cell.status in _UNFILLED or cell.value == 0


def _listed(side: Sequence[PrintedCell]) -> Sequence[PrintedCell]:
    """Return the terms of a side that are told one by one: all of a short one, and of one that adds up to nothing."""
    return side if len(side) <= _ALL_TERMS else [cell for cell in side if not _is_counted(cell)] or side


def _side(side: Sequence[PrintedCell], before: Sequence[str], of: _Telling) -> str:
    """Return the terms of a side, those of last year's report (`before`) after those of this one."""
    listed = _listed(side)
    terms = [f"{_MINUS if cell.sign < 0 else _PLUS}{_term(cell, of)}" for cell in listed]
    told = [" ".join([*terms, *before]).removeprefix(_PLUS)]
    others = [] if len(listed) == len(side) else [cell for cell in side if _is_counted(cell)]
    zeros = sum(cell.value == 0 for cell in others)
    if zeros:
        told.append(message_in(of.language, "correction_sheet.other_zero", n=zeros))
    if len(others) > zeros:
        told.append(message_in(of.language, "correction_sheet.other_unfilled", n=len(others) - zeros))
    return _BETWEEN[of.language].join(told)


def _term(cell: PrintedCell, of: _Telling) -> str:
    name, printed = of.labelled(cell.path), cell_text(cell.status, cell.raw, of.language)
    place = telling.place_of(cell.place, of.language)
    if not place:
        return message_in(of.language, "correction_sheet.term", cell=name, printed=printed)
    return message_in(of.language, "correction_sheet.term_at", cell=name, printed=printed, place=place)
