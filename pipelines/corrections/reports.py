"""Decisions on reports: which of several that differ, of one agency and year, counts.

Belongs here: what an entry says, and adding one. Keep out: what follows from it (`warehouse.standing`).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, model_validator

from pipelines import Told
from pipelines.corrections.correction import Correction, Corrections, Sha256, read_corrections
from pipelines.declarations import Wrong, parse
from pipelines.durable import replace_text
from pipelines.locking import hold_folder

PATH = Path(__file__).with_name("reports.yml")
# A decision is noted in less than a second; so long many wait for each other.
_WAIT_SECONDS = 60.0
# As a line of its own: a reason may say the same.
_EMPTY = re.compile(r"^corrections: \[\][ \t]*$", re.MULTILINE)


class NotAppendable(Told):
    """The file is valid, and its list is written in a style that no entry can be added to at the end."""


class ReportDecision(Correction):
    """The report that counts instead of others: `over` are the sha256 of the main files of those others.

    `report` counts from 0 in the file. A report that comes later and is none of `over` is not decided by it.
    """

    report: int = Field(default=0, ge=0)
    over: tuple[Sha256, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keeps_another(self) -> ReportDecision:
        if self.sha256 in self.over:
            raise ValueError("a report cannot be kept over itself: name the other files in `over`")
        return self

    @property
    def expected(self) -> Mapping[str, Any]:
        """Return nothing: a decision names contents, which cannot change."""
        return {}


def report_decisions(path: Path = PATH) -> tuple[ReportDecision, ...]:
    """Return the decisions in order. Raises DeclarationError: no two may keep each other's files."""
    return read_corrections(path, Corrections[ReportDecision], _in_circles)


def _in_circles(file: Corrections[ReportDecision]) -> Iterator[Wrong]:
    beaten = {(entry.sha256, other) for entry in file.corrections for other in entry.over}
    for number, entry in enumerate(file.corrections):
        for place, other in enumerate(entry.over):
            if (other, entry.sha256) in beaten:
                message = f"{other!r} and {entry.sha256!r} are each kept over the other: remove one of the entries"
                yield Wrong(("corrections", number, "over", place), message)


def add_decision(decision: ReportDecision, path: Path = PATH) -> None:
    """Append a decision to the file, which keeps its comments; one at a time, whoever else adds one waits.

    Raises DeclarationError with the file unchanged, and NotAppendable for a list in another style (`[{...}]`), Locked
    where another holds it too long, OSError where the folder cannot be written to.
    """
    entry = decision.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    text = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=10_000)
    with hold_folder(path.parent, path.name, wait_seconds=_WAIT_SECONDS):
        before = path.read_text(encoding="utf-8")
        earlier = parse(before, path, Corrections[ReportDecision], also=_in_circles).corrections
        begin = _EMPTY.sub("corrections:", before, count=1)
        after = f"{begin.rstrip()}\n{textwrap.indent(text, _indent(before))}"
        try:
            yaml.compose(after, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            # Its line is one of the text that would have been written.
            raise NotAppendable.of("commands.style_of_decisions", file=path) from error
        found = parse(after, path, Corrections[ReportDecision], also=_against_earlier).corrections
        if found[:-1] != earlier:
            raise NotAppendable.of("commands.style_of_decisions", file=path)
        replace_text(path, after)


def _indent(text: str) -> str:
    """Return the blanks before the entries of a valid file."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    (entries,) = (value for _, value in root.value)
    is_block = isinstance(entries, yaml.SequenceNode) and not entries.flow_style
    return " " * entries.start_mark.column if is_block else ""


def _against_earlier(file: Corrections[ReportDecision]) -> Iterator[Wrong]:
    """Yield what is wrong with the entries that were there: the last one has no line in the file yet."""
    return (wrong for wrong in _in_circles(file) if wrong.at[1] != len(file.corrections) - 1)
