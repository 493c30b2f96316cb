"""The command line as a user meets it: output, exit codes, errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.releases.layout import Layout
from tests.projects import ROOT, SEEDS, make_project

Run = Callable[..., Result]


@pytest.fixture
def gongkai(seed_layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GONGKAI_ROOT", str(seed_layout.root))
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def seed(number: str) -> str:
    return str(next(SEEDS.glob(f"{number}*")))


def test_extract_json_is_one_object_per_line(gongkai: Run) -> None:
    result = gongkai("extract", "--json", seed("000"), seed("001"))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [f["outcome"] for f in found] == ["parsed", "parsed"]
    cells = found[0]["reports"][0]["cells"]
    amount = cells["procurement.centralized_procurement.total_amount"]
    assert (amount["value"], amount["yuan"], amount["unit_source"]) == (55613033.29, "55613033.29", "inferred")
    assert cells["documents.rules.newly_made"] == {
        "value": 0,
        "status": "value",
        "raw": "0",
        "matched_by": "label",
        "unit": "件",
        "place": {"line_number": 14, "grid": 0, "grid_row": 2, "grid_col": 1},
    }
    assert len(cells) == 198 and result.exit_code == 0


def test_extract_check_exits_4_on_errors(gongkai: Run) -> None:
    assert gongkai("extract", "--check", seed("002")).exit_code == 4
    assert gongkai("extract", "--check", seed("004")).exit_code == 0


def test_extract_of_a_bad_file_exits_3_and_says_why(gongkai: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    result = gongkai("extract", str(tmp_path / "empty.txt"), str(tmp_path / "missing.txt"))
    assert result.exit_code == 3
    assert "empty (nothing in it): 0 bytes" in result.stdout and "unreadable (cannot be opened):" in result.stdout
    assert "Check that the file is there" in result.stdout


def test_extract_shows_what_people_look_for(gongkai: Run) -> None:
    shown = gongkai("extract", seed("002")).stdout
    assert "282,040,000" in shown and "1010件" in shown and "applications.balance" in shown


def test_extract_tells_findings_in_the_language_of_the_reader(gongkai: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    in_english = gongkai("extract", seed("002")).stdout
    assert "error reviews.channel_sum: upheld + corrected + other_result + pending = total, per channel" in in_english
    assert "(Reconsideration): 1 and 0, difference 1" in in_english and "the total is not filled in" in in_english
    assert "单元格" not in in_english
    monkeypatch.setenv("GONGKAI_LANG", "zh")
    in_chinese = gongkai("extract", seed("002")).stdout
    assert "错误 reviews.channel_sum：结果维持 + 结果纠正 + 其他结果 + 尚未审结 = 总计（行政复议）" in in_chinese
    assert "总计未填" in in_chinese and "┃ 单元格 " in in_chinese and "cell" not in in_chinese.split("┃")[1]


def test_extract_json_has_findings_in_both_languages(gongkai: Run) -> None:
    (report,) = json.loads(gongkai("extract", "--json", seed("002")).stdout)["reports"]
    (found,) = (each for each in report["findings"] if each["rule"] == "reviews.channel_sum")
    assert found["message"] == "结果维持 + 结果纠正 + 其他结果 + 尚未审结 = 总计（行政复议）：1 与 0，差 1"
    assert found["message_en"] == (
        "upheld + corrected + other_result + pending = total, per channel (Reconsideration): 1 and 0, difference 1"
    )
    assert (found["hint"], found["hint_en"]) == ("总计未填", "the total is not filled in")


@pytest.mark.parametrize(("stated", "code"), [("fr", 2), ("x", 2), ("zh_CN.UTF-8", 0), ("EN", 0), ("", 0)])
def test_a_language_that_is_none_of_ours_is_told(
    gongkai: Run, monkeypatch: pytest.MonkeyPatch, stated: str, code: int
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", stated)
    result = gongkai("sql", "SELECT 1")
    assert result.exit_code == code
    if code:
        assert f"no language GONGKAI_LANG={stated}: known: zh, en" in result.stderr


@pytest.mark.parametrize("number", ["99999999999999999999999999.999999", "12345678901234567890123456789012.123456"])
def test_a_long_number_is_printed_to_its_last_digit(gongkai: Run, number: str) -> None:
    assert number in gongkai("sql", f"SELECT '{number}'::DECIMAL(38,6) AS x").stdout


@pytest.mark.parametrize("output", ["table", "csv", "json"])
def test_sql_formats(gongkai: Run, output: str) -> None:
    result = gongkai("sql", "SELECT count(*) AS reports FROM dim_report", "--format", output)
    assert result.exit_code == 0 and "reports" in result.stdout and "5" in result.stdout


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY dim_year TO '/tmp/never.csv'",
        "CREATE TABLE t (i INTEGER)",
        "ATTACH '/tmp/never.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT * FROM nothing",
    ],
)
def test_sql_cannot_write_read_files_or_load_code(gongkai: Run, query: str) -> None:
    result = gongkai("sql", query)
    assert result.exit_code == 1
    assert result.stderr.startswith("gongkai: ")


def test_sql_reads_a_query_from_a_file(gongkai: Run) -> None:
    path = str(ROOT / "sql" / "queries" / "01_most_applications.sql")
    assert "东昌区人民政府" in gongkai("sql", "--file", path).stdout
    assert gongkai("sql").exit_code == 2
    assert gongkai("sql", "--file", "nowhere.sql").exit_code == 2


def test_sql_with_unknown_format_is_wrong_usage(gongkai: Run) -> None:
    assert gongkai("sql", "SELECT 1", "--format", "xml").exit_code == 2


def test_trace_leads_to_the_printed_cell(gongkai: Run) -> None:
    result = gongkai("trace", "002_e29", "procurement.centralized_procurement.total_amount", "--json")
    found = json.loads(result.stdout)
    assert found["raw_text"] == "28204万元" and found["yuan"] == "282040000"
    assert found["location"].startswith("2020/002_") and len(found["file_sha256"]) == 64
    lines = Path(seed("002")).read_text(encoding="utf-8").splitlines()
    assert lines[found["line_number"] - 1].strip() == "28204万元"
    assert {found["grid"], found["grid_row"], found["grid_col"]} <= set(range(1000))


def test_trace_of_unknown_things_lists_alternatives(gongkai: Run) -> None:
    assert "Nearest: documents.rules" in gongkai("trace", "000_", "documents.rules.made").stderr
    assert "no report matches" in gongkai("trace", "999_", "documents.rules.newly_made").stderr
    assert "5 reports match" in gongkai("trace", "2020", "documents.rules.newly_made").stderr


def test_audit_shows_rules_and_sources(gongkai: Run) -> None:
    shown = gongkai("audit", "--year", "2020").stdout
    assert "applications.outcome_sum" in shown and "东昌区人民政府" in shown
    assert "applications.outcome_sum" not in gongkai("audit", "--year", "2019").stdout


def test_export_writes_and_says_what(gongkai: Run, tmp_path: Path) -> None:
    result = gongkai("export", str(tmp_path / "out"), "--format", "csv", "--table", "dim_report")
    assert result.exit_code == 0 and result.stdout.startswith("files of release ") and result.stdout.endswith(": 1\n")
    assert gongkai("export", str(tmp_path), "--format", "dbf").exit_code == 2


def test_an_export_tells_which_sums_a_selection_leaves_out(gongkai: Run, tmp_path: Path) -> None:
    chosen = gongkai("export", str(tmp_path / "out"), "--province", "山东省")
    assert chosen.exit_code == 0 and chosen.stderr.startswith("left out sum_divisions, sum_cells: their rows add up")
    refused = gongkai("export", str(tmp_path / "one"), "--table", "sum_cells", "--level", "county")
    assert refused.exit_code == 2 and "rows of sum_cells add up all provinces or levels" in refused.stderr
    assert not (tmp_path / "one").exists()
    of_a_year = gongkai("export", str(tmp_path / "year"), "--table", "sum_cells", "--year", "2020")
    assert of_a_year.exit_code == 0 and of_a_year.stderr == ""


def test_without_a_release_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    result = CliRunner().invoke(app, ["sql", "SELECT 1"])
    assert result.exit_code == 1 and "run `gongkai run` first" in result.stderr


def test_a_run_outside_of_a_project_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    result = CliRunner().invoke(app, ["run"])
    assert result.exit_code == 2
    assert "it has no dagster.yaml" in result.output
    assert not any(tmp_path.iterdir())


def test_an_unknown_reason_to_retry_is_wrong_usage_and_names_the_known_ones(gongkai: Run) -> None:
    result = gongkai("run", "--retry", "timeout", "--retry", "damagd")
    assert result.exit_code == 2
    assert "reason damagd: did you mean damaged? there are all, unreadable, " in result.stderr


@pytest.mark.parametrize(
    ("typed", "handed"),
    [
        ((), ["--reads"]),
        (("--retry", "timeout", "--retry", "damaged", "--retry", "timeout"), ["damaged", "timeout", "--reads"]),
    ],
)
def test_a_run_is_told_what_to_retry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], handed: list[str]
) -> None:
    begun: list[list[str]] = []
    layout = make_project(tmp_path, seeds=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setattr("os.execv", lambda _, words: begun.append(words[1:]))
    assert CliRunner().invoke(app, ["run", *typed]).exit_code == 0
    (words,) = begun
    assert words[:-1] == ["-m", "assets.run", *handed] and words[-1].startswith("--lock=")
