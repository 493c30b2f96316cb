"""The overview of the audit in the language of its reader, also of a release that tells findings in Chinese alone."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from pipelines.commands import printing
from pipelines.commands.printing import SHOWN_ROWS, audit_overview, write_rows
from pipelines.contracts.codes import code_list
from pipelines.releases.manifest import DATABASE
from pipelines.releases.open_release import connect
from pipelines.releases.summary import counts
from tests.planted import NAME, planted
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


def _rows(text: str, title: str) -> list[list[str]]:
    """Return the cells of the table below a title."""
    below = text.splitlines()[[line.strip() for line in text.splitlines()].index(title) :]
    end = next(n for n, line in enumerate(below) if line.startswith("└"))
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in below[:end] if line.startswith("│")]


def test_agencies_of_one_name_have_a_row_each_with_their_place(seed_release: Path, tmp_path: Path) -> None:
    with connect(planted(seed_release, tmp_path, others=False)) as connection:
        text = shown(connection)
    of_agency = {agency: found for agency, *found in _rows(text, "By agency")}
    assert of_agency[f"{NAME}（吉林省 通化市 东昌区）"] == of_agency[f"{NAME}（吉林省 四平市 东昌区）"]
    assert of_agency[f"{NAME}（吉林省 通化市 东昌区）"][:2] == ["1", "5"] and NAME not in of_agency
    assert "东山区人民政府" in of_agency, "whose name no other has, stands without its place"
    told = {agency for _, agency, *_ in _rows(text, "Errors and warnings")}
    assert {f"{NAME}（吉林省 通化市 东昌区）", f"{NAME}（吉林省 四平市 东昌区）"} < told


def test_agencies_of_one_name_and_place_are_told_apart_by_their_keys(seed_release: Path, tmp_path: Path) -> None:
    release = planted(seed_release, tmp_path, others=False)
    with duckdb.connect(str(release / DATABASE)) as connection:
        connection.execute("UPDATE dim_agency SET prefecture = '通化市' WHERE agency_sk = 7")
        keys = connection.execute("SELECT agency_key FROM dim_agency WHERE name = ?", [NAME]).fetchall()
        of_agency = {agency for agency, *_ in _rows(shown(connection), "By agency")}
    assert {f"{NAME}（吉林省 通化市 东昌区 {key}）" for (key,) in keys} < of_agency and len(keys) == 2


def test_an_agency_that_was_renamed_is_one(seed_release: Path, tmp_path: Path) -> None:
    release = planted(seed_release, tmp_path, twin="东昌市人民政府", others=False)
    with duckdb.connect(str(release / DATABASE)) as connection:
        connection.execute(
            "UPDATE dim_agency SET agency_key = (SELECT agency_key FROM dim_agency WHERE name = ?) WHERE agency_sk = 7",
            [NAME],
        )
        connection.execute("UPDATE dim_report SET year_key = 2019 WHERE report_key = 7")
        of_agency = {agency: found for agency, *found in _rows(shown(connection), "By agency")}
    assert of_agency[NAME][:2] == ["2", "10"] and "东昌市人民政府" not in of_agency


@pytest.mark.parametrize("year", [None, 2020])
def test_reports_that_do_not_count_are_in_no_table_and_are_told(
    seed_release: Path, tmp_path: Path, year: int | None
) -> None:
    alone, others = (planted(seed_release, tmp_path / f"{each}", twin=None, others=each) for each in (False, True))
    with connect(alone) as connection:
        before = shown(connection, year)
    with connect(others) as connection:
        after = shown(connection, year)
        found = connection.execute(
            "SELECT count(*) FROM audit_finding WHERE report_key IN "
            "(SELECT report_key FROM dim_report WHERE status <> 'current')"
        ).fetchall()
    told = after.removeprefix(before)
    assert after.startswith(before) and told.startswith("only current reports are counted, without the findings")
    assert f"findings ({found[0][0]}) of copies, superseded and undecided reports (3); all with their status" in told


def test_the_end_of_a_run_counts_findings_of_current_reports(seed_release: Path, tmp_path: Path) -> None:
    alone, others = (
        dict(counts(planted(seed_release, tmp_path / f"{each}", twin=None, others=each))) for each in (False, True)
    )
    assert (others["报告 reports"], others["其中现行 of them current"]) == (alone["报告 reports"] + 3, 5)
    findings = [label for label in alone if "findings" in label]
    assert len(findings) == 3 and "其中现行 of them current" not in alone
    assert [others[f"{label}（现行 current）"] for label in findings] == [alone[label] for label in findings]


def test_the_end_of_a_run_counts_agencies_and_not_their_names(seed_release: Path, tmp_path: Path) -> None:
    release = planted(seed_release, tmp_path, twin="东昌市人民政府", others=False)
    assert dict(counts(release))["行政机关 agencies"] == 6
    with duckdb.connect(str(release / DATABASE)) as connection:
        connection.execute(
            "UPDATE dim_agency SET agency_key = (SELECT min(agency_key) FROM dim_agency WHERE name = ?)"
            " WHERE agency_sk = 7",
            [NAME],
        )
    assert dict(counts(release))["行政机关 agencies"] == 5


class _Numbers:
    """An answer of so many rows, of which a bound gives out some."""

    description: Sequence[Sequence[object]] = (("x",),)

    def __init__(self, rows: int, bound: int) -> None:
        self.left, self.is_cut, self.hidden = min(rows, bound), False, rows > bound

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        given = min(size, self.left)
        self.is_cut = self.is_cut or (self.hidden and size > self.left)
        self.left -= given
        return [(1,)] * given


@pytest.mark.parametrize(
    ("rows", "bound", "said"),
    [
        (999_999, 2_000_000, "200 of 999,999;"),
        (1_000_000, 2_000_000, "200 of 1,000,000;"),
        (1_000_100, 2_000_000, "200 of 1,000,100;"),
        (1_000_200, 2_000_000, "200 of 1,000,200;"),
        (1_000_201, 2_000_000, "200 of more than 1,000,200;"),
        (1_000_000, 1_000_000, "200 of 1,000,000;"),
        (1_000_001, 1_000_000, "200 of more than 1,000,000;"),
        (500, 500, "200 of 500;"),
        (501, 500, "200 of more than 500;"),
        (SHOWN_ROWS, 500, None),
    ],
)
def test_more_is_said_where_there_is_more(rows: int, bound: int, said: str | None) -> None:
    screen = io.StringIO()
    write_rows(_Numbers(rows, bound), "table", Console(file=screen, width=200))
    last = screen.getvalue().splitlines()[-1]
    assert last.startswith(said) if said else " of " not in last


def test_every_heading_has_both_languages() -> None:
    for name, words in printing._HEADINGS.items():
        assert _HAN.search(words["zh"]) and not _HAN.search(words["en"]), name
        assert set(words) == {"zh", "en"} and words["en"].isascii()


class _Fails:
    """A query that fails when its first rows are asked for."""

    description: Sequence[Sequence[object]] = (("n", "BIGINT"),)
    is_cut = False

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        raise duckdb.InvalidInputException(f"none of {size} rows")


@pytest.mark.parametrize("output", ["csv", "json", "table"])
def test_of_an_answer_that_fails_before_its_first_row_nothing_is_printed(
    output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(duckdb.InvalidInputException):
        write_rows(_Fails(), output, Console())
    assert capsys.readouterr().out == ""
