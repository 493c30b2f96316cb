"""regions.yml: what is known of provinces beside their names, and telephone areas that the list leaves out.

Belongs here: what is declared. Keep out: looking it up (`gazetteer`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipelines.agencies.gazetteer.entries import DivisionEntry, Entry, unknown_entries
from pipelines.contracts.codes import code_list
from pipelines.declarations import Declaration, External, OneOf, Wrong, left_out, load, repeated, unknown_among

_PATH = Path(__file__).with_name("regions.yml")
_PROVINCE_DIGITS = 2
_Province = Annotated[str, Field(pattern=r"^\d{2}$")]
_HostLabel = Annotated[External, Field(pattern=r"^[a-z]+$")]
_AreaCode = Annotated[External, Field(pattern=r"^0\d{2,3}$")]


class Province(Declaration):
    """A province's region, and the labels of its portals in host names beside the pinyin."""

    region: Annotated[str, OneOf("region", lambda: code_list("region"))] | None
    hosts: tuple[_HostLabel, ...]


class Regions(Declaration):
    """regions.yml: provinces by the first two digits of their code, telephone area codes by prefecture."""

    provinces: dict[_Province, Province]
    area_codes: dict[DivisionEntry, _AreaCode]


def read_regions(divisions: Collection[Entry], path: Path = _PATH) -> Regions:
    """Read regions.yml; `divisions` are all there are. Raises DeclarationError: every province is declared."""
    known = sorted({code[:_PROVINCE_DIGITS] for code, _ in divisions})

    def faults(file: Regions) -> Iterator[Wrong]:
        yield from left_out("province", ("provinces",), file.provinces, known)
        yield from unknown_among("province", ((("provinces", code), code) for code in file.provinces), known)
        yield from unknown_entries(((("area_codes", entry), entry) for entry in file.area_codes), divisions)
        yield from repeated(
            (("provinces", code, "hosts", number), label)
            for code, province in file.provinces.items()
            for number, label in enumerate(province.hosts)
        )

    return load(path, Regions, also=faults)
