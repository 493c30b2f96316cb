"""Cells whose sum over agencies may count something twice say so, with a source, on the forms that have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.auditing.adding_notes import adding_notes, notes_of_cells, read_notes
from pipelines.declarations import DeclarationError
from pipelines.forms import FORMS


@pytest.mark.parametrize("form", FORMS)
def test_notes_are_on_cells_of_the_form_and_not_on_all(form: str) -> None:
    found = notes_of_cells(form)
    assert {*found} < FORMS[form].path_names and len(found) < len(FORMS[form].path_names) / 2
    assert {note for notes in found.values() for note in notes} <= {*adding_notes()}


def test_items_of_a_catalogue_and_joint_documents_are_noted() -> None:
    assert notes_of_cells("2019")["fees.administrative_fees.items_change"] == ("shared_items",)
    assert notes_of_cells("2021")["documents.rules.in_force"] == ("joint_documents",)
    assert "applications.granted.total" not in notes_of_cells("2021")


def test_the_note_on_codefendants_names_the_reply_it_comes_from() -> None:
    source = adding_notes()["codefendant"].source[0]
    assert "〔2016〕201号" in source.text_zh and "〔2016〕201号" in source.text_en


def test_a_note_on_no_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.yml"
    path.write_text(
        "- id: a\n  label: {zh: 甲, en: a}\n  zh: 甲\n  en: a\n"
        "  source: [{documents: [arithmetic], zh: 甲, en: a}]\n  cells: [documents.rules.nothing]\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError, match=r"notes\.yml:6: .*documents\.rules\.nothing"):
        read_notes(path)
