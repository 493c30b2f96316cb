"""The files of correction sheets: which reports have one, and that hundreds of them take no more memory than one."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from pathlib import Path

from docx.opc.package import OpcPackage

from pipelines.commands.leaving import look_for_garbage_seldom
from pipelines.office.coverage import coverage, units_of
from pipelines.office.given_files import given_files
from pipelines.office.last_year import NO_FIGURES
from pipelines.office.overview import Words
from pipelines.office.received import receive
from pipelines.office.roster import county_named
from pipelines.office.unit_files import correction_files
from tests.office.county_office import PLACE, YEAR, report_file

_UNITS = ("财政局", "公安局", "司法局", "水利局", "民政局")


def test_a_sheet_is_forgotten_once_it_is_written_though_garbage_is_seldom_looked_for(tmp_path: Path) -> None:
    for unit in _UNITS:
        (tmp_path / f"{unit}.docx").write_bytes(report_file(f"{PLACE}{unit}", "docx", fault="a total"))
    received = receive(given_files([tmp_path]), lambda: nullcontext(lambda *_: None))
    county = county_named(PLACE, YEAR)
    words = Words(coverage(received, units_of(received, YEAR, county), YEAR, county), "zh")
    gc.collect()
    before, threshold = held(), gc.get_threshold()
    look_for_garbage_seldom()
    try:
        written = [path.name for path, _ in correction_files(words, NO_FIGURES)]
        assert held() <= before + 1
    finally:
        gc.set_threshold(*threshold)
    assert sorted(written) == sorted(f"{PLACE}{unit}.{end}" for unit in _UNITS for end in ("docx", "html"))


def held() -> int:
    return sum(isinstance(each, OpcPackage) for each in gc.get_objects())
