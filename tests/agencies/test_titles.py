"""Real titles of reports (titles.csv: title, year, where published, and what a reader found them to be of)."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipelines.agencies.resolver import EXACT, INFERRED, Resolver
from pipelines.extracting.headline import title_agency

TITLES = Path(__file__).with_name("titles.csv")


@pytest.fixture(scope="module")
def titles() -> list[dict[str, str]]:
    with TITLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _outcomes(resolver: Resolver, titles: list[dict[str, str]], *, hosts: bool) -> tuple[Counter[str], list[Any]]:
    count: Counter[str] = Counter()
    wrong = []
    for row in titles:
        where = {"host": row["host"] or None, "path": row["path"] or None} if hosts else {}
        found = resolver.resolve(title_agency(row["title"]), int(row["year"]), **where)
        count["type"] += found.organ.type == row["agency_type"]
        if found.status not in (EXACT, INFERRED):
            count["flagged"] += 1
        elif found.candidates[0].division.code == row["code"]:
            count["right"] += 1
        else:
            wrong.append((row["title"], row["year"], found.candidates[0]))
    return count, wrong


def test_the_set_is_whole(titles: list[dict[str, str]]) -> None:
    assert len(titles) > 380
    assert all(row["title"] and row["year"].isdigit() and len(row["code"]) == 6 for row in titles)
    assert {"2008", "2014", "2020", "2025"} <= {row["year"] for row in titles}


def test_titles_with_hosts(resolver: Resolver, titles: list[dict[str, str]]) -> None:
    count, wrong = _outcomes(resolver, titles, hosts=True)
    assert not wrong
    assert count["right"] >= 0.95 * len(titles), count
    assert count["type"] >= 0.97 * len(titles), count


def test_titles_alone(resolver: Resolver, titles: list[dict[str, str]]) -> None:
    count, wrong = _outcomes(resolver, titles, hosts=False)
    assert len(wrong) < 0.01 * len(titles), wrong
    assert count["right"] >= 0.80 * len(titles), count


def test_townships(resolver: Resolver, titles: list[dict[str, str]]) -> None:
    """A township that is resolved bears the name a reader gave it, whatever its type is called."""
    with_town = [row for row in titles if row["township"]]
    right = 0
    for row in with_town:
        found = resolver.resolve(title_agency(row["title"]), int(row["year"]), host=row["host"], path=row["path"])
        right += (found.named.township or "")[:2] == row["township"][:2]
    assert len(with_town) > 30
    assert right >= 0.95 * len(with_town)
