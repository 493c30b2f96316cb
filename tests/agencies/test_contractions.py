"""Contracted names made from official ones."""

from __future__ import annotations

import pytest

from pipelines.agencies.aliases import read_aliases
from pipelines.agencies.contractions import Contractions, contracted
from pipelines.agencies.gazetteer import Gazetteer


@pytest.fixture(scope="module")
def made(gazetteer: Gazetteer) -> Contractions:
    return contracted(division for versions in gazetteer.by_code.values() for division in versions)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("三江县", "三江侗族自治县"),
        ("大化县", "大化瑶族自治县"),
        ("喀左县", "喀喇沁左翼蒙古族自治县"),
        ("土右旗", "土默特右旗"),
        ("土左旗", "土默特左旗"),
        ("科右前旗", "科尔沁右翼前旗"),
        ("鄂温克旗", "鄂温克族自治旗"),
        ("延边州", "延边朝鲜族自治州"),
        ("黔东南州", "黔东南苗族侗族自治州"),
    ],
)
def test_names_that_drop_the_peoples_or_keep_the_side(made: Contractions, form: str, name: str) -> None:
    assert {division.name for division in made.regular[form]} == {name}
    assert form not in made.clipped


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("阜蒙县", {"阜新蒙古族自治县"}),
        ("杜蒙县", {"杜尔伯特蒙古族自治县"}),
        ("前郭县", {"前郭尔罗斯蒙古族自治县"}),
        ("莫旗", {"莫力达瓦达斡尔族自治旗"}),
        ("东乌旗", {"东乌珠穆沁旗"}),
        ("巴州", {"巴音郭楞蒙古自治州"}),
        ("锡盟", {"锡林郭勒盟"}),
        ("扎旗", {"扎赉特旗", "扎鲁特旗"}),
        ("鄂旗", {"鄂伦春自治旗", "鄂托克旗", "鄂温克族自治旗"}),
    ],
)
def test_names_that_keep_first_characters(made: Contractions, form: str, names: set[str]) -> None:
    assert {division.name for division in made.clipped[form]} == names


def test_a_contraction_is_no_division_of_its_own(gazetteer: Gazetteer, made: Contractions) -> None:
    forms = made.regular.keys() | made.clipped.keys()
    assert len(forms) > 200
    assert made.clipped.keys().isdisjoint(gazetteer.by_name)
    assert forms & gazetteer.by_name.keys() == {"东乡县", "北川县"}  # of another county; of itself before 2003
    assert made.regular.keys().isdisjoint(made.clipped)


@pytest.mark.parametrize("form", ["博山区", "博山", "和县", "三水县", "东旗", "隆各县"])
def test_what_is_none(made: Contractions, form: str) -> None:
    """和县 is a county of Anhui, whatever 和布克赛尔 could be called; 三水县 was one of Guangdong."""
    assert form not in made.regular.keys() | made.clipped.keys()


def test_what_follows_by_rule_and_needs_no_evidence_is_not_declared(gazetteer: Gazetteer, made: Contractions) -> None:
    assert not made.regular.keys() & read_aliases(gazetteer).aliases.keys()
