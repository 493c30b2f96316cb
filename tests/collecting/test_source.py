from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.collecting.listing import LISTERS
from pipelines.collecting.listing.titles import selects_title
from pipelines.collecting.source import Source, load_sources, source_schema
from pipelines.collecting.source_checks import lint
from pipelines.declarations import DeclarationError

GOOD: dict[str, Any] = {
    "id": "a-b",
    "agency": {"name": "某局"},
    "hosts": ["a.gov.cn"],
    "list": {"type": "trs_static", "url": "https://a.gov.cn/nb/"},
}
TODAY = date(2025, 6, 1)


def write(folder: Path, **changed: Any) -> Path:
    path = folder / "a-b.yml"
    path.write_text(yaml.safe_dump({**GOOD, **changed}, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def errors(folder: Path) -> str:
    with pytest.raises(DeclarationError) as failure:
        load_sources(folder)
    return str(failure.value)


def test_the_sources_of_the_repository_load_and_lint() -> None:
    sources = load_sources()
    assert len(sources) >= 10 and list(sources) == sorted(sources)
    assert all(name == source.id for name, source in sources.items())
    assert lint(sources, date(2026, 11, 23)) == ()
    used = {source.list.type for source in sources.values()}
    assert used >= set(LISTERS) - {"manual", "sitemap"}


def test_no_source_of_the_repository_claims_to_be_confirmed() -> None:
    assert not [name for name, source in load_sources().items() if source.confirmed]


def test_a_source_never_changes(tmp_path: Path) -> None:
    write(tmp_path)
    (source,) = load_sources(tmp_path).values()
    with pytest.raises(ValueError, match="frozen"):
        source.confirmed = True


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "other"}, "a-b.yml:1: id: expected 'a-b'"),
        ({"hosts": []}, "a-b.yml:4: hosts: expected at least 1 item"),
        ({"hosts": ["A b"]}, "a-b.yml:5: hosts[0]: expected text of the form"),
        ({"colour": 1}, "a-b.yml:9: colour: no key 'colour'. Known: id, agency"),
        ({"list": {"type": "carousel"}}, "a-b.yml:7: list.type: no type 'carousel'. Known: aspnet_query, browser, "),
        ({"list": {"type": "trs_static"}}, "a-b.yml:6: list.url: this key is missing. Required: url, type"),
        ({"list": {**GOOD["list"], "url": "ftp://a.gov.cn/"}}, "a-b.yml:8: list.url: expected an address"),
        ({"list": {**GOOD["list"], "url": "https://[a/"}}, "a-b.yml:8: list.url: not an address"),
        ({"list": {**GOOD["list"], "next": "index.html"}}, "expected {n}"),
        ({"list": {**GOOD["list"], "item": {"url_regex": "("}}}, "does not compile"),
        ({"list": {"type": "year_tree", "url": "https://a.gov.cn/", "years": [2020, 2021]}}, "expected {Y}"),
        (
            {"list": {"type": "year_tree", "url": "https://a.gov.cn/{Y}/", "years": [2021, 2020]}},
            "first not above last",
        ),
        ({"list": {"type": "aspnet_query", "url": "https://a.gov.cn/"}}, "expected url_regex or record"),
        ({"list": {"type": "sitemap", "url": "https://a.gov.cn/"}}, "url_regex: expected"),
        ({"list": {"type": "browser", "url": "https://a.gov.cn/"}}, "list.why: this key is missing"),
        ({"list": {"type": "manual", "csv": "../x.csv"}}, "csv"),
        ({"title": {"include": "[", "exclude": "x"}}, "title.include"),
        ({"publisher": {"title_regex": "^x"}}, "(?P<agency>"),
        ({"politeness": {"min_delay_s": 1}}, "politeness.min_delay_s"),
        ({"expect": {"reports_per_year": [3, 1]}}, "expected [least, most]"),
        (
            {"tls_exceptions": [{"host": "a.gov.cn", "reason": "short", "until": "2026-01-01"}]},
            "tls_exceptions[0].reason",
        ),
    ],
)
def test_faults_name_file_field_and_what_is_expected(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    write(tmp_path, **changed)
    assert said in errors(tmp_path)


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, hosts=[], colour=1)
    (tmp_path / "b.yml").write_text("a: [", encoding="utf-8")
    (tmp_path / "c.yml").write_text("- 1", encoding="utf-8")
    (tmp_path / "d.yml").write_bytes(b"id: \xff\xfe\xfa")
    said = errors(tmp_path)
    assert {Path(line.partition(":")[0]).name for line in said.splitlines()} == {"a-b.yml", "b.yml", "c.yml", "d.yml"}
    assert said.count("a-b.yml") == 2


def test_a_manual_list_is_a_csv_beside_the_file(tmp_path: Path) -> None:
    write(tmp_path, list={"type": "manual", "csv": "rows.csv"})
    assert "a-b.yml:8: list.csv: expected a CSV file" in errors(tmp_path)
    rows = tmp_path / "rows.csv"
    rows.write_text("url,title\n", encoding="utf-8")
    assert "rows.csv:1: expected url,title,date,agency,year" in errors(tmp_path)
    rows.write_text("url,title,date,agency,year\nhttps://a.gov.cn/1,x\n", encoding="utf-8")
    assert "rows.csv:2: expected 5 columns, found 2" in errors(tmp_path)
    rows.write_text("url,title,date,agency,year\nhttps://a.gov.cn/1,,,,1066\n", encoding="utf-8")
    assert "rows.csv:2: year: " in errors(tmp_path)
    rows.write_text("url,title,date,agency,year\nhttps://a.gov.cn/1,,2021-01-30,某局,2020\n", encoding="utf-8-sig")
    spec = load_sources(tmp_path)["a-b"].list
    assert spec.type == "manual" and (spec.rows[0].year, spec.rows[0].agency) == (2020, "某局")


def test_the_schema_names_every_list_type() -> None:
    said = json.dumps(source_schema())
    assert all(f'"{name}"' in said for name in LISTERS)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"list": {**GOOD["list"], "url": "https://b.gov.cn/"}}, "list.url: the host b.gov.cn is none of hosts"),
        ({"list": {**GOOD["list"], "url": "http://a.gov.cn/"}}, "scheme_http_allowed"),
        ({"expect": {"years": [2008, 2025]}}, "expect.years: reports on 2025"),
        ({"agency": {"name": "某局", "code": "?"}}, "agency.code: the placeholder"),
        ({"list": {**GOOD["list"], "item": {"record": "li[["}}}, "list.item.record"),
        ({"list": {"type": "hanweb_jpage", "url": "https://a.gov.cn/", "proxy": "//c.gov.cn/d"}}, "list.proxy"),
        (
            {"tls_exceptions": [{"host": "a.gov.cn", "reason": "self-signed since 2020", "until": "2025-05-31"}]},
            "expired on 2025-05-31",
        ),
        (
            {"tls_exceptions": [{"host": "b.gov.cn", "reason": "self-signed since 2020", "until": "2025-07-31"}]},
            "is none of hosts",
        ),
    ],
)
def test_lint_finds_what_a_model_cannot(changed: dict[str, Any], said: str) -> None:
    good = Source.model_validate(GOOD)
    assert lint([good], TODAY) == ()
    (line,) = lint([Source.model_validate({**GOOD, **changed})], TODAY)
    assert line.startswith("a-b: ") and said in line


def test_lint_between_sources() -> None:
    good = Source.model_validate(GOOD)
    assert "ids are never reused" in lint([good, good], TODAY)[0]
    assert "is the list of a-b too" in lint([good, good.model_copy(update={"id": "c"})], TODAY)[0]


@pytest.mark.parametrize(
    "title",
    [
        "某局2023年政府信息公开工作年度报告", "2010年政府信息公开年度工作报告", "信息公开年报",
        "2008年度政府信息公开工作总结",
        "某镇政府信息公开工作2021年度报告", "关于政府信息公开工作情况的报告", "2015年政府信息公开情况报告",
    ],
)  # fmt: skip
def test_titles_of_reports_are_selected(title: str) -> None:
    assert selects_title(Source.model_validate(GOOD), title)
    assert not selects_title(Source.model_validate(GOOD), title + "解读")
