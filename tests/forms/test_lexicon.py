"""Recognition of printed labels: every label of a form, and the variants seen in real reports."""

from __future__ import annotations

from functools import cache

import pytest
from opencc import OpenCC

from pipelines.forms import FORMS
from pipelines.forms.lexicon import COLUMN, GROUP, MARK, ROW, SPANNING, is_exact, match, unglue

LABELS = sorted(
    {
        (kind, entry.label)
        for form in FORMS.values()
        for table in form.tables
        for kind, entries in (
            (ROW, table.rows),
            (COLUMN, table.columns),
            (GROUP, table.groups),
            (SPANNING, table.spanning),
        )
        for entry in entries
    }
)


# To read its dictionaries takes longer than to convert all labels.
converter = cache(OpenCC)


@pytest.mark.parametrize(("kind", "label"), LABELS)
@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk", "s2twp"])
def test_every_label_is_known_in_every_script(kind: str, label: str, script: str) -> None:
    assert match(label).matched_by == "label"
    assert match(converter(script).convert(label)).of(kind)


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("本年新\n制作数量", COLUMN, "newly_made"),
        ("本年新 制作数量", COLUMN, "newly_made"),
        ("对外公开总数", COLUMN, "total_published"),
        ("对外公开/总数量", COLUMN, "total_published"),
        ("现行有效件", COLUMN, "in_force"),
        ("年废止件数", COLUMN, "repealed"),
        ("本年增", COLUMN, "items_change"),
        ("本年增/", COLUMN, "items_change"),
        ("本年 增/减", COLUMN, "items_change"),
        ("上一年项目数量 2019年", COLUMN, "prior_year_items"),
        ("上一年项目数量(指2019年事项数)", COLUMN, "prior_year_items"),
        ("处理决定数量(指2020年办件量)", COLUMN, "decisions"),
        ("本年收费金额(单位:万元)", COLUMN, "amount_collected"),
        ("本年收费金额单位:万元", COLUMN, "amount_collected"),
        ("商业\n企业", COLUMN, "commercial_enterprise"),
        ("社会 公益 组织", COLUMN, "public_interest_org"),
        ("自然 人", COLUMN, "natural_person"),
        ("规范性文件", ROW, "normative_documents"),
        ("行政规范性文件", ROW, "normative_documents"),
        ("規範性檔案", ROW, "normative_documents"),
        ("行业事业性收费", ROW, "administrative_fees"),
        ("行政事业型收费", ROW, "administrative_fees"),
        ("1、属于国家秘密", ROW, "denied.state_secret"),
        ("1、信访举报投诉诉求类申请", ROW, "not_processed.petition_complaint"),
        ("规章:地方行政规章指各省人民政府制定的规范性文件", ROW, "rules"),
        ("规章(设区的市、自治州人民政府应提供相关数据)", ROW, "rules"),
        ("政许可", ROW, "administrative_licensing"),
        ("政处罚", ROW, "administrative_penalty"),
        ("政强制", ROW, "administrative_coercion"),
        ("（三） 不予公开", GROUP, "denied"),
        ("其他主动公开文件", ROW, "other_documents"),
        ("行政检查", ROW, "other_public_services.administrative_inspection"),
    ],
)
def test_a_variant_seen_in_reports_is_recognised(text: str, kind: str, target: str) -> None:
    assert target in {found.id for found in match(text).of(kind)}


@pytest.mark.parametrize("text", ["", "0", "1010", "本单位未制作规章数据说明如下请见", "国家", "行政", "合计"])
def test_other_text_is_no_label(text: str) -> None:
    assert not match(text).of(ROW) and not match(text).of(COLUMN)


@pytest.mark.parametrize(
    ("one", "other"), [("行政处罚", "行政强制"), ("予以公开", "不予公开"), ("无法提供", "不予处理")]
)
def test_similar_labels_stay_apart(one: str, other: str) -> None:
    assert not set(match(one).targets) & set(match(other).targets)


def test_a_header_note_alone_opens_the_applications() -> None:
    found = match("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）")
    assert [target.table for target in found.of(MARK)] == ["applications"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("规章000", ("规章", "000")),
        ("信息内容本年新制作数量本年新公开数量", ("信息内容", "本年新制作数量", "本年新公开数量")),
        ("规范性文件", ("规范性文件",)),
        ("规章123。", ("规章123。",)),
        ("未知的文字000", ("未知的文字000",)),
    ],
)
def test_glued_cells_are_cut_only_where_all_is_explained(text: str, parts: tuple[str, ...]) -> None:
    assert unglue(text) == parts


def test_exact_labels_are_told_from_similar_ones() -> None:
    assert is_exact("1.属于国家秘密") and not is_exact("政许可")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("（四）无法提供 2.没有现成信息需要另行制作", "unable.needs_creation"),
        ("（三）不予公开1.属于国家秘密", "denied.state_secret"),
        ("（六）其他处理 3.其他", "other_processing.other"),
        ("三、本年度办理结果（二）部分公开（区分处理的，只计这一情形）", "partially_granted"),
    ],
)
def test_a_group_and_its_row_in_one_cell_are_the_row(text: str, target: str) -> None:
    found = match(text)
    assert {each.id for each in found.targets} == {target} and found.matched_by == "variant"


@pytest.mark.parametrize(
    "text", ["（三）不予公开 2.没有现成信息需要另行制作", "5.属于三类内部事务信息 6.属于四类过程性信息"]
)
def test_labels_of_two_rows_in_one_cell_are_neither(text: str) -> None:
    assert match(text).targets == ()


def test_a_row_label_with_the_name_of_its_column_is_still_the_row() -> None:
    assert {each.id for each in match("行政许可本年处理决定数量").of(ROW)} == {"administrative_licensing"}
