"""Check digits of GB 32100-2015 and GB 11714, on codes that portals print and on made ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extracting.credit_code import ALPHABET, check_character, credit_code, organisation_check
from tests.codes import agency_code

_DIVISIONS = st.from_regex(r"[1-6][0-9]{5}", fullmatch=True)
_ORGANISATIONS = st.from_regex(r"[0-9]{8}|MB[0-9A-HJ-NP-RTUWXY][0-9]{5}", fullmatch=True)


@pytest.mark.parametrize(
    "printed",
    [
        *("113325000026455663", "113703040042181387", "11610800MB2964997P", "113417030032499282"),
        *("11150000MB1604391C", "11370800004312466C", "113708260043292687", "11370883004325769B"),
    ],
)
def test_codes_of_portals(printed: str) -> None:
    code = credit_code(printed)
    assert code is not None
    assert (code.text, code.division, code.organisation) == (printed, printed[2:8], printed[8:17])
    assert credit_code(code.organisation) == (code.organisation,)


@pytest.mark.parametrize("printed", ["01527918X", "014416330", "003110926", "000014349", "01527918-X"])
def test_organisation_codes_of_portals(printed: str) -> None:
    code = credit_code(printed)
    assert code is not None
    assert (code.text, code.division) == (printed.replace("-", ""), None)
    assert code.organisation == code.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11330000002482373Q",  # printed so by a portal: the last character is another
        "113703040042181388",
        "1137030400421813870",
        "11370304004218138",
        "11370304OO42181387",
        "11３70304004218138７",
        "AB3220007",  # a portal's own number
        "00325700X",
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert credit_code(text) is None


def test_a_code_without_a_right_organisation_code_is_none() -> None:
    body = "11370304" + "00421813" + "1"
    assert organisation_check("00421813") != "1"
    assert credit_code(body + check_character(body)) is None


def test_only_public_bodies_tell_a_division() -> None:
    company = credit_code(agency_code("370304", kind="91"))
    institution = credit_code(agency_code("370304", kind="12"))
    assert company is not None and company.division is None
    assert institution is not None and institution.division == "370304"


@given(_DIVISIONS, _ORGANISATIONS)
def test_every_valid_code_passes(division: str, organisation: str) -> None:
    code = credit_code(agency_code(division, organisation))
    assert code is not None
    assert (code.division, code.organisation[:8]) == (division, organisation)


@given(_DIVISIONS, _ORGANISATIONS, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_change_of_one_character_fails(division: str, organisation: str, place: int, other: str) -> None:
    code = agency_code(division, organisation)
    changed = code[:place] + other + code[place + 1 :]
    assert (credit_code(changed) is not None) == (changed == code)


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.integers(0, 8), st.sampled_from("0123456789"))
def test_every_change_of_one_figure_of_an_organisation_code_fails(body: str, place: int, other: str) -> None:
    code = body + organisation_check(body)
    changed = code[:place] + other + code[place + 1 :]
    assert (credit_code(changed) is not None) == (changed == code)
