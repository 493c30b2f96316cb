"""What CONTRIBUTING.md shows can be done as shown: its form, its rule, its label and its column are valid."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from pipelines.contracts.column_types import INT32
from pipelines.contracts.table import column
from pipelines.declarations import DeclarationError
from pipelines.forms.catalogue import read_form
from pipelines.forms.parts import Row
from pipelines.messages.message_file import read_messages
from pipelines.messages.saying import entry_of
from tests.projects import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def block(heading: str, language: str) -> str:
    """Return the first block of a language below a heading."""
    section = re.split(r"^## ", PAGE.split(f"## {heading}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def test_the_form_shown_is_a_form(tmp_path: Path) -> None:
    path = tmp_path / "form_2026.yml"
    path.write_text(block("A form", "yaml"), encoding="utf-8")
    shown = read_form(path)["2026"]
    assert shown.since == 2026
    assert ("documents", "rules", "amended") in shown.cells
    assert ("enforcement", "administrative_inspection", "decisions") in shown.cells
    assert ("services", "online_services", "decisions") in shown.cells
    assert ("applications", "other_processing.transferred", "total") in shown.cells


def test_a_form_that_takes_over_what_there_is_not_is_told_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "form_2026.yml"
    path.write_text(block("A form", "yaml").replace("id: fees", "id: fee"), encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"form 2021: no table 'fee'; did you mean 'fees'\?"):
        read_form(path)


def test_the_label_shown_is_a_row() -> None:
    import yaml  # noqa: PLC0415  # only this snippet is no file of its own

    (written,) = yaml.safe_load(block("A label variant", "yaml"))
    row = Row(**{**written, "aliases": tuple(written["aliases"])})
    assert row.id == "normative_documents" and "行政规范文件" in row.aliases


def test_the_column_shown_is_a_column() -> None:
    _, declared, _, made = block("A column", "python").splitlines()
    shown = eval(declared.rstrip(","), {"column": column, "INT32": INT32})
    assert (shown.name, shown.zh, shown.nullable) == ("title_length", "标题字数", True)
    frame = eval(f"frame{made}", {"frame": pl.DataFrame({"title": ["年度报告"]}), "pl": pl})
    assert frame[shown.name].to_list() == [4]


def test_the_message_shown_is_a_message(tmp_path: Path) -> None:
    path = tmp_path / "exporting.yml"
    path.write_text(block("A message", "yaml"), encoding="utf-8")
    (shown,) = read_messages(path).messages.items()
    assert shown == ("is_a_file", entry_of("exporting.is_a_file"))


def test_the_codes_shown_are_codes() -> None:
    codes = re.findall(r'"([a-z]+\.[a-z_]+)"', block("A message", "python"))
    assert len(codes) == 4 and all(map(entry_of, codes))
