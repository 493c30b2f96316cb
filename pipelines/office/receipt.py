"""The receipt (回执) of a unit: which files came, whether each counts, and what is to be done by when.

Belongs here: one page a unit. Keep out: what is wrong in detail, which a correction sheet says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipelines.contracts.codes import code_list
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.checked import ERROR, WARNING
from pipelines.office.counting import Stood
from pipelines.office.coverage import OTHER_YEAR, UNDECIDED, UnitRow
from pipelines.office.overview import STATES, Words
from pipelines.office.page import page, row, table, text_of
from pipelines.office.received import Received
from pipelines.office.rounds import Round
from pipelines.office.rounds_told import BEIJING, moment

_HEADINGS = (
    *("rounds.receipt_file", "rounds.receipt_report_year", "check.form", "check.cells_heading", "check.errors"),
    *("check.warnings", "rounds.receipt_counts", "rounds.receipt_read_at", "rounds.receipt_sha256"),
)


def receipt(unit_row: UnitRow, words: Words, made: Round) -> str:
    """Return the page of a unit that sent something."""
    language, say = words.language, words.say
    about = (
        (say("rounds.receipt_unit"), unit_row.unit.name),
        (say("check.year"), str(words.covered.year)),
        (say("rounds.receipt_state"), STATES.label(unit_row.state, language)),
        (say("rounds.receipt_round"), f"{made.number} · {moment(made.made_at, language)}"),
    )
    lines = [_line(each.received, words, made, _standing(each, language)) for each in unit_row.reports]
    other = say("rounds.receipt_not_of_year", year=words.covered.year)
    lines += [_line(each, words, made, other) for each in unit_row.others]
    today = made.made_at.astimezone(BEIJING).date()
    todo = "".join(f"<li>{text_of(each)}</li>" for each in to_do(unit_row, words, today))
    parts = [
        table([], (row(each) for each in about)),
        table([say(code) for code in _HEADINGS], lines),
        f"<h2>{text_of(say('rounds.receipt_todo'))}</h2>\n<ul>{todo}</ul>",
    ]
    return page(say("rounds.receipt"), parts, language, is_wide=True)


def _line(received: Received, words: Words, made: Round, standing: str) -> str:
    report = received.report
    year = telling.year(report, words.language)
    counts = (telling.cells(report, words.language), report.count(ERROR), report.count(WARNING))
    seen = made.seen.get(received.sha256)
    about = (words.file(received.file), year, telling.form(report, words.language))
    return row((*about, *counts, standing, moment(seen, words.language) if seen else "", received.sha256))


def _standing(stood: Stood, language: Language) -> str:
    if stood.counts:
        return message_in(language, "rounds.receipt_yes")
    status = code_list("report_status").label(stood.status, language)
    basis = code_list("status_basis").label(stood.basis, language) if stood.basis else "–"
    return message_in(language, "rounds.receipt_no", status=status, basis=basis)


def to_do(unit_row: UnitRow, words: Words, today: date) -> Iterator[str]:
    """Yield what the unit is to do, and by when."""
    errors, warnings = (unit_row.count(severity) for severity in (ERROR, WARNING))
    if unit_row.state == OTHER_YEAR:
        yield words.say("rounds.todo_year", year=words.covered.year)
    elif unit_row.state == UNDECIDED:
        yield words.say("rounds.todo_decide")
    if errors:
        yield words.say("rounds.todo_errors", errors=errors)
    if warnings:
        yield words.say("rounds.todo_warnings", warnings=warnings)
    if unit_row.counts is not None and not errors and not warnings:
        yield words.say("rounds.todo_none")
    if unit_row.due_on is not None:
        code = "rounds.todo_by" if today <= unit_row.due_on else "rounds.todo_passed"
        yield message_in(words.language, code, due=unit_row.due_on)
