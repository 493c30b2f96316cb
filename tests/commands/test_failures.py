"""How commands tell that a declaration cannot be used."""

from __future__ import annotations

import pytest

from pipelines.commands.failures import declarations_explained
from pipelines.declarations import DeclarationError, Fault


def test_a_wrong_declaration_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    faults = [Fault("forms/form_2021.yml", 45, "tables[2].rows[0].alias", "no key"), Fault("a.yml", 2, "", "no text")]
    with pytest.raises(SystemExit) as ended, declarations_explained():
        raise DeclarationError(faults)
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (1, "")
    assert told.err.splitlines() == [
        "gongkai: a.yml:2: no text",
        "gongkai: forms/form_2021.yml:45: tables[2].rows[0].alias: no key",
    ]


def test_any_other_error_keeps_its_traceback() -> None:
    with pytest.raises(ValueError, match="of ours"), declarations_explained():
        raise ValueError("a fault of ours")
