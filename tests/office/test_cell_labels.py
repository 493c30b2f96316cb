"""Cells are named as the form in hand prints them, each by a name of its own."""

from __future__ import annotations

import pytest

from pipelines.forms import FORMS
from pipelines.forms.measures import with_labels
from pipelines.office.cell_labels import form_as_printed, labelled


@pytest.mark.parametrize(
    ("form", "path", "name"),
    [
        ("2021", "applications.received.natural_person", "一、本年新收政府信息公开申请数量 · 自然人"),
        ("2021", "applications.granted.total", "（一）予以公开 · 总计"),
        ("2021", "applications.partially_granted.other_org", "（二）部分公开 · 其他"),
        ("2021", "applications.denied.state_secret.total", "（三）不予公开 1.属于国家秘密 · 总计"),
        ("2021", "applications.other_processing.other.other_org", "（六）其他处理 3.其他 · 其他"),
        ("2019", "applications.other_processing.total", "（六）其他处理 · 总计"),
        ("2021", "applications.outcome_total.total", "（七）总计 · 总计"),
        ("2021", "reviews.reconsideration.other_result", "行政复议 · 其他结果"),
        ("2021", "reviews.litigation_after_reconsideration.total", "行政诉讼 复议后起诉 · 总计"),
        ("2019", "licensing.administrative_licensing.decisions", "行政许可 · 处理决定数量"),
        ("2021", "licensing.administrative_licensing.decisions", "行政许可 · 本年处理决定数量"),
        ("2021", "fees.administrative_fees.amount_collected", "行政事业性收费 · 本年收费金额（单位：万元）"),
        ("2019", "procurement.centralized_procurement.total_amount", "政府集中采购 · 采购总金额"),
    ],
)
def test_a_cell_is_named_by_the_labels_of_its_row_and_column(form: str, path: str, name: str) -> None:
    assert labelled(f"甲 {path} 乙", form, "zh") == f"甲 “{name}” 乙"


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_has_a_name_of_its_own(form: str) -> None:
    names = {labelled(path, form, "zh") for path in FORMS[form].path_names}
    assert len(names) == len(FORMS[form].path_names) and all(name.startswith("“") for name in names)


def test_what_the_form_does_not_print_and_english_have_the_labels_of_measures() -> None:
    extra = "applications.denied.subtotal.total"
    assert labelled(extra, "2021", "zh") == with_labels(extra, "zh") == "“不予公开小计 · 总计”"
    path = "applications.granted.total"
    assert labelled(path, "2021", "en") == with_labels(path, "en")
    assert labelled(path, "narrative", "zh") == with_labels(path, "zh")
    assert labelled("www.example.gov.cn", "2021", "zh") == "www.example.gov.cn"


def test_a_form_without_tables_is_not_printed() -> None:
    assert form_as_printed("narrative") is None and form_as_printed("2014") is None
