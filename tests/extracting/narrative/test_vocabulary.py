"""The words of the narrative: every example is read as declared, needs its entry, and a wrong file is refused."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipelines.declarations import DeclarationError
from pipelines.extracting.narrative import figures, vocabulary
from pipelines.extracting.narrative.vocabulary import FOLDER, Entry, Example, Vocabulary, crossed, declared
from pipelines.extracting.sections import Section
from pipelines.forms.measures import MEASURES

YEAR = 2022
_PACKAGE = "pipelines.extracting.narrative"
_NEVER = "(?!)"
Stated = tuple[dict[str, list[str]], dict[str, list[str]]]


class Place(NamedTuple):
    """An entry of a file."""

    file: str
    name: str
    nth: int

    def entry(self) -> Entry:
        return declared(FOLDER / f"{self.file}.yml")[self.name][self.nth]

    def __str__(self) -> str:
        return f"{self.file}.{self.name}.{self.nth}"


def places() -> Iterator[Place]:
    for path in sorted(FOLDER.glob("*.yml")):
        for name, entries in declared(path).items():
            yield from (Place(path.stem, name, n) for n in range(len(entries)))


def examples() -> Iterator[tuple[str, Example]]:
    for place in places():
        for n, example in enumerate(place.entry().examples):
            yield f"{place}.{n}", example


PLACES, EXAMPLES = [*places()], dict(examples())


def stated(example: Example, reader: object = figures) -> Stated:
    """Return the figures of an example by their raw text with what they mean, and totals with their parts."""
    sections = [Section(0, None, example.head or ""), Section(example.section, None, example.text)]
    means: dict[str, list[str]] = {}
    totals: dict[int, str] = {}
    parts: dict[str, list[str]] = {}
    for figure in reader.narrative_figures(sections, YEAR):  # type: ignore[attr-defined]
        means.setdefault(figure.raw, []).extend(figure.meanings)
        if figure.role == "total":
            totals[figure.group] = figure.raw
        elif figure.role == "part":
            parts.setdefault(totals[figure.group], []).append(figure.raw)
    return means, parts


def expected(example: Example) -> Stated:
    figures_, parts = ({raw: [*names] for raw, names in part.items()} for part in (example.figures, example.parts))
    return figures_, parts


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_states_what_is_declared(example: Example) -> None:
    assert stated(example) == expected(example)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_an_entry_is_needed_by_its_examples(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the examples with an entry that matches nothing: one of them at least reads otherwise."""
    reader = _reader_without(place, monkeypatch)
    assert any(stated(example, reader) != expected(example) for example in place.entry().examples)


def _reader_without(place: Place, monkeypatch: pytest.MonkeyPatch) -> object:
    """Return the module `figures` as it is where an entry matches nothing; all others are left as they are."""

    def without(path: Path) -> object:
        entries = declared(path)
        if path.stem != place.file:
            return entries
        kept = [*entries[place.name]]
        nothing = {"pattern": _NEVER, "words": (), "led_by": (), "followed_by": ()}
        kept[place.nth] = kept[place.nth].model_copy(update=nothing)
        return {**entries, place.name: tuple(kept)}

    package = sys.modules[_PACKAGE]
    for name in [name for name in sys.modules if name.startswith(f"{_PACKAGE}.") and name != vocabulary.__name__]:
        monkeypatch.delitem(sys.modules, name)
        # An import sets the module in its package too, where it would stay.
        last = name.rpartition(".")[2]
        monkeypatch.setattr(package, last, getattr(package, last))
    with monkeypatch.context() as patch:
        patch.setattr(vocabulary, "declared", without)
        return importlib.import_module(f"{_PACKAGE}.figures")


_EXAMPLE = "examples: [{text: 一, figures: {}}]"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"a:\n  - pattern: 申请\n    meens: [x]\n    {_EXAMPLE}", 3, "no key 'meens'; did you mean 'means'?"),
        (f"a:\n  - pattern: 申请\n    means: [applications.denyed]\n    {_EXAMPLE}", 3, "mean 'applications.denied'?"),
        (f"a:\n  - means: [documents.rules.*]\n    {_EXAMPLE}", 2, "expected pattern, words, led_by or followed_by"),
        (f"a:\n  - words: [申请]\n    pattern: 申请\n    {_EXAMPLE}", 2, "expected pattern or words, not both"),
        (f"a:\n  - pattern: (申请\n    {_EXAMPLE}", 2, "it does not compile"),
        (f"a:\n  - pattern: '{{b}}申请'\n    {_EXAMPLE}", 2, "no entry above 'b'"),
        (f"a:\n  - pattern: 申请\n    means: [reviews.*.issued]\n    {_EXAMPLE}", 3, "no measure 'reviews.*.issued'"),
        ("a:\n  - pattern: 申请\n    examples: []", 3, "at least 1"),
        ("a:\n  - pattern: 申请\n    examples: [{text: 一}]", 3, "Required: text, figures"),
        ("a:\n  - pattern: 申请\n    examples: [{text: 一, figures: {1件: [fees]}}]", 3, "no measure 'fees'"),
        (f"a:\n  - pattern: 申请\n    {_EXAMPLE}\na: []", 4, "this key stands twice, first in line 1"),
    ],
    ids=[
        "key",
        "measure",
        "nothing",
        "both",
        "regex",
        "reference",
        "crossing",
        "unproved",
        "figures",
        "stated",
        "twice",
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int, message: str, tmp_path: Path) -> None:
    file = tmp_path / "words.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        Vocabulary("words", tmp_path)
    assert {(fault.file, fault.line) for fault in refused.value.faults} == {(str(file), line)}
    assert any(message in fault.message for fault in refused.value.faults)


def test_a_row_needs_a_measure_for_every_column_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(FOLDER / "reviews.yml", tmp_path)
    without = {name: measure for name, measure in MEASURES.items() if name != "reviews.litigation.pending"}
    monkeypatch.setattr(vocabulary, "MEASURES", without)
    with pytest.raises(DeclarationError, match=r"lawsuit\[0\].means\[2\]: no measure 'reviews\.litigation\.pending'"):
        Vocabulary("reviews", tmp_path)
    assert crossed("documents.rules.*", "documents.*.issued") == "documents.rules.issued"


def test_an_entry_that_is_not_declared_is_named_with_those_that_are() -> None:
    with pytest.raises(DeclarationError, match=r"decisions\.yml:\d+: no entry 'kind'; did you mean 'kinds'\?"):
        Vocabulary("decisions").readings("kind")


def test_words_may_stand_only_between_those_declared() -> None:
    entry = Entry(pattern="b", led_by=("a",), followed_by=("c", "d"), examples=(Example(text="b", figures={}),))
    assert entry.source == "^(?:a)*+b(?:c|d)*+$"
