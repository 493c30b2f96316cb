"""Compound files: which program's they are, by the names of their streams."""

from __future__ import annotations

import io

import pytest
import xlwt

from pipelines.reading import read
from pipelines.reading.compound import stream_names, streams_of


def workbook(text: str) -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, text)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("name", ["WORKBOOK", "workbook"])
def test_the_case_of_a_streams_name_does_not_count(name: str) -> None:
    data = workbook("规章")
    renamed = data.replace("Workbook".encode("utf-16-le"), name.encode("utf-16-le"))
    assert renamed != data
    assert read(renamed).blocks == read(data).blocks


def test_a_file_whose_names_were_asked_for_is_not_taken_for_another() -> None:
    first, second = workbook("规章"), workbook("许可")
    alone = [streams_of(data, ["Workbook"]) for data in (first, second)]
    assert alone[0] != alone[1]
    stream_names(first)
    assert [streams_of(data, ["Workbook"]) for data in (second, first)] == alone[::-1]
    stream_names(second)
    assert [streams_of(data, ["Workbook"]) for data in (second, second)] == [alone[1]] * 2
