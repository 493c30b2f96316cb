"""How fast and how right agencies are resolved, over names made from the gazetteer: `python -m benchmarks.agencies`.

Belongs here: names whose division is known, and the printed tables. Keep out: real titles (those are in the tests).
A name is flagged where it stays ambiguous or unresolved; the worst outcome is a wrong division shown as right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from time import perf_counter, process_time
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from pipelines.agencies.contractions import clipped_forms, regular_forms
from pipelines.agencies.gazetteer import Division, Gazetteer, Township, load_gazetteer
from pipelines.agencies.host_initials import whole_initials
from pipelines.agencies.resolver import EXACT, INFERRED, Resolver

SEED = 20_260_101
YEARS = range(2008, 2026)
_ORGANS = ("", "人民政府", "人民政府办公室", "教育局", "国土资源局", "卫生健康局", "住房和城乡建设局", "残联", "发改局")
_SHORT_ORGANS = ("国土局", "教育局", "卫健局", "政府办", "残联", "审计局")
_MISTAKES = "杨甫玟蓠崦"


class Case(NamedTuple):
    """A printed name, where it was published, and the codes that are right for it."""

    name: str
    year: int
    host: str | None
    codes: frozenset[str]


class Rates(NamedTuple):
    """What became of the names of one kind; `wrong` holds (case, path resolved)."""

    right: int
    flagged: int
    wrong: tuple[tuple[Case, str], ...]


Maker = Callable[[Gazetteer, Random], Case | None]


def _division(gazetteer: Gazetteer, rng: Random, levels: Sequence[str], year: int) -> Division:
    versions = list(gazetteer.by_code.values())
    while True:
        for division in rng.choice(versions):
            if division.level in levels and division.is_official and division.in_force(year):
                return division


def _above(gazetteer: Gazetteer, division: Division, year: int) -> str:
    above = gazetteer.division(division.parent_code or "", year)
    return above.name if above is not None else ""


def _host(division: Division) -> str:
    return f"www.{division.pinyin}.gov.cn"


def _official(*, chain: bool, host: str = "") -> Maker:
    def make(gazetteer: Gazetteer, rng: Random) -> Case:
        year = rng.choice(YEARS)
        division = _division(gazetteer, rng, ("county", "prefecture"), year)
        above = gazetteer.division(division.parent_code or "", year)
        places = {"": None, "own": _host(division), "above": _host(above or division)}
        name = f"{_above(gazetteer, division, year) if chain else ''}{division.name}{rng.choice(_ORGANS)}"
        return Case(name, year, places[host], frozenset({division.code}))

    return make


def _stem(*, host: bool) -> Maker:
    def make(gazetteer: Gazetteer, rng: Random) -> Case:
        year = rng.choice(YEARS)
        division = _division(gazetteer, rng, ("county", "prefecture"), year)
        name = f"{division.short_name}{rng.choice(_SHORT_ORGANS)}"
        return Case(name, year, _host(division) if host else None, frozenset({division.code}))

    return make


def _other_name(*, later: bool) -> Maker:
    """Make names of a division that were in force before or came into force after the year of the report."""

    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        rows = gazetteer.succession_table.filter(gazetteer.succession_table["kind"].is_in(["renamed", "upgraded"]))
        row = rows.row(rng.randrange(rows.height), named=True)
        year = row["year"] - 1 if later else row["year"]
        code, name = (row["from_code"], row["to_name"]) if later else (row["to_code"], row["from_name"])
        if not code or not name or year not in YEARS or gazetteer.division(code, year) is None:
            return None
        if gazetteer.named(name, year):
            return None  # in that year the name is another division's own
        return Case(f"{name}{rng.choice(_ORGANS)}", year, None, frozenset({code}))

    return make


def _contracted() -> Maker:
    """Make contracted names of autonomous areas and banners."""

    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        year = rng.choice(YEARS)
        division = _division(gazetteer, rng, ("county", "prefecture"), year)
        forms = sorted({*regular_forms(division), *clipped_forms(division)} - gazetteer.by_name.keys())
        if not forms:
            return None
        return Case(f"{rng.choice(forms)}{rng.choice(_ORGANS)}", year, None, frozenset({division.code}))

    return make


def _sub_bureau(*, stem: bool) -> Maker:
    """Make branches of a city's bureaus for a district: it is the district that they are of."""

    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        year = rng.choice(YEARS)
        county = _division(gazetteer, rng, ("county",), year)
        bureau = rng.choice(("公安局", "自然资源局", "生态环境局", "公安局交通警察支队"))
        kind = "大队" if bureau.endswith("队") else "分局"
        where = county.short_name if stem else county.name
        above = _above(gazetteer, county, year)
        return Case(f"{above}{bureau}{where}{kind}", year, None, frozenset({county.code})) if above else None

    return make


def _initials_on_host() -> Maker:
    """Make departments without a place on a host that is the initials of a whole name."""

    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        year = rng.choice(YEARS)
        division = _division(gazetteer, rng, ("county",), year)
        labels = sorted(label for label in whole_initials(division) if len(label) > 3)
        host = f"www.{rng.choice(labels)}.gov.cn" if labels else None
        return Case(rng.choice(_SHORT_ORGANS), year, host, frozenset({division.code})) if host else None

    return make


def _township(places: str, *, host: bool = False, foreign: bool = False) -> Maker:
    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        table = gazetteer.township_table
        town = Township._make(table.row(rng.randrange(table.height)))
        if town.is_zone_like:
            return None
        year = rng.randint(town.first_vintage, town.last_vintage)
        codes = gazetteer.codes_at(town.county_code, year, year) or gazetteer.codes_at(town.county_code, year - 1, year)
        counties = [d for code in codes if (d := gazetteer.division(code, year)) is not None]
        if not counties:
            return None
        county = counties[0]
        elsewhere = _division(gazetteer, rng, ("county",), year)
        if foreign and town.name in {other.name for other in gazetteer.townships_of(elsewhere.code, year)}:
            return None
        above = _above(gazetteer, county, year)
        named = {"": "", "county": county.name, "chain": f"{above}{county.name}", "above": above}[places]
        organ = "" if town.normalised_name.endswith("街道") else rng.choice(("", "人民政府", "政府"))
        where = _host(elsewhere if foreign else county) if host or foreign else None
        return Case(f"{named}{town.normalised_name}{organ}", year, where, frozenset(d.code for d in counties))

    return make


def _unlisted(*, where: str) -> Maker:
    """Make townships that are in no list, with the prefecture's name or on its host: their county is not known."""

    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        year = rng.choice(YEARS)
        county = _division(gazetteer, rng, ("county",), year)
        above = gazetteer.division(county.parent_code or "", year)
        if above is None or above.level != "prefecture":
            return None
        printed = {"above": f"{above.name}某某镇人民政府", "host above": "某某镇", "county": f"{county.name}某某乡政府"}
        codes = frozenset({county.code} if where == "county" else ())
        return Case(printed[where], year, _host(above) if where == "host above" else None, codes)

    return make


def _misspelt(*, chain: bool, host: bool) -> Maker:
    """Make names of districts and counties in which one character is wrong, so that no list has them."""

    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        year = rng.choice(YEARS)
        county = _division(gazetteer, rng, ("county",), year)
        name = f"{county.name[:-2]}{rng.choice(_MISTAKES)}{county.name[-1]}"
        if gazetteer.named(name) or len(county.name) < 3:
            return None
        above = gazetteer.division(county.parent_code or "", year)
        printed = f"{_above(gazetteer, county, year) if chain else ''}{name}{rng.choice(_ORGANS)}"
        return Case(printed, year, _host(above or county) if host else None, frozenset({county.code}))

    return make


def _no_place(level_word: str, *, above: bool) -> Maker:
    """Make departments whose name has no place, on the host of their division or of the one above."""

    def make(gazetteer: Gazetteer, rng: Random) -> Case | None:
        year = rng.choice(YEARS)
        division = _division(gazetteer, rng, ("county",) if above else ("county", "prefecture"), year)
        if level_word and not division.name.endswith(level_word):
            return None
        upper = gazetteer.division(division.parent_code or "", year)
        host = _host(upper or division) if above else _host(division)
        return Case(f"{level_word}{rng.choice(_SHORT_ORGANS)}", year, host, frozenset({division.code}))

    return make


KINDS: dict[str, Maker] = {
    "division and organ": _official(chain=False),
    "the same with what is above": _official(chain=True),
    "the same on its own host": _official(chain=False, host="own"),
    "the same on the host above": _official(chain=False, host="above"),
    "stem and organ": _stem(host=False),
    "the same on its own host ": _stem(host=True),
    "name of later years": _other_name(later=True),
    "name of earlier years": _other_name(later=False),
    "contracted name": _contracted(),
    "branch for a district": _sub_bureau(stem=False),
    "branch for a district by its stem": _sub_bureau(stem=True),
    "office without a place on a host of initials": _initials_on_host(),
    "township alone": _township(""),
    "township on its county's host": _township("", host=True),
    "township on any county's host": _township("", foreign=True),
    "county and township": _township("county"),
    "prefecture and township": _township("above"),
    "unlisted township below its prefecture": _unlisted(where="above"),
    "unlisted township on its prefecture's host": _unlisted(where="host above"),
    "unlisted township below its county": _unlisted(where="county"),
    "misspelt": _misspelt(chain=False, host=False),
    "misspelt below its prefecture": _misspelt(chain=True, host=False),
    "misspelt on its prefecture's host": _misspelt(chain=False, host=True),
    "office without a place on its host": _no_place("", above=False),
    "office of a 县 on its host": _no_place("县", above=False),
    "office of a 县 on the prefecture's host": _no_place("县", above=True),
    "office of a 市 on the prefecture's host": _no_place("市", above=True),
    "prefecture, county and township": _township("chain"),
}


def cases(gazetteer: Gazetteer, make: Maker, number: int, seed: str) -> Iterator[Case]:
    """Yield so many names of one kind."""
    rng = Random(f"{SEED} {seed}")
    while number:
        case = make(gazetteer, rng)
        if case is not None:
            number -= 1
            yield case


def judged(resolver: Resolver, made: Sequence[Case]) -> Rates:
    """Resolve names and compare with what is right."""
    count: Counter[str] = Counter()
    wrong: list[tuple[Case, str]] = []
    for case in made:
        found = resolver.resolve(case.name, case.year, host=case.host)
        if found.status not in (EXACT, INFERRED):
            count["flagged"] += 1
        elif found.candidates[0].division.code in case.codes:
            count["right"] += 1
        else:
            wrong.append((case, f"{found.candidates[0].path} ({found.status})"))
    return Rates(count["right"], count["flagged"], tuple(wrong))


def rates_table(rates: dict[str, Rates]) -> Table:
    """Return right, flagged and wrong of each kind of names."""
    table = Table("names", "number", "right", "flagged", "wrong", "wrong is under", title="Agencies resolved")
    for kind, found in rates.items():
        number = found.right + found.flagged + len(found.wrong)
        shares = (found.right / number, found.flagged / number, len(found.wrong) / number)
        # With none wrong of n the true rate is below 3 / n, with 95 % confidence.
        bound = f"{max(3, 2 * len(found.wrong) + 3) / number:.2%}"
        table.add_row(kind.strip(), f"{number:,}", *(f"{share:.2%}" for share in shares), bound)
    return table


def speed(resolver: Resolver, made: Sequence[Case]) -> float:
    """Return the names resolved per second of processor time; other work on the machine does not count."""
    start = process_time()
    for case in made:
        resolver.resolve(case.name, case.year, host=case.host)
    return len(made) / (process_time() - start)


def main(
    number: Annotated[int, typer.Option(min=100, help="Names of each kind.")] = 3_000,
    show: Annotated[int, typer.Option(min=0, help="Wrong names of each kind that are printed.")] = 3,
) -> None:
    """Measure load time, names per second, and right, flagged and wrong rates."""
    console = Console()
    start = perf_counter()
    gazetteer = load_gazetteer()
    console.print(f"gazetteer {gazetteer.version} loaded in {perf_counter() - start:.2f} s")
    resolver = Resolver(gazetteer)
    made = {kind: tuple(cases(gazetteer, make, number, kind)) for kind, make in KINDS.items()}
    hosted = [case for kind in made.values() for case in kind if case.host]
    Random(SEED).shuffle(hosted)
    resolver.resolve("博山区教育局", 2020, host="www.boshan.gov.cn")  # fills the indexes that are made when asked for
    console.print(f"{speed(resolver, hosted):,.0f} names per second with host, one core, aim 5,000")
    rates = {kind: judged(resolver, held) for kind, held in made.items()}
    console.print(rates_table(rates))
    for kind, found in rates.items():
        for case, path in found.wrong[:show]:
            console.print(f"wrong, {kind.strip()}: {case.name} {case.year} {case.host or ''} -> {path}")


if __name__ == "__main__":
    typer.run(main)
