"""Every kind of fault in a YAML file is told with its line, its place and what is known there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from pipelines.declarations import (
    Declaration,
    DeclarationError,
    FreeText,
    OneOf,
    Regex,
    RootDeclaration,
    Wrong,
    load,
    parse,
    unknown,
)

CELLS = ("documents.rules.issued", "documents.rules.repealed")
FILE = Path("rules.yml")


class Ratio(Declaration):
    kind: Literal["ratio"]
    least: Decimal


class Total(Declaration):
    kind: Literal["total"]
    parts: tuple[Annotated[str, OneOf("cell", lambda: CELLS)], ...]


class Rule(Declaration):
    id: str
    label: FreeText
    test: Annotated[Ratio | Total, Field(discriminator="kind")]
    words: str | tuple[str, ...] = ()
    pattern: Regex | None = None
    per_year: dict[int, bool] = Field(default_factory=dict)


class Rules(RootDeclaration[tuple[Rule, ...]]):
    pass


def _ids_once(rules: Rules) -> Iterator[Wrong]:
    ids = [rule.id for rule in rules.root]
    for number, name in enumerate(ids):
        if name in ids[:number]:
            yield Wrong((number, "id"), f"{name!r} is the id of rule {ids.index(name)} too")


SOUND = """\
- id: a
  label: 甲
  test: {kind: ratio, least: 0.5}
  per_year: {2020: true}
- id: no
  label: "0571"
  test:
    kind: total
    parts: [documents.rules.issued]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(DeclarationError) as failure:
        parse(text, FILE, Rules, also=_ids_once)
    assert str(failure.value) == "\n".join(map(str, failure.value.faults))
    return str(failure.value).splitlines()


def changed(old: str, new: str) -> list[str]:
    assert SOUND.count(old) == 1
    return faults(SOUND.replace(old, new))


def test_a_sound_file_is_its_model(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(SOUND, encoding="utf-8")
    rules = load(path, Rules, also=_ids_once).root
    assert [rule.id for rule in rules] == ["a", "no"], "no is a text, not false"
    assert isinstance(rules[0].test, Ratio)
    assert rules[0].test.least == Decimal("0.5")
    assert rules[0].per_year == {2020: True}
    with pytest.raises(ValidationError, match="frozen"):
        rules[0].id = "b"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("label: 甲", "labl: 甲", "rules.yml:2: [0].labl: no key 'labl'; did you mean 'label'? Known: id, label, "),
        ("id: a", "id: 7", "rules.yml:1: [0].id: expected text, found 7; quote it"),
        ("label: 甲", "label:", "rules.yml:2: [0].label: expected text, found nothing"),
        ("least: 0.5", "", "rules.yml:3: [0].test.least: this key is missing. Required: kind, least"),
        ("kind: ratio", "kind: ration", "[0].test.kind: no kind 'ration'; did you mean 'ratio'? Known: ratio, total"),
        ("kind: ratio, ", "", "rules.yml:3: [0].test.kind: no kind None. Known: ratio, total"),
        (
            "rules.issued",
            "rules.isued",
            "rules.yml:9: [1].test.parts[0]: no cell 'documents.rules.isued'; did you mean 'documents.rules.issued'? "
            "Known: documents.rules.issued, documents.rules.repealed",
        ),
        ("2020: true", "2020: yes", "rules.yml:4: [0].per_year.2020: expected true or false, found 'yes'"),
        ("2020: true", "202O: true", "[0].per_year.202O: expected a valid integer"),
        ("2020: true", "2020: true, 2020: true", "[0].per_year.2020: this key stands twice, first in line 4"),
        ("label: 甲", "label: 甲\n  label: 乙", "rules.yml:3: [0].label: this key stands twice, first in line 2"),
        ("label: 甲", "label: 0571", "rules.yml:2: [0].label: expected a plain decimal number, found 0571; quote it"),
        ("label: 甲", "label: 12:30", "[0].label: expected a plain decimal number, found 12:30; quote it"),
        ("label: 甲", "label: !!binary eA==", "rules.yml:2: [0].label: expected no tag"),
        (
            "label: 甲",
            "label: 甲\n  pattern: '('",
            "[0].pattern: expected a regular expression, but it does not compile",
        ),
        ("label: 甲", "label: 甲\n  words: 3", "rules.yml:3: [0].words: expected text, found 3; quote it; or expected"),
        ("id: no", "id: a", "rules.yml:5: [1].id: 'a' is the id of rule 0 too"),
        ("test: {kind: ratio, least: 0.5}", "test: 3", "rules.yml:3: [0].test: expected "),
        ("- id: a", "- ? [a]\n  : 1\n  id: a", "rules.yml:1: [0]: expected a text as key"),
        ("  label: 甲", "  <<: {}\n  label: 甲", "rules.yml:2: [0]: expected a text as key"),
        ("[documents.rules.issued]", "&loop [*loop]", "[1].test.parts[0]: an alias names a value that holds the alias"),
        ("{kind: ratio, least: 0.5}", "{kind: ratio", "expected YAML: "),
        ("甲", "\x01", "rules.yml:1: expected YAML: "),
    ],
)
def test_a_fault_is_told_with_line_place_and_alternatives(old: str, new: str, message: str) -> None:
    assert message in "\n".join(changed(old, new))


def test_all_faults_are_told_in_order_of_lines() -> None:
    told = faults(SOUND.replace("rules.issued", "rules.x").replace("id: a", "idd: a").replace("0.5", "half"))
    assert [line.split(": ")[0] for line in told] == ["rules.yml:1", "rules.yml:1", "rules.yml:3", "rules.yml:9"]


def test_an_alias_repeats_a_value_and_a_bomb_of_aliases_is_refused() -> None:
    test = "test: {kind: ratio, least: 1}"
    text = f"- {{id: a, label: &said 甲, {test}}}\n- {{id: b, label: *said, {test}}}"
    assert [rule.label for rule in parse(text, FILE, Rules).root] == ["甲", "甲"]
    layers = [f"- &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "expected at most 200,000 values" in "\n".join(faults("\n".join(["- &l0 [x]", *layers])))


@pytest.mark.parametrize("text", ["", "# nothing\n", "a: 1\n"])
def test_a_file_of_another_shape_is_told_at_its_first_line(text: str) -> None:
    assert faults(text)[0].startswith("rules.yml:1: expected a list, found ")


def test_a_file_that_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "gbk.yml").write_bytes("- id: 甲".encode("gb18030"))
    for name in ("gbk.yml", "absent.yml"):
        with pytest.raises(DeclarationError, match=rf"{name}:1: expected a YAML file in UTF-8"):
            load(tmp_path / name, Rules)


def test_deep_nesting_is_a_fault_and_no_crash() -> None:
    assert "expected YAML: " in faults("[" * 100_000)[0]


def test_faults_of_a_file_of_the_project_name_it_from_the_root() -> None:
    path = Path(__file__).resolve().parents[2] / "pipelines" / "rules.yml"
    with pytest.raises(DeclarationError, match=r"^pipelines/rules\.yml:1: "):
        parse("3", path, Rules)


def test_of_many_known_values_the_nearest_are_told() -> None:
    known = {f"{word}_{word}" for number in range(2_000) if (word := f"{number * number:o}")}
    told = unknown("number", "2000_200O", known)
    assert told.startswith("no number '2000_200O'; did you mean '2000_2000'? Known: 2,000, the nearest 2000_2000, ")
    assert unknown("number", "x", known) == "no number 'x'. Known: 2,000"
