"""Agencies that really exist, for generated reports: governments, offices, departments, townships of all provinces.

Belongs here: which agency publishes in which years. Keep out: what its reports hold (`large_release`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

import polars as pl

from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.identity import Agency, agency_of
from pipelines.agencies.organs import organ_of
from pipelines.contracts import contract
from pipelines.contracts.keys import content_key

_ORGANS = (
    *("人民政府", "人民政府办公室", "教育局", "公安局", "民政局", "财政局", "自然资源局", "生态环境局", "农业农村局"),
    *("住房和城乡建设局", "交通运输局", "水利局", "商务局", "审计局", "应急管理局", "市场监督管理局", "统计局"),
    *("卫生健康委员会", "发展和改革委员会", "医疗保障局", "司法局", "人力资源和社会保障局"),
    *("工业和信息化局", "科学技术局", "文化和旅游局", "退役军人事务局", "林业局", "城市管理局", "行政审批服务局"),
    *("信访局", "体育局", "医疗保障服务中心", "乡村振兴局", "国有资产监督管理委员会", "民族宗教事务局"),
    *("粮食和物资储备局", "地方金融监督管理局", "档案局", "投资促进局", "机关事务管理局", "人民防空办公室"),
    *("外事办公室", "文物局", "广播电视局", "公共资源交易中心"),
)
# Of the townships of a county, this many publish.
_TOWNSHIPS_OF_A_COUNTY = 12
# One report in so many is of an agency that nothing identifies: it has a row of its own.
_UNRESOLVED = 150
_UNKNOWN_NAME = "本机关"


class Publisher(NamedTuple):
    """An agency as the gazetteer finds it: code of its division, its words, and its township with code."""

    code: str
    organ: str
    township: str | None
    township_code: str | None


def publishers(gazetteer: Gazetteer, year: int, seed: int) -> list[Publisher]:
    """Return all agencies there can be in a year, shuffled."""
    found: list[Publisher] = []
    for code in sorted(gazetteer.by_code):
        division = gazetteer.division(code, year)
        if division is None or not division.is_official:
            continue
        found.extend(Publisher(code, _words(division, organ), None, None) for organ in _ORGANS)
        towns = gazetteer.townships_of(code, year) if division.level == "county" else ()
        for town in towns[:_TOWNSHIPS_OF_A_COUNTY]:
            organ = "办事处" if town.normalised_name.endswith("街道") else "人民政府"
            found.append(Publisher(code, organ, town.normalised_name, town.code))
    Random(seed).shuffle(found)
    return found


def _words(division: Division, organ: str) -> str:
    is_bureau = division.level == "province" and organ.endswith(("局", "室"))
    return f"{organ[:-1]}厅" if is_bureau and not organ.endswith(("监督管理局", "审计局", "统计局")) else organ


def agencies_of_reports(
    gazetteer: Gazetteer, years: Sequence[int], reports: int, seed: int
) -> Iterator[tuple[int, int, Agency, str]]:
    """Yield (publisher, year, agency, status) of so many reports; an agency publishes in every year there is.

    Raises ValueError where there are not so many agencies.
    """
    done = 0
    for ordinal, publisher in enumerate(publishers(gazetteer, years[-1], seed)):
        for year in years:
            division = gazetteer.division(publisher.code, year)
            if division is None:
                continue  # under another code in that year
            if done == reports:
                return
            done += 1
            if done % _UNRESOLVED == 0:
                yield ordinal, year, _unresolved(ordinal, year), "unresolved"
            else:
                yield ordinal, year, _agency(gazetteer, division, year, publisher), "exact"
    if done < reports:
        raise ValueError(f"{reports:,} reports asked for; there are agencies for {done:,}: add years")


def _agency(gazetteer: Gazetteer, division: Division, year: int, publisher: Publisher) -> Agency:
    organ = organ_of(f"{publisher.township or ''}{publisher.organ}")
    return agency_of(
        gazetteer,
        division,
        year,
        organ,
        township=publisher.township,
        township_code=publisher.township_code,
        printed=f"{division.name}{publisher.township or ''}{publisher.organ}",
    )


def _unresolved(ordinal: int, year: int) -> Agency:
    key = content_key("generated, unresolved", ordinal, year)
    blank = dict.fromkeys(Agency._fields)
    return Agency(**{**blank, "agency_sk": key, "agency_key": key, "name": _UNKNOWN_NAME})  # type: ignore[arg-type]


def dim_agency(found: Sequence[tuple[int, int, Agency, str]]) -> pl.DataFrame:
    """Return dim_agency of the agencies of some reports."""
    table = contract("dim_agency")
    rows = {agency.agency_sk: (*agency, status) for _, _, agency, status in found}
    frame = pl.DataFrame(
        list(rows.values()), schema=[*Agency._fields, "status"], orient="row", infer_schema_length=None
    )
    return frame.select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items()).sort(table.sort)
