"""The page of mutants is its own store: figures are written anew, reasons written by hand stay."""

from __future__ import annotations

from pathlib import Path

from benchmarks import mutants
from benchmarks.mutants_page import NOT_JUDGED, Change, Tried, write

ONE, TWO = Change("place", "if a < b:", "if a <= b:"), Change("place", "return `a`", "return None")


def test_the_page_counts_and_lists_survivors_with_what_is_known_of_each(tmp_path: Path) -> None:
    page = tmp_path / "mutants.md"
    write(page, Tried("pipelines/a.py", 10, (ONE, TWO, ONE)))
    write(page, Tried("pipelines/b.py", 10, ()))
    text = page.read_text(encoding="utf-8")
    assert (
        "| `pipelines/a.py` | 10 | 7 | 70.0% |\n| `pipelines/b.py` | 10 | 10 | 100.0% |\n| all | 20 | 17 | 85.0% |"
        in text
    )
    assert f"- 2 x `place`: ``if a < b:`` to ``if a <= b:``\n  {NOT_JUDGED}\n" in text


def test_a_reason_stays_with_its_survivor_until_that_is_killed(tmp_path: Path) -> None:
    page = tmp_path / "mutants.md"
    write(page, Tried("pipelines/a.py", 10, (ONE, TWO)))
    judged = page.read_text(encoding="utf-8").replace(f"``\n  {NOT_JUDGED}\n", "``\n  Equal by the check above.\n", 1)
    page.write_text(judged, encoding="utf-8")
    write(page, Tried("pipelines/b.py", 4, (TWO,)))
    write(page, Tried("pipelines/a.py", 12, (ONE,)))
    text = page.read_text(encoding="utf-8")
    assert "``if a < b:`` to ``if a <= b:``\n  Equal by the check above.\n" in text
    assert text.count(NOT_JUDGED) == 1 and "| `pipelines/a.py` | 12 | 11 |" in text


def test_every_module_whose_mutants_are_tried_has_a_test_file_of_its_own() -> None:
    for module in mutants.MODULES:
        assert (mutants.ROOT / mutants.source_of(module)).is_file()
        assert mutants.mirrored_tests(module)


def test_mutants_are_made_of_functions_with_a_cache_too() -> None:
    changes = mutants.mutate("pipelines.extracting.numbers").changes.values()
    assert {"parse_value", "to_yuan", "looks_like_value"} <= {change.function for change in changes}
    assert all(change.before != change.after for change in changes)
