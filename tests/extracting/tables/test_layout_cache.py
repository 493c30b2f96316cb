"""Tables that look alike are placed alike, and a remembered look never changes what is read."""

from __future__ import annotations

import random

import pytest

from benchmarks.corpus.damage import DAMAGES
from benchmarks.corpus.judging import Trial
from benchmarks.corpus.layouts import LAYOUTS
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import extract
from pipelines.extracting.tables import layout_cache
from pipelines.extracting.tables.layout_cache import layout_signature
from pipelines.reading import ReadError, read

_PAGES = [layout for layout in LAYOUTS if layout.__name__.startswith("html")]


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_cache, "_plans", {})
    monkeypatch.setattr(layout_cache, "_met", {})


def page(*values: str) -> str:
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in zip("甲乙", values, strict=True))
    return f"<table><tr><td>信息内容</td><td>件数</td></tr>{rows}</table>"


def test_values_do_not_change_the_look() -> None:
    looks = {layout_signature(read(page(*values).encode()), 2020) for values in (("1", "2"), ("345", "0"))}
    assert len(looks) == 1


@pytest.mark.parametrize("values", [("", "2"), ("1件", "x"), ("00", "2"), ("一二", "规章")])
def test_what_can_move_a_cell_changes_the_look(values: tuple[str, str]) -> None:
    assert layout_signature(read(page(*values).encode()), 2020) != layout_signature(read(page("1", "2").encode()), 2020)


def outcome(data: bytes) -> object:
    try:
        found = extract(read(data), 2026)
    except (ReadError, NotAReport) as error:
        return repr(error)
    reading = found.reading
    return None if reading is None else (reading.form.id, list(reading.cells.items()), reading.unmapped)


def test_what_is_remembered_reads_every_document_as_a_fresh_reading_does(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    files = [Trial(rng.randrange(40), rng.choice(_PAGES), rng.choice(DAMAGES)).file()[1] for _ in range(60)]
    warm = [outcome(data) for data in [*files, *files, *files]]
    assert layout_cache._plans
    monkeypatch.setattr("pipelines.extracting.report.read_by_cached_plan", lambda *_: None)
    fresh = [outcome(data) for data in files]
    assert warm == [*fresh, *fresh, *fresh]


def test_only_so_many_looks_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_cache, "_MAX_PLANS", 2)
    for seed in (0, 1, 2, 3, 4, 5) * 2:
        outcome(Trial(seed, _PAGES[seed % len(_PAGES)], DAMAGES[0]).file()[1])
    assert 0 < len(layout_cache._plans) <= 2
