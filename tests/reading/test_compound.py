"""Compound files: which program's they are, by the names of their streams."""

from __future__ import annotations

import io

import pytest
import xlwt

from pipelines.reading import read


@pytest.mark.parametrize("name", ["WORKBOOK", "workbook"])
def test_the_case_of_a_streams_name_does_not_count(name: str) -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "规章")
    file = io.BytesIO()
    book.save(file)
    data = file.getvalue()
    renamed = data.replace("Workbook".encode("utf-16-le"), name.encode("utf-16-le"))
    assert renamed != data
    assert read(renamed).blocks == read(data).blocks
