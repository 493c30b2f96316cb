"""The rules as a page for readers, docs/rules.md: what each checks, how grave a failure is, and where it comes from.

Belongs here: words of the page. Keep out: the table of a release (`rule_table`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import polars as pl

from pipelines.auditing.local_packs import LocalPack, local_packs
from pipelines.auditing.rule_table import rules_frame

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
_HEAD = """# 审核规则 Audit rules

Generated from pipelines/auditing/rules; change it there. `make docs` writes this page.

Every rule names the document and the article or part it comes from, in both languages; a rule without one is refused
when the rules are read. What is no legal text says so. The table `audit_rule` of a release holds the same.
每条规则都注明所依据的文件及条款；没有注明的，规则文件不予读取。非法律依据的，均已写明。"""
_LOCAL = """## 地方规则包 Local packs

What a province or a city asks of the reports below it, beyond the law. All are off by default; to turn one on, name it
in `pipelines/auditing/local_packs.yml` (`[{name}]`) and run `gongkai run`. A pack is for agencies below its division,
in its report years; the government of the division itself is left out.
地方另有要求的，作为规则包提供，默认关闭；在 `pipelines/auditing/local_packs.yml` 中写上名称即可启用，
只适用于该地区及以下行政机关、所列报告年度的报告。"""
_COLUMNS = """| rule 规则 | severity 程度 | 说明 | what | 依据 | source |
|---|---|---|---|---|---|"""
_PLACE = "Division code 适用地区: `{code}`. Report years 报告年度: {years}."


def rules_markdown() -> str:
    """Return docs/rules.md: the national rules by subject, then every local pack, on or off."""
    packs = local_packs()
    names = ", ".join(packs)
    return "\n\n".join([_HEAD, *_national(), _LOCAL.format(name=names), *map(_pack, packs.values())]) + "\n"


def _national() -> Iterator[str]:
    rows = rules_frame(()).sort("rule").to_dicts()
    for subject, rules in groupby(rows, key=lambda row: str(row["rule"]).partition(".")[0]):
        yield f"## {subject}\n\n{_table(rules)}"


def _pack(pack: LocalPack) -> str:
    rows = rules_frame((pack,)).filter(pl.col("division_code").is_not_null()).to_dicts()
    until = pack.years.until
    years = str(pack.years.since) if until == pack.years.since else f"{pack.years.since}–{until or ''}"
    place = _PLACE.format(code=pack.division, years=years)
    return f"### {pack.pack} {pack.zh} ({pack.en})\n\n{place}\n\n{_table(rows)}"


def _table(rows: Iterable[dict[str, object]]) -> str:
    names = ("description_zh", "description_en", "legal_source", "legal_source_en")
    lines = (
        f"| `{row['rule']}` | {row['severity']} | {' | '.join(str(row[n]).strip().replace('|', '/') for n in names)} |"
        for row in rows
    )
    return "\n".join([_COLUMNS, *lines])


def main() -> None:
    """Write the page that is committed; a test fails when it is stale."""
    PAGE.write_text(rules_markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
