"""What every query and view answers where agencies share a name, and where reports are there that do not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.layout import SQL_FOLDER
from pipelines.releases.open_release import connect
from pipelines.warehouse.database import load_views
from tests.planted import NAME, OTHERS, planted

QUERIES = sorted((SQL_FOLDER / "queries").glob("*.sql"))
ASKED = {path.stem: path.read_text(encoding="utf-8").replace("南山区大陆街道办事处", NAME) for path in QUERIES} | {
    f"view {view.name}": f"FROM {view.name}" for view in load_views()
}
# They list every report, and say of each whether it counts.
WITH_STATUS = {"17_ambiguous_agencies": "status"}
# It sorts as the twin does by its place.
_OTHER_NAME = "一昌区人民政府"
Ask = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def releases(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return releases with a twin of the same name, with it under another name, and with reports that do not count."""
    made = {
        "twins": {"others": False},
        "apart": {"twin": _OTHER_NAME, "others": False},
        "alone": {"twin": None, "others": False},
        "others": {"twin": None, "others": True},
    }
    return {name: planted(seed_release, tmp_path_factory.mktemp(name), **how) for name, how in made.items()}  # type: ignore[arg-type]


def _answer(release: Path, query: str) -> tuple[list[str], list[str]]:
    """Return the columns of an answer, and its rows as texts in an order of their own."""
    with connect(release) as connection:
        found = connection.execute(query)
        return [name for name, *_ in found.description], sorted(str(row) for row in found.fetchall())


@pytest.mark.parametrize("name", ASKED)
def test_agencies_of_one_name_are_not_one_agency(name: str, releases: dict[str, Path]) -> None:
    query = ASKED[name].replace(f"a.name = '{NAME}'", f"a.name IN ('{NAME}', '{_OTHER_NAME}')")
    twins, apart = (_answer(releases[each], query)[1] for each in ("twins", "apart"))
    assert twins == sorted(row.replace(_OTHER_NAME, NAME) for row in apart)


@pytest.mark.parametrize("name", ASKED)
def test_a_report_that_does_not_count_is_in_no_answer_or_has_its_status(name: str, releases: dict[str, Path]) -> None:
    (names, alone), (_, others) = (_answer(releases[each], ASKED[name]) for each in ("alone", "others"))
    if name not in WITH_STATUS:
        assert others == alone
        return
    added = Counter(others) - Counter(alone)
    assert not Counter(alone) - Counter(others)
    assert WITH_STATUS[name] in names and len([*added.elements()]) == len(OTHERS)
    assert all(any(f"'{status}'" in row for row in added) for status in OTHERS)


@pytest.mark.parametrize(
    "name", ["07_findings_with_source", "08_failed_identities", "12_unmapped_rows", "14_statistics_2014"]
)
def test_the_reports_planted_are_in_the_answers(name: str, releases: dict[str, Path]) -> None:
    without, with_twin = (_answer(releases[each], ASKED[name])[1] for each in ("alone", "twins"))
    of_one = [row for row in without if NAME in row]
    assert of_one and len([row for row in with_twin if NAME in row]) == 2 * len(of_one)


def test_indicators_of_an_agency_are_not_the_largest_of_its_namesakes(releases: dict[str, Path]) -> None:
    with connect(releases["twins"]) as connection:
        rows = connection.execute(ASKED["14_statistics_2014"])
        names = [name for name, *_ in rows.description]
        found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    assert [(row["agency_name"], row["prefecture"], row["items"]) for row in found] == [
        (NAME, "四平市", 11),
        (NAME, "通化市", 10),
    ]


def test_codes_of_several_agencies_say_which_of_their_reports_count(seed_release: Path, tmp_path: Path) -> None:
    query = ASKED["21_codes_of_several_agencies"]
    with connect(planted(seed_release, tmp_path)) as connection:
        ((code, _, agencies, unclear, reports),) = connection.execute(query).fetchall()
    assert (code, agencies, unclear) == ("01527918X", 2, 2)
    assert {each["place"] for each in reports} == {"吉林省 通化市 东昌区", "吉林省 四平市 东昌区"}
    assert sorted(each["report_status"] for each in reports) == sorted(("current", "current", *OTHERS))


def test_a_view_of_corrections_says_whether_the_report_counts(seed_release: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(planted(seed_release, tmp_path, twin=None) / "gongkai.duckdb")) as connection:
        connection.execute(
            "INSERT INTO cell_correction BY NAME SELECT report_key, 'documents.rules.newly_made' AS cell_path, "
            "1 AS correction, '0' AS printed, 'applied' AS state, 1 AS corrected_value, 'x' AS reason, "
            "'x' AS evidence FROM dim_report WHERE report_key = 8 "
            "OR report_key IN (SELECT report_key FROM dim_report JOIN dim_agency USING (agency_sk) WHERE name = ? "
            "AND dim_report.status = 'current')",
            [NAME],
        )
        found = connection.execute("SELECT report_status FROM cell_corrected ORDER BY 1").fetchall()
    assert found == [("current",), ("duplicate_of",)]
