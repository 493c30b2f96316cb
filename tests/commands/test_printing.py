"""The overview of the audit in the language of its reader, also of a release that tells findings in Chinese alone."""

from __future__ import annotations

import io
import re
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from pipelines.commands import printing
from pipelines.commands.printing import audit_overview
from pipelines.contracts.codes import code_list
from pipelines.releases.manifest import DATABASE
from pipelines.releases.open_release import connect
from tests.projects import ROOT

_HAN = re.compile(r"[\u3400-\u9fff]")


def shown(connection: duckdb.DuckDBPyConnection, year: int | None = None) -> str:
    """Return the overview as it is printed on a very wide screen."""
    screen = io.StringIO()
    audit_overview(connection, year, Console(file=screen, width=2_000))
    return screen.getvalue()


def headings(text: str) -> list[str]:
    """Return the titles and the names of columns."""
    lines = text.splitlines()
    heads = [n for n, line in enumerate(lines) if line.startswith("┃")]
    titles = [lines[n - 2].strip() for n in heads]
    return titles + [name.strip() for n in heads for name in lines[n].strip("┃").split("┃")]


@pytest.fixture
def older(seed_release: Path, tmp_path: Path) -> Path:
    """Return the database of the seeds as it was before findings were told in English."""
    path = tmp_path / DATABASE
    path.write_bytes((seed_release / DATABASE).read_bytes())
    view = (ROOT / "sql" / "views" / "finding_source.sql").read_text(encoding="utf-8")
    assert "    f.message_en,\n" in view
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"CREATE OR REPLACE VIEW finding_source AS {view.replace('    f.message_en,' + chr(10), '')}"
        )
    return path


def test_the_overview_is_in_english(seed_release: Path) -> None:
    with connect(seed_release) as connection:
        text = shown(connection)
        found = connection.execute("SELECT message_en FROM audit_finding WHERE severity <> 'info'").fetchall()
        rules = connection.execute("SELECT DISTINCT description_en FROM audit_rule JOIN audit_finding USING (rule)")
        described = rules.fetchall()
    assert len(found) == 9 and all(message in text for (message,) in found)
    assert len(described) > 9 and all(description in text for (description,) in described)
    names = headings(text)
    assert names[:4] == ["By rule", "By province", "By agency", "Errors and warnings"]
    assert {"severity", "rule", "what it checks", "reports", "finding", "file"} <= {*names}
    assert not [name for name in names if _HAN.search(name)]


def test_the_overview_is_in_chinese(seed_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_LANG", "zh")
    with connect(seed_release) as connection:
        text = shown(connection, 2020)
        found = connection.execute("SELECT message FROM audit_finding WHERE severity <> 'info'").fetchall()
    assert len(found) == 9 and all(message in text for (message,) in found)
    names = headings(text)
    assert names[:4] == ["按规则", "按省份", "按行政机关", "错误和警告"]
    assert not [name for name in names if not _HAN.search(name)]
    severities = [code_list("severity").label(code, "zh") for code in ("error", "warning", "info")]
    assert [line.split("│")[1].strip() for line in text.splitlines() if line.startswith("│ 错误")]
    assert all(f"│ {label} " in text for label in severities) and "│ error" not in text and "│ warning" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_place_that_is_not_known_is_told(older: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setenv("GONGKAI_LANG", language)
    with duckdb.connect(str(older)) as connection:
        connection.execute("UPDATE dim_agency SET province = NULL")
        assert f"│ {'未识别' if language == 'zh' else 'unknown'} " in shown(connection)


def test_a_release_without_english_findings_tells_them_in_chinese(older: Path) -> None:
    with duckdb.connect(str(older), read_only=True) as connection:
        text = shown(connection)
    assert headings(text)[3] == "Errors and warnings"
    assert "各项办理结果之和 = 办理结果总计（总计）：3 与 0，差 3" in text
    assert "sum of all outcomes = outcome_total, per applicant (Total)" not in text


def test_every_heading_has_both_languages() -> None:
    for name, words in printing._HEADINGS.items():
        assert _HAN.search(words["zh"]) and not _HAN.search(words["en"]), name
        assert set(words) == {"zh", "en"} and words["en"].isascii()
