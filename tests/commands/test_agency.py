"""The code of a publisher on the command line: `gongkai agency`, and `gongkai extract` on a page that prints one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.codes import agency_code

TITLE = "宁国市商务局2020年政府信息公开工作年度报告"
HEADINGS = (
    *("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况"),
    *("因政府信息公开工作被申请行政复议、提起行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"),
)


def _page(folder: Path, index_number: str) -> Path:
    head = f"<table><tr><td>索引号</td><td>{index_number}</td><td>有效性</td><td>有效</td></tr></table><h1>{TITLE}</h1>"
    sections = zip("一二三四五六", HEADINGS, strict=True)
    body = "".join(f"<p>{number}、{heading}</p><p>2020年收到3件。</p>" for number, heading in sections)
    path = folder / "page.html"
    path.write_text(f"<html><meta charset=utf-8><body>{head}{body}</body></html>", encoding="utf-8")
    return path


def _json(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_an_index_number_tells_the_place() -> None:
    code = agency_code("370900")
    found = _json("agency", "财政局", "--year", "2020", "--host", "copy.com", "--index-number", f"{code}/2021-1")
    assert (found["status"], found["candidates"][0]["code"], found["agency_code"]) == ("inferred", "370900", code)


def test_the_index_number_of_a_file_counts(tmp_path: Path) -> None:
    own, other = agency_code("341881"), agency_code("341702")
    page = str(_page(tmp_path, f"{other}/2021-1"))
    found = _json("agency", TITLE, "--year", "2020", "--text", page)
    assert (found["status"], found["code_conflict"]) == ("ambiguous", f"{other}: 341702 贵池区")
    given = _json("agency", TITLE, "--year", "2020", "--text", page, "--index-number", own)
    assert (given["status"], given["agency_code"], given["code_conflict"]) == ("exact", own, None)


def test_extract_tells_the_code_and_the_finding(tmp_path: Path) -> None:
    for division, status, contradicts in (("341881", "exact", False), ("341702", "ambiguous", True)):
        code = agency_code(division)
        (report,) = _json("extract", str(_page(tmp_path, f"{code}/2021-1")))["reports"]
        match = report["agency_match"]
        assert (match["status"], match["agency_code"], bool(match["code_conflict"])) == (status, code, contradicts)
        rules = {finding["rule"] for finding in report["findings"]}
        assert ("report.code_conflict" in rules) is contradicts


def test_a_file_that_cannot_be_read_is_told_with_one_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_LANG", "zh")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 cut")
    refused = CliRunner().invoke(app, ["agency", TITLE, "--year", "2020", "--text", str(tmp_path / "b.pdf")])
    assert refused.exit_code == 2 and "文件不完整，应为存有报告正文的文件：请用 gongkai extract" in refused.stderr
    assert refused.stderr.count("请") == refused.stderr.count("。") == 1
