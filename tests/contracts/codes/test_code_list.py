"""Code lists: read strictly, labelled in both languages, and asked for by codes that exist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.contracts.codes import LANGUAGES, LISTS, CodeListError, code_list
from pipelines.contracts.codes.code_file import read_file
from pipelines.declarations import DeclarationError
from pipelines.forms import ALL_FORMS
from tests.projects import ROOT

_HEAD = "zh: 状态\nen: status\ncodes:\n"
# Whoever meets one of these wants to know what to do.
ADVISED = ("outcome_reason", "cell_note", "list_state", "run_state", "source_state", "publishing_stop")
_NOTHING_TO_DO = {"complete", "done", "running", "killed", "ok"}


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_labels_that_tell_it_from_the_others(name: str) -> None:
    codes = code_list(name)
    for language in LANGUAGES:
        labels = [codes.label(code, language) for code in codes]
        assert all(label.strip() == label != "" for label in labels)
        assert len(set(labels)) == len(labels), f"two codes of {name} have one label"


@pytest.mark.parametrize("name", LISTS)
def test_chinese_stands_on_the_chinese_side(name: str) -> None:
    for entry in code_list(name).declared.codes:
        assert any("\u4e00" <= c <= "\u9fff" for c in entry.label_zh), entry
        english = f"{entry.label_en} {entry.advice_en or ''}".replace("无", "")  # a mark that reports print
        assert not any("\u4e00" <= c <= "\u9fff" for c in english), entry
        assert (entry.advice_zh is None) == (entry.advice_en is None)


@pytest.mark.parametrize("name", ADVISED)
def test_what_can_be_acted_on_has_advice(name: str) -> None:
    silent = {entry.code for entry in code_list(name).declared.codes if entry.advice_zh is None}
    assert silent <= _NOTHING_TO_DO


def test_doubtful_statuses_have_advice() -> None:
    without = {entry.code for entry in code_list("cell_status").declared.codes if entry.advice_en is None}
    assert without == {"value"}


def test_forms_are_those_of_the_form_files() -> None:
    assert tuple(code_list("form")) == tuple(ALL_FORMS)
    assert code_list("form").label("2021", "zh") == ALL_FORMS["2021"].label.zh


def test_a_list_is_the_sequence_of_its_codes() -> None:
    severity = code_list("severity")
    assert list(severity) == ["error", "warning", "info"] and len(severity) == 3
    assert severity[0] == "error" and severity[1:] == ("warning", "info") and severity.index("info") == 2
    assert "error" in severity and "fatal" not in severity
    assert severity.named("info", "error") == ("info", "error")


def test_unknown_codes_and_lists_name_the_nearest() -> None:
    with pytest.raises(CodeListError, match=r"cell_note\.yml has no code 'struck_txt'\. Nearest: struck_text"):
        code_list("cell_note").named("struck_txt")
    with pytest.raises(CodeListError, match=r"scope\.yml has no code 'zzz'\. Nearest: own, summary, unknown"):
        code_list("scope").label("zzz", "zh")
    with pytest.raises(CodeListError, match=r"no code list 'cel_note'\. Available: agency_status"):
        code_list("cel_note")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("  a: {zh: 甲, en: a}\n  a: {zh: 乙, en: b}\n", r"x\.yml:5: codes\.a: .*twice"),
        ("  a: {zh: 甲, en: a, advise: {zh: 甲, en: a}}\n", r"x\.yml:4: codes\.a\.advise: .*did you mean 'advice'"),
        ("  a: {zh: 甲}\n", r"x\.yml:4: codes\.a\.en: this key is missing"),
        ("  a: {zh: 甲, en: a, advice: {zh: 甲}}\n", r"x\.yml:4: codes\.a\.advice\.en: this key is missing"),
        ("  a: {zh: '', en: a}\n", r"x\.yml:4: codes\.a\.zh"),
        ("  Not A Slug: {zh: 甲, en: a}\n", r"x\.yml:4: codes"),
        ("  2014: {zh: 甲, en: a}\n", r"x\.yml:4: codes"),
        ("  a: [甲]\n", r"x\.yml:4: codes\.a"),
        ("  a: {zh: 甲, en: a\n", r"x\.yml:\d+: expected YAML"),
    ],
)
def test_a_file_that_is_wrong_names_the_place(tmp_path: Path, body: str, message: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(_HEAD + body, encoding="utf-8")
    with pytest.raises(DeclarationError, match=message):
        read_file(path)


def test_code_lists_need_neither_polars_nor_pandera_nor_pyarrow() -> None:
    """Readers and workers ask for codes: naming them loads nothing heavy, nor any table."""
    script = """
import sys
from pipelines.contracts.codes import LISTS, code_list
print(sum(len(code_list(name)) for name in LISTS if name != "form"))
print(*sorted({"polars", "pandera", "pyarrow", "duckdb", "pipelines.contracts.registry"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    count, heavy = done.stdout.split("\n")[:2]
    assert int(count) > 200 and heavy == ""
