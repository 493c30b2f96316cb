"""Local packs: off by default, on when asked, and for the reports of their division and years alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.auditing import RULES, rules_frame
from pipelines.auditing.evaluate import evaluate, findings
from pipelines.auditing.local_packs import PACKS_ON, LocalPack, load_packs, local_packs, packs_on, read_pack, stem
from pipelines.auditing.rule_examples import Example
from pipelines.auditing.rule_kinds import CellsRule, ReportRule
from pipelines.contracts import contract
from pipelines.declarations import DeclarationError
from tests.auditing.example_reports import audited

PACKS = list(local_packs().values())
CASES = [pytest.param(pack, rule, id=rule.rule) for pack in PACKS for rule in pack.rules]
WUWEI = local_packs()["wuwei"]
(LENGTH,) = WUWEI.rules
TEXT = Path(__file__).parents[2].joinpath("pipelines/auditing/rules/local/wuwei.yml").read_text(encoding="utf-8")


def told(
    example: Example,
    *,
    packs: tuple[LocalPack, ...],
    code: str | None = "620602",
    kind: str = "department",
    column: str = "message",
) -> list[str]:
    """Return the findings of the rule of length on a report of an agency of a place."""
    frames = audited(LENGTH, example)
    place = [pl.lit(code, pl.String).alias("division_code"), pl.lit(kind).alias("agency_type")]
    placed = frames.reports.with_columns(place)
    found = evaluate(type(frames)(frames.cells, placed, frames.unmapped), packs=packs)
    return findings(found, packs=packs).filter(pl.col("rule") == LENGTH.rule)[column].to_list()


def test_no_pack_is_on_by_default() -> None:
    assert PACKS and PACKS_ON == ()
    assert not {rule.rule for pack in PACKS for rule in pack.rules} & {rule.rule for rule in RULES}
    assert rules_frame()["division_code"].null_count() == len(RULES)
    assert told(LENGTH.examples.failing, packs=PACKS_ON) == []


@pytest.mark.parametrize(("pack", "rule"), CASES)
def test_a_pack_that_is_on_passes_and_fails_its_examples(pack: LocalPack, rule: CellsRule | ReportRule) -> None:
    assert told(rule.examples.passing, packs=(pack,), code=pack.division) == []
    assert len(told(rule.examples.failing, packs=(pack,), code=pack.division)) == 1


def test_a_pack_that_is_on_is_published_with_its_place_and_source() -> None:
    frame = contract("audit_rule").validate(rules_frame((WUWEI,)))
    (row,) = frame.filter(pl.col("division_code").is_not_null()).iter_rows(named=True)
    assert (row["rule"], row["division_code"]) == ("local.wuwei_overview_length", "620600")
    assert "武政办发〔2025〕54号" in row["legal_source"]


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("620600", "department", 1),
        ("620602", "government", 1),
        ("620622", "town", 1),
        # The notice is the city's to those below it.
        ("620600", "government", 0),
        ("620000", "department", 0),
        ("620700", "department", 0),
        ("420106", "department", 0),
        (None, "department", 0),
    ],
)
def test_a_pack_is_for_what_is_below_its_division(code: str | None, kind: str, expected: int) -> None:
    assert len(told(LENGTH.examples.failing, packs=(WUWEI,), code=code, kind=kind)) == expected


@pytest.mark.parametrize(("year", "expected"), [(2024, 0), (2025, 1), (2026, 0)])
def test_a_pack_is_for_its_report_years(year: int, expected: int) -> None:
    attributes = LENGTH.examples.failing.report.model_copy(update={"year": year})
    example = LENGTH.examples.failing.model_copy(update={"report": attributes})
    assert len(told(example, packs=(WUWEI,))) == expected


def test_the_length_is_told() -> None:
    exactly = LENGTH.examples.failing.model_copy(update={"text": "字 " * 1000})
    assert told(exactly, packs=(WUWEI,)) == []
    more = LENGTH.examples.failing.model_copy(update={"text": "字 " * 1000 + "字"})
    assert told(more, packs=(WUWEI,)) == ["总体情况原则上不超过一千字（1001）"]
    in_english = ["part one has at most 1,000 characters, in principle (1001)"]
    assert told(more, packs=(WUWEI,), column="message_en") == in_english


@pytest.mark.parametrize(
    ("division", "expected"), [("620600", "6206"), ("620000", "62"), ("620622", "620622"), ("500000", "50")]
)
def test_codes_below_a_division(division: str, expected: str) -> None:
    assert stem(division) == expected


def test_a_name_turns_a_pack_on(tmp_path: Path) -> None:
    switch = tmp_path / "on.yml"
    switch.write_text("[wuwei]\n", encoding="utf-8")
    assert packs_on(switch) == (WUWEI,)
    switch.write_text("[wuwai]\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="no local pack 'wuwai'; did you mean 'wuwei'"):
        packs_on(switch)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('division: "620600"', 'division: "6206"', "division"),
        # Codes of no division: a pack of one would be for no report, of the other for all.
        ('division: "620600"', 'division: "620650"', r"division: no division '620650'; did you mean"),
        ('division: "620600"', 'division: "000000"', "no division '000000'"),
        # 莱芜 became a part of 济南 before the years of the pack.
        (
            'division: "620600"',
            'division: "371200"',
            "expected one of the years of the pack, found 371200 as 莱芜市 2002-2018",
        ),
        ("pack: wuwei", "pack: zhangye", r"rules\[0\].rule: expected a name that begins with local.zhangye_"),
        ("overview_characters IS NULL", "overview_letters IS NULL", "no attribute 'overview_letters'"),
        ("kind: report", "kind: unmapped", r"rules\[0\].kind"),
        ("documents: [wuwei_2025]", "documents: [wuwei_2024]", "no document 'wuwei_2024'"),
    ],
)
def test_a_wrong_pack_is_refused(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in TEXT
    path = tmp_path / "own.yml"
    path.write_text(TEXT.replace(right, wrong), encoding="utf-8")
    with pytest.raises(DeclarationError, match=message):
        read_pack(path)


def test_a_pack_stands_in_one_file_only(tmp_path: Path) -> None:
    for name in ("one.yml", "two.yml"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"two.yml:1: wuwei: it stands in another file, too"):
        load_packs(tmp_path)
