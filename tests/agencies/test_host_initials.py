"""Labels of hosts that are made of contractions and of full names."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.host_initials import contracted_in_host, contracted_spellings, initialled, whole_initials


def _division(gazetteer: Gazetteer, code: str) -> Division:
    found = gazetteer.division(code, 2020)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("210921", {"fmx", "fxmzx", "fxmgzzzx", "fxmgx"}),  # 阜新蒙古族自治县
        ("152221", {"kyqq", "keqyyqq"}),  # 科尔沁右翼前旗
        ("150221", {"tmtyq"}),  # 土默特右旗
        ("431228", {"zjdzzzx"}),  # 芷江侗族自治县
        ("652800", {"bz", "byglmgzzzz"}),  # 巴音郭楞蒙古自治州
    ],
)
def test_initials_of_whole_names(gazetteer: Gazetteer, code: str, labels: set[str]) -> None:
    assert labels <= whole_initials(_division(gazetteer, code))


def test_spellings_of_contractions(gazetteer: Gazetteer) -> None:
    assert {"qianguo", "qianguoxian"} <= contracted_spellings(_division(gazetteer, "220721"))
    assert contracted_spellings(_division(gazetteer, "152500")) == frozenset()  # xilin is 西林
    assert contracted_spellings(_division(gazetteer, "370304")) == frozenset()


def test_long_initials_of_one_division(gazetteer: Gazetteer) -> None:
    assert {d.code for d in initialled(gazetteer, ("kyqq",))} == {"152221"}
    assert {d.code for d in initialled(gazetteer, ("wltzqzf",))} == {"150824", "152825"}  # one banner, two codes


@pytest.mark.parametrize("label", ["bsq", "lnyx", "njls", "xxgk", "jyj", "zs"])
def test_initials_that_name_none_alone(gazetteer: Gazetteer, label: str) -> None:
    """lnyx is 辽宁义县 as well as 连南瑶族自治县, njls is 南京溧水."""
    assert initialled(gazetteer, (label,)) == ()


def test_only_the_domain_counts_for_initials(gazetteer: Gazetteer) -> None:
    assert initialled(gazetteer, ("nmg", "kyqq")) == ()
    assert initialled(gazetteer, ()) == ()
    assert {d.code for d in contracted_in_host(gazetteer, ("jlsy", "qianguo"))} == {"220721"}
