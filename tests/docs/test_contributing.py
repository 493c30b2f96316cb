"""What CONTRIBUTING.md shows can be done as shown: its form, its rule, its label and its column are valid."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.contracts.column_types import INT32
from pipelines.contracts.table import column
from pipelines.forms.catalogue import read_form
from pipelines.forms.parts import Row
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


def test_the_label_shown_is_a_row() -> None:
    import yaml  # noqa: PLC0415  # only this snippet is no file of its own

    (written,) = yaml.safe_load(block("A label variant", "yaml"))
    row = Row(**{**written, "aliases": tuple(written["aliases"])})
    assert row.id == "normative_documents" and "行政规范文件" in row.aliases


def test_the_column_shown_is_a_column() -> None:
    shown = eval(block("A column", "python").splitlines()[1], {"column": column, "INT32": INT32})
    assert (shown.name, shown.zh, shown.nullable) == ("pages", "页数", True)
