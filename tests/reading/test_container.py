"""Containers: the directory that was read for sniffing is that of the container that is opened next, or of none."""

from __future__ import annotations

import pytest

from pipelines.reading import Limits, ReadError
from pipelines.reading.container import Container, listed
from tests.reading.spreadsheet.workbook_files import packed


def test_a_container_that_was_listed_is_not_taken_for_another() -> None:
    first, second = packed({"a": "甲"}), packed({"b": "乙"})
    listed(first)
    assert [info.filename for info in Container(second, Limits()).infos] == ["b"]
    listed(first)
    for _ in range(2):
        assert Container(first, Limits()).read("a") == "甲".encode()


def test_what_was_listed_is_still_bounded() -> None:
    data = packed({"a": "甲", "b": "乙"})
    listed(data)
    with pytest.raises(ReadError, match="archive_bomb"):
        Container(data, Limits(members=1))
