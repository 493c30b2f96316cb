"""Every rule says where it comes from, in both languages, by documents that are declared."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.auditing import RULES, rules_frame
from pipelines.auditing.local_packs import local_packs
from pipelines.auditing.rule_sources import Citation, read_sources, rule_documents
from pipelines.declarations import DeclarationError

PACK_RULES = [rule for pack in local_packs().values() for rule in pack.rules]


def test_every_rule_is_published_with_its_source() -> None:
    frame = rules_frame()
    assert frame.height == len(RULES)
    assert frame.filter(pl.col("legal_source").str.len_chars() < 6).is_empty()
    assert frame.filter(pl.col("legal_source_en").str.len_chars() < 6).is_empty()


def test_no_document_is_declared_for_nothing() -> None:
    cited = {document for rule in (*RULES, *PACK_RULES) for each in rule.source for document in each.documents}
    assert set(rule_documents()) == cited


def test_a_citation_names_documents_and_place() -> None:
    article = Citation(documents=("regulation_2019",), zh="第五十条", en="article 50")
    assert article.text_zh == "《政府信息公开条例》（国务院令第711号）第五十条"
    assert article.text_en == "Regulation on Open Government Information of 2019 (State Council order 711): article 50"
    words = Citation(documents=("form_2019", "form_2021"), zh="关于数据的要求", en="on data")
    assert words.text_zh.count("、国办公开办函〔2021〕30号") == 1
    assert words.text_zh.endswith("：关于数据的要求")
    assert words.text_en == (
        "国办公开办函〔2019〕60号, format of the annual report (trial) and "
        "国办公开办函〔2021〕30号, format of the annual report: on data"
    )


def test_the_law_of_rules_is_cited_with_its_articles() -> None:
    (row,) = rules_frame().filter(pl.col("rule") == "documents.rulemaking_authority").iter_rows(named=True)
    for text in ("《立法法》", "第九十一条", "第九十三条", "第八十条", "第八十二条"):
        assert text in row["legal_source"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"sources\.yml:1"),
        ("- {id: a, zh: 甲}\n", r"\[0\]\.en: this key is missing"),
        ("- {id: a, en: a}\n", r"\[0\]\.zh: this key is missing"),
        ("- {id: A, zh: 甲, en: a}\n", r"\[0\]\.id"),
        ("- {id: a, zh: 甲, en: a}\n" * 2, r"sources\.yml:2: \[1\]\.id: a stands twice"),
    ],
)
def test_a_document_without_a_name_in_both_languages_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match=message):
        read_sources(path)
