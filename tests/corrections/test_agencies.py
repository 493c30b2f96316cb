"""Corrections of agencies: which entries are refused, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.corrections.agencies import AgencyCorrection, CorrectAgency, agency_corrections
from pipelines.declarations import DeclarationError

CODES = ("370304", "370305")
ENTRY: dict[str, Any] = {
    "sha256": "a" * 64,
    "agency": {"code": "370304", "township": "博山镇", "name": "博山镇人民政府"},
    "reason": "the page names no place",
    "evidence": "https://www.example.gov.cn/7.html",
    "expects": {"agency_printed": "我镇"},
}


def read(folder: Path, *entries: Any) -> tuple[AgencyCorrection, ...]:
    path = folder / "fixes.yml"
    text = yaml.safe_dump({"corrections": list(entries)}, allow_unicode=True, sort_keys=False, width=200)
    path.write_text(text, encoding="utf-8")
    return agency_corrections(CODES, path)


def without(*names: str, **other: Any) -> dict[str, Any]:
    return {**{name: value for name, value in ENTRY.items() if name not in names}, **other}


def agency(**other: Any) -> dict[str, Any]:
    return without(agency={**ENTRY["agency"], **other})


def test_shipped_corrections_are_valid(gazetteer_codes: frozenset[str]) -> None:
    assert all(entry.evidence for entry in agency_corrections(gazetteer_codes))


def test_reports_of_one_file_are_told_apart_by_what_is_expected_of_them(tmp_path: Path) -> None:
    assert len(read(tmp_path, without(expects={"year": 2019}), without(expects={"year": 2020}))) == 2


def test_read(tmp_path: Path) -> None:
    (found,) = read(tmp_path, ENTRY)
    assert found.agency == CorrectAgency(code="370304", township="博山镇", name="博山镇人民政府")
    assert found.expected == {"agency_printed": "我镇"}


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("text", "corrections[1]: expected a mapping, found 'text'"),
        (without("sha256"), "corrections[1]: name the file by either sha256 or location"),
        (without(location="x"), "corrections[1]: name the file by either sha256 or location"),
        (without(sha256="A" * 64), "corrections[1].sha256: expected text of the form"),
        (without("agency"), "corrections[1].agency: this key is missing"),
        (without("reason"), "corrections[1].reason: this key is missing"),
        (without("evidence"), "corrections[1].evidence: this key is missing"),
        (without("expects"), "corrections[1].expects: this key is missing"),
        (without(reason=""), "corrections[1].reason: expected at least 1 character"),
        (without(expects={}), "corrections[1].expects: expected at least 1 item"),
        (without(expects={"agency": "x"}), "corrections[1].expects.agency: no column 'agency'"),
        (without(expects={"year": "2020"}), "corrections[1]: a year is a number, without quotes"),
        (without(expects={"title": 2020}), "corrections[1]: a year is a number, without quotes"),
        (agency(name="博山区林业局"), "corrections[1]: two entries for the agency of aaaa"),
        (agency(nmae="y"), "corrections[1].agency.nmae: no key 'nmae'; did you mean 'name'?"),
        (agency(code=370304), "corrections[1].agency.code: expected text, found 370304; quote it"),
        (agency(code="370306"), "corrections[1].agency.code: no division '370306'; did you mean '370305'?"),
    ],
)
def test_bad_entries_are_named(tmp_path: Path, bad: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as failure:
        read(tmp_path, ENTRY, bad)
    assert message in str(failure.value)
