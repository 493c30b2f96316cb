"""The sum of what counts is told in a few lines, and written as traces and filled forms."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from pipelines.office import county_sum
from pipelines.office.county_sum import CountySum
from pipelines.office.coverage import coverage, units_of
from pipelines.office.given_files import given_files
from pipelines.office.overview import Words
from pipelines.office.printed_form import printed_value
from pipelines.office.received import Reception, receive
from pipelines.office.roster import county_named
from pipelines.office.summary import summary_values
from pipelines.office.summary_files import summary_files
from tests.office.county_office import PLACE, YEAR, report_file


@pytest.fixture(scope="module")
def reception(tmp_path_factory: pytest.TempPathFactory) -> Reception:
    folder = tmp_path_factory.mktemp("sum")
    for unit in ("财政局", "公安局", "司法局"):
        (folder / f"{unit}.docx").write_bytes(report_file(f"{PLACE}{unit}", "docx"))
    return receive(given_files([folder]), lambda: nullcontext(lambda *_: None))


def words(reception: Reception, year: int = YEAR) -> Words:
    county = county_named(PLACE, year)
    return Words(coverage(reception, units_of(reception, year, county), year, county), "zh")


def summed(reception: Reception) -> CountySum:
    found = county_sum.county_sum(words(reception))
    assert found is not None
    return found


def test_of_a_county_whose_units_all_reported_the_whole_form_is_filled(reception: Reception) -> None:
    found = summed(reception)
    assert found.unit == f"{PLACE}人民政府" and found.comparison is None
    told, audited = county_sum.told(found, "zh")
    assert told.startswith("汇总（3 个单位，200 项）：各单位齐全的 200 项，缺部分单位的 0 项")
    assert audited.startswith("汇总数审核：错误 0")
    files = {path.name: content for path, content in summary_files(found, "zh")}
    (form,) = (content.decode() for name, content in files.items() if name.startswith(PLACE) and name.endswith(".html"))
    numbers = [printed_value(value) for value in summary_values(found.summary).values()]
    assert len(numbers) == 200 and all(number in form for number in numbers) and len(files) == 5


def test_where_nothing_counts_or_the_form_has_no_tables_there_is_no_sum(reception: Reception) -> None:
    assert county_sum.county_sum(words(reception, YEAR - 1)) is None
    assert county_sum.form_of_tables(2012) is None
