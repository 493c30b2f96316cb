"""Corrections by hand: which report they are for, when they have expired, which entries are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.agencies.corrections import AgencyCorrection, AgencyCorrectionError, read_corrections

ENTRY: dict[str, Any] = {
    "sha256": "a" * 64,
    "agency": {"code": 370304, "township": "博山镇", "name": "博山镇人民政府"},
    "reason": "the page names no place",
    "expects": {"agency_printed": "我镇"},
}


def _written(folder: Path, *entries: Any) -> Path:
    path = folder / "fixes.yml"
    path.write_text(yaml.safe_dump({"corrections": list(entries)}, allow_unicode=True), encoding="utf-8")
    return path


def _without(*names: str, **other: Any) -> dict[str, Any]:
    return {**{name: value for name, value in ENTRY.items() if name not in names}, **other}


def test_shipped_corrections_are_valid() -> None:
    assert isinstance(read_corrections(), tuple)


def test_read(tmp_path: Path) -> None:
    (found,) = read_corrections(_written(tmp_path, ENTRY))
    assert found == AgencyCorrection(
        "a" * 64, None, "370304", "博山镇", "博山镇人民政府", ENTRY["reason"], ENTRY["expects"]
    )


def test_which_report(tmp_path: Path) -> None:
    by_hash, by_place = read_corrections(
        _written(tmp_path, ENTRY, _without("sha256", location="2020/www.example.gov.cn/*/7.html"))
    )
    there = ["elsewhere", "2020/www.example.gov.cn/x/7.html"]
    assert by_hash.is_for("a" * 64, [])
    assert not by_hash.is_for("b" * 64, there)
    assert by_place.is_for("b" * 64, there)
    assert not by_place.is_for("b" * 64, ["2020/www.example.gov.cn/x/8.html"])


def test_expiry(tmp_path: Path) -> None:
    (found,) = read_corrections(_written(tmp_path, ENTRY))
    assert found.expired({"agency_printed": "我镇", "year": 2020}) is None
    assert found.expired({"agency_printed": "博山镇"}) == "correction expired: agency_printed is '博山镇', not '我镇'"


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ("text", "a mapping"),
        (_without("sha256"), "either sha256 or location"),
        (_without(location="x"), "either sha256 or location"),
        (_without("agency"), "code and name"),
        (_without("agency", agency={"code": "370304"}), "code and name"),
        (_without("agency", agency={"code": "370304", "name": "x", "nmae": "y"}), "code and name"),
        (_without("reason"), "a reason"),
        (_without("expects"), "expects"),
        (_without("expects", expects={}), "expects"),
    ],
)
def test_bad_entries_are_named(tmp_path: Path, bad: Any, expected: str) -> None:
    with pytest.raises(AgencyCorrectionError, match=rf"^fixes\.yml, entry 2: .*{expected}"):
        read_corrections(_written(tmp_path, ENTRY, bad))
