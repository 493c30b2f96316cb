"""Local packs: rules that one province or city has for the reports below it, off unless local_packs.yml names them.

A pack is a file of rules/local: its rules, the division below which they apply, and the report years. Belongs here:
packs, which of them are on, and which reports they are for. Keep out: national rules (`rules_file`), evaluating.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field

from pipelines.agencies.gazetteer import Division, load_gazetteer
from pipelines.auditing.rule_checks import check_rules
from pipelines.auditing.rule_kinds import CellsRule, ReportRule, RuleFile
from pipelines.declarations import Declaration, DeclarationError, Fault, FreeText, OneOf, RootDeclaration, Wrong, load
from pipelines.declarations.faults import unknown
from pipelines.declarations.kinds import UNCHECKED

FOLDER = Path(__file__).with_name("rules") / "local"
SWITCH = Path(__file__).with_name("local_packs.yml")
_PackId = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", json_schema_extra={UNCHECKED: "an id"})]


class ReportYears(Declaration):
    """Report years from `since` to `until`, to any without it."""

    since: Annotated[int, Field(ge=2008)]
    until: Annotated[int, Field(ge=2008)] | None = None


class LocalPack(Declaration):
    """What a division asks of the reports of all agencies in it, its own government left out, in some years."""

    pack: _PackId
    zh: FreeText
    en: FreeText
    division: Annotated[str, Field(pattern=r"^\d{6}$")]
    years: ReportYears
    rules: Annotated[tuple[Annotated[CellsRule | ReportRule, Field(discriminator="kind")], ...], Field(min_length=1)]

    def reports_of(self, reports: pl.DataFrame) -> pl.DataFrame:
        """Return the reports that the pack is for: none of an agency whose division is not known."""
        if not {"division_code", "agency_type"} <= set(reports.columns):
            return reports.clear()
        code, year = pl.col("division_code"), pl.col("year_key")
        of_itself = (code == self.division) & (pl.col("agency_type") == "government").fill_null(False)
        below = code.str.starts_with(stem(self.division)) & ~of_itself & (year >= self.years.since)
        return reports.filter(below if self.years.until is None else below & (year <= self.years.until))


def stem(division: str) -> str:
    """Return what the codes of all divisions in a division begin with: 620600 is 6206, 620000 is 62."""
    while division.endswith("00"):
        division = division[:-2]
    return division


def read_pack(path: Path) -> LocalPack:
    """Return the pack of a file; raises DeclarationError with every fault by line."""
    return load(path, LocalPack, also=_faults)


@cache
def _divisions() -> Mapping[str, Sequence[Division]]:
    return load_gazetteer().by_code


def _faults(pack: LocalPack) -> Iterator[Wrong]:
    yield from _faults_of_division(pack)
    if pack.years.until is not None and pack.years.until < pack.years.since:
        yield Wrong(("years", "until"), f"expected a year from {pack.years.since} on, found {pack.years.until}")
    yield from (Wrong(("rules", *wrong.at), wrong.message) for wrong in check_rules(RuleFile(pack.rules)))
    for number, rule in enumerate(pack.rules):
        if not rule.rule.startswith(f"local.{pack.pack}_"):
            yield Wrong(("rules", number, "rule"), f"expected a name that begins with local.{pack.pack}_")


def _faults_of_division(pack: LocalPack) -> Iterator[Wrong]:
    """Yield what is wrong with a division: a pack of one that is none would be for no report, or for those of all."""
    versions = _divisions().get(pack.division)
    if versions is None:
        yield Wrong(("division",), unknown("division", pack.division, _divisions()))
    elif not any(_is_in_force_within(version, pack.years) for version in versions):
        known = ", ".join(f"{each.name} {each.valid_from}-{(each.valid_to or 0) - 1}" for each in versions)
        yield Wrong(("division",), f"expected one of the years of the pack, found {pack.division} as {known}")


def _is_in_force_within(version: Division, years: ReportYears) -> bool:
    begins_within = years.since <= version.valid_from <= (years.until or version.valid_from)
    return begins_within or version.in_force(years.since)


def load_packs(folder: Path = FOLDER) -> dict[str, LocalPack]:
    """Return all packs by name, on or off; raises DeclarationError with every fault of the first file that has any."""
    packs: dict[str, LocalPack] = {}
    for path in sorted(folder.glob("*.yml")):
        pack = read_pack(path)
        if pack.pack in packs:
            raise DeclarationError([Fault(path.name, 1, pack.pack, "it stands in another file, too")])
        packs[pack.pack] = pack
    return packs


@cache
def local_packs() -> dict[str, LocalPack]:
    """Return the packs there are, by name."""
    return load_packs()


class PacksOn(RootDeclaration[tuple[Annotated[str, OneOf("local pack", local_packs)], ...]]):
    """local_packs.yml: the names of the packs that are on."""


def packs_on(path: Path = SWITCH) -> tuple[LocalPack, ...]:
    """Return the packs that a file turns on; raises DeclarationError for one that there is not."""
    return tuple(local_packs()[name] for name in load(path, PacksOn).root)


PACKS_ON = packs_on()


def rules_of_packs(packs: Sequence[LocalPack] = PACKS_ON) -> Iterable[tuple[LocalPack, CellsRule | ReportRule]]:
    """Yield the rules of packs, each with its pack."""
    return ((pack, rule) for pack in packs for rule in pack.rules)
