"""Texts of the explorer: codes have the labels of the code lists, whatever a release holds."""

from __future__ import annotations

from pathlib import Path

import yaml

from pipelines.contracts.codes import LISTS, code_list
from pipelines.exploring import labels
from pipelines.exploring.labels import Labels


def test_codes_have_the_labels_of_the_code_lists() -> None:
    for language in ("zh", "en"):
        text = Labels("zh" if language == "zh" else "en")
        assert text.of("agency_type", "town") == code_list("agency_type").label("town", text.language)
        assert text.advice("cell_note", "struck_text") == code_list("cell_note").advice("struck_text", text.language)
    assert Labels("zh").of("cell_status", None) == Labels("zh")("unknown")


def test_codes_of_another_version_stand_as_they_are() -> None:
    text = Labels("zh")
    assert text.of("cell_note", "struck_through") == "struck_through"
    assert text.advice("cell_note", "struck_through") == "" == text.advice("cell_status", "value")


def test_no_code_list_has_labels_of_its_own_in_the_explorer() -> None:
    texts = yaml.safe_load(Path(labels.__file__).with_name("labels.yml").read_text(encoding="utf-8"))
    kept = {"scope.help"}
    assert not [name for name in texts if name.split(".")[0] in LISTS and "." in name and name not in kept]
