"""The checks of sql/checks on a database: what a release must keep to be published.

What holds for every fact is written once, as `/* every fact: SELECT ... FROM {fact} */`, and joined for all of them.
Belongs here: reading and running checks. Keep out: building the database (`database`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.contracts import CONTRACTS
from pipelines.contracts.facts import STATUTORY_FACTS, has_row_column
from pipelines.forms import tables_named
from pipelines.releases.layout import SQL_FOLDER
from pipelines.warehouse.side_by_side import side_by_side

# Checks run at once: each walks over tables of a size that is not known before.
_AT_ONCE = 2
_ABOUT = "-- about: "
# What a check is about that is about every fact.
CANDIDATE = "release_candidate"
_EVERY = re.compile(r"/\* every (statutory fact|long fact|fact): (.+?) \*/")


@dataclass(frozen=True)
class CheckResult:
    """A check of sql/checks with the number of rows that fail it and the first of them."""

    name: str
    failing: int
    examples: list[tuple[object, ...]]


def check_names(folder: Path = SQL_FOLDER / "checks") -> list[str]:
    """Return the names of the checks, in order."""
    return [path.stem for path in sorted(folder.glob("*.sql"))]


def check_about(name: str, folder: Path = SQL_FOLDER / "checks") -> str:
    """Return the table that a check is about; of one that is about all facts, the candidate. Raises ValueError."""
    first = (folder / f"{name}.sql").read_text(encoding="utf-8").partition("\n")[0]
    about = first.removeprefix(_ABOUT)
    if about == first or (about not in CONTRACTS and about != CANDIDATE):
        raise ValueError(f"{name}.sql:1: {first}: expected `{_ABOUT}` and a table, or {CANDIDATE}")
    return about


def check_description(name: str, folder: Path = SQL_FOLDER / "checks") -> str:
    """Return what a check asserts: the comment below its first line."""
    lines = (folder / f"{name}.sql").read_text(encoding="utf-8").splitlines()[1:]
    return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


def check_query(name: str, folder: Path = SQL_FOLDER / "checks") -> str:
    """Return the query of a check, what holds for every fact written out."""
    return _EVERY.sub(_for_each, (folder / f"{name}.sql").read_text(encoding="utf-8"))


def _for_each(found: re.Match[str]) -> str:
    # The names are those of the contracts.
    return "\nUNION ALL\n".join(found[2].format(**names) for names in _facts(found[1]))


def _facts(which: str) -> Iterator[dict[str, str]]:
    if which == "fact":
        yield from ({"fact": name} for name in CONTRACTS if name.startswith("fact_"))
        return
    for table_id, contract in STATUTORY_FACTS.items():
        fact = tables_named(table_id)[0].fact
        is_long = fact.shape == "long"
        if is_long or which == "statutory fact":
            yield {
                "fact": contract.name,
                "table_id": table_id,
                "is_long": str(is_long).lower(),
                "has_rows": str(has_row_column(table_id)).lower(),
                "value": fact.value.id if fact.value else "",
            }


def run_check(database: Path, name: str, folder: Path = SQL_FOLDER / "checks") -> CheckResult:
    """Run one check on a database: it selects failing rows, so none is a pass."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("SET enable_progress_bar = false")
        rows = connection.execute(check_query(name, folder)).fetchall()
    return CheckResult(name, len(rows), rows[:5])


def run_checks(database: Path, names: Sequence[str]) -> Iterator[CheckResult]:
    """Run checks on a database, some at once; yields them in the order in which they end."""
    # Who opens a database that this process has open already need not read its catalogue again.
    with duckdb.connect(str(database), read_only=True):
        checks = side_by_side(dict.fromkeys(names, ()), lambda name: run_check(database, name), at_once=_AT_ONCE)
        for _, result in checks:
            yield result
