"""Which column is which: the header's own words decide, in the order in which they are printed."""

from __future__ import annotations

import pytest

from pipelines.extracting.tables.header import (
    LABEL,
    POSITION,
    VARIANT,
    Columns,
    canonical_columns,
    named_columns,
    resolve_columns,
)
from pipelines.extracting.tables.rows import Slot
from pipelines.forms import FORMS

APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_org",
    "legal_service_org",
    "other_org",
    "total",
)
LEGAL = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
UPPER = ("申请人情况", "自然人", "法人或其他组织", "总计")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
DOCUMENTS = ("本年制发件数", "本年废止件数", "现行有效件数")


def resolved(form_id: str, table_id: str, *texts: str) -> Columns | None:
    """Resolve header cells that stand side by side, each one grid column wide."""
    form = FORMS[form_id]
    header = [Slot(text, 0, 0, col, col + 1, 0) for col, text in enumerate(texts)]
    return resolve_columns(form, form.table_by_id[table_id], header)


def order(form_id: str, table_id: str, *texts: str) -> list[str] | None:
    """Return the columns that a header names, in printed order."""
    found = resolved(form_id, table_id, *texts)
    return None if found is None else [column for _, column in found.ids]


# --- headers on one level


def test_the_columns_of_the_form_are_known_by_their_labels() -> None:
    found = resolved("2021", "documents", "信息内容", *DOCUMENTS)
    assert found == Columns(
        ((None, "issued"), (None, "repealed"), (None, "in_force")), LABEL, True, ((1, 2), (2, 3), (3, 4)), {}
    )


def test_columns_in_another_order_are_read_in_that_order() -> None:
    found = resolved("2021", "documents", "现行有效件数", "本年制发件数", "本年废止件数")
    assert found is not None
    assert [column for _, column in found.ids] == ["in_force", "issued", "repealed"]
    assert (found.canonical, found.matched_by) == (False, LABEL)


def test_a_header_that_lost_a_column_has_the_others() -> None:
    found = resolved("2021", "documents", "本年制发件数", "现行有效件数")
    assert found is not None and not found.canonical
    assert [column for _, column in found.ids] == ["issued", "in_force"]


def test_a_label_broken_over_cells_is_one_column_as_wide_as_its_parts() -> None:
    found = resolved("2021", "documents", "本年", "制发", "件数", "本年废止件数", "现行有", "效件数")
    assert found is not None
    assert found.starts == ((0, 3), (3, 4), (4, 6))
    assert (found.canonical, found.matched_by) == (True, LABEL)


def test_similar_words_are_a_variant() -> None:
    found = resolved("2021", "documents", "本年度制发件数量", "本年废止件数", "现行有效件数")
    assert found is not None and (found.canonical, found.matched_by) == (True, VARIANT)


def test_cut_words_are_columns_if_all_stand_where_the_form_has_them() -> None:
    found = resolved("2019", "documents", "本年新", "本年新", "对外公开总数量")
    assert found == Columns(canonical_columns(FORMS["2019"].table_by_id["documents"]), VARIANT, True, found.starts, {})  # type: ignore[union-attr]
    assert found is not None and found.starts == ((0, 1), (1, 2), (2, 3))


@pytest.mark.parametrize(
    "texts",
    [
        ("本年", "本年", "对外公开总数量"),  # the first characters are left
        ("新制作", "新公开", "对外公开总数量"),  # the middle is left
        ("本年新制作数量", "新公开", "对外公开总数"),
    ],
)
def test_what_is_left_of_a_label_is_its_column_where_the_form_has_it(texts: tuple[str, ...]) -> None:
    found = resolved("2019", "documents", *texts)
    assert found is not None and (found.matched_by, found.canonical) == (VARIANT, True)


@pytest.mark.parametrize(
    "texts",
    [
        ("本年新制作数量", "本年新制作数量", "对外公开总数量"),  # one column twice
        ("本年新制作数量", "甲", "本年新制作数量"),
        ("本年新", "本年新"),  # no column for certain
        ("甲", "对外公开总件数"),  # beside words of another kind only an exact label is certain
    ],
)
def test_a_header_that_no_reading_explains_is_unknown(texts: tuple[str, ...]) -> None:
    assert resolved("2019", "documents", *texts) is None


@pytest.mark.parametrize(
    ("texts", "known", "aside"),
    [
        (("今日天气", "本年新公开数量", "对外公开总数量"), ["newly_published", "total_published"], ["今日天气"]),
        (("本年新", "对外公开总数量", "本年新"), ["total_published"], ["本年新", "本年新"]),
        (("对外公开总数量", "甲"), ["total_published"], ["甲"]),
    ],
)
def test_columns_that_are_not_of_the_form_are_set_aside(
    texts: tuple[str, ...], known: list[str], aside: list[str]
) -> None:
    found = resolved("2019", "documents", *texts)
    assert found is not None and found.by_place
    assert [column for _, column in found.ids] == known
    assert [cell.text for cell in found.aside] == aside
    assert {*found.starts, *((cell.col, cell.right) for cell in found.aside)} == {(n, n + 1) for n in range(len(texts))}


def test_a_text_above_other_header_cells_is_no_column_to_set_aside() -> None:
    form = FORMS["2019"]
    above = Slot("2019年", 0, 0, 1, 3, 0)
    below = [
        Slot(text, 0, 1, col, col + 1, 0) for col, text in enumerate(("本年新公开数量", "对外公开总数量"), start=1)
    ]
    assert resolve_columns(form, form.table_by_id["documents"], [above, *below]) is None


def test_without_header_the_columns_are_the_forms_by_position() -> None:
    expected = Columns(canonical_columns(FORMS["2021"].table_by_id["documents"]), POSITION, True, (), {})
    assert resolved("2021", "documents") == expected
    assert resolved("2021", "documents", "信息内容", "序号", "备注", "") == expected


def test_words_that_name_no_column_do_not_count() -> None:
    assert order("2021", "documents", "序号", "信息内容", *DOCUMENTS, "备注") == ["issued", "repealed", "in_force"]


def test_the_words_of_one_form_are_not_those_of_another() -> None:
    assert resolved("2019", "documents", *DOCUMENTS) is None
    assert named_columns(FORMS["2019"], FORMS["2019"].table_by_id["documents"], []) == frozenset()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (DOCUMENTS, {"issued", "repealed", "in_force"}),
        (("信息内容", "本年制发件数", "甲"), {"issued"}),
        (("本年", "制发件数"), {"issued"}),
        (("信息内容", ""), set()),
        (("本年新制作数量",), set()),
    ],
)
def test_the_columns_that_a_header_names_are_those_it_shares_with_the_form(
    texts: tuple[str, ...], expected: set[str]
) -> None:
    form = FORMS["2021"]
    header = [Slot(text, 0, 0, col, col + 1, 0) for col, text in enumerate(texts)]
    assert named_columns(form, form.table_by_id["documents"], header) == expected


def test_a_longer_text_with_the_words_of_the_header_holds_a_column() -> None:
    hidden = resolved("2021", "documents", "信息内容及本年制发件数量等", "本年废止件数", "现行有效件数")
    assert hidden is not None and (len(hidden.ids), hidden.matched_by) == (3, VARIANT)
    found = resolved("2021", "applications", "申请人情况统计表如下所列", *UPPER[1:], *LEGAL)
    assert found is not None and (found.matched_by, found.canonical) == (LABEL, True)


# --- the unit of amounts


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        (("本年收费金额（单位：万元）",), {"amount_collected": "万元"}),
        (("本年收费金额（元）",), {"amount_collected": "元"}),
        (("本年收费金额",), {}),
        (("本年收费金额", "单位：万元"), {"amount_collected": "万元"}),
    ],
)
def test_the_unit_of_amounts_is_that_in_the_header(header: tuple[str, ...], unit: dict[str, str]) -> None:
    found = resolved("2021", "fees", *header)
    assert (found.units if found is not None else unit) == unit
    assert resolved("2021", "documents", *DOCUMENTS[:2], "现行有效件数（件）").units == {}  # type: ignore[union-attr]


def test_only_amounts_have_a_unit_of_money() -> None:
    found = resolved("2019", "procurement", "采购项目数量", "采购总金额（万元）")
    assert found is not None and found.units == {"total_amount": "万元"}


# --- headers on two levels


@pytest.mark.parametrize(
    "texts",
    [
        (*UPPER, *LEGAL),
        ("自然人", *LEGAL, "总计"),
        ("自然人", "总计", *LEGAL),
        ("自然人", "法人或其他组织", *LEGAL, "总计"),
    ],
)
def test_the_lower_level_stands_in_the_place_of_its_spanning_label(texts: tuple[str, ...]) -> None:
    found = resolved("2021", "applications", *texts)
    assert found is not None
    assert ([column for _, column in found.ids], found.canonical) == ([*APPLICANTS], True)
    assert found.matched_by == LABEL
    at = {text: (col, col + 1) for col, text in enumerate(texts)}
    places = [at[text] for text in ("自然人", *LEGAL, "总计")]
    assert found.starts == (tuple(places) if places == sorted(places) else ())
    assert found.units == {}


def test_the_order_of_both_levels_is_the_printed_one() -> None:
    swapped = ("科研机构", "商业企业", *LEGAL[2:])
    found = resolved("2021", "applications", "总计", "自然人", "法人或其他组织", *swapped)
    assert found is not None and not found.canonical
    assert [column for _, column in found.ids] == [
        "total",
        "natural_person",
        "research_institution",
        "commercial_enterprise",
        *APPLICANTS[3:6],
    ]
    last = resolved("2021", "applications", "总计", "法人或其他组织", "自然人", *LEGAL)
    assert last is not None and [column for _, column in last.ids] == ["total", *APPLICANTS[1:6], "natural_person"]
    flat = resolved("2021", "applications", "总计", *swapped, "自然人")
    assert flat is not None and [column for _, column in flat.ids] == [
        "total",
        "research_institution",
        "commercial_enterprise",
        *APPLICANTS[3:6],
        "natural_person",
    ]


def test_a_column_printed_twice_leaves_a_two_level_header_unknown() -> None:
    assert resolved("2021", "applications", *UPPER, *LEGAL, "总计") is None


def test_a_two_level_header_that_lost_columns_holds_by_position_if_the_rest_is_in_order() -> None:
    whole = Columns(tuple((None, column) for column in APPLICANTS), POSITION, True, (), {})
    assert resolved("2021", "applications", "自然人", "总计", "商业企业") == whole
    assert resolved("2021", "applications", *UPPER, *LEGAL[:4]) == whole
    assert resolved("2021", "applications", "自然人", "总计") is None  # two labels prove nothing
    assert resolved("2021", "applications", "总计", "自然人", "商业企业") is None
    assert resolved("2021", "applications", *UPPER, "科研机构", "商业企业") is None


def test_an_unknown_word_in_a_whole_two_level_header_makes_it_a_variant() -> None:
    found = resolved("2021", "applications", *UPPER, *LEGAL, "甲乙丙")
    assert found is not None and (found.matched_by, found.canonical) == (VARIANT, True)
    found = resolved("2021", "applications", *UPPER, *LEGAL[:2], "社会公益性组织", *LEGAL[3:])
    assert found is not None and (found.matched_by, found.canonical) == (VARIANT, True)


# --- the header of reviews

CHANNELS = ("行政复议", "未经复议直接起诉", "复议后起诉")


def test_reviews_have_three_channels_with_five_results_each() -> None:
    table = FORMS["2021"].table_by_id["reviews"]
    found = resolved("2021", "reviews", "行政复议", "行政诉讼", *CHANNELS[1:], *RESULTS * 3)
    assert found == Columns(canonical_columns(table), LABEL, True, tuple((n, n + 1) for n in range(4, 19)), {})
    assert found.ids[0] == ("reconsideration", "upheld") and found.ids[-1][1] == "total"
    assert len(found.ids) == 15


def test_results_above_each_other_have_no_places_of_their_own() -> None:
    form = FORMS["2021"]
    lower = [Slot(text, 0, 0, col % 5, col % 5 + 1, 0) for col, text in enumerate(RESULTS * 3)]
    found = resolve_columns(form, form.table_by_id["reviews"], lower)
    assert found is not None and found.matched_by == LABEL and found.starts == ()


def test_columns_whose_places_contradict_their_order_have_none() -> None:
    form = FORMS["2021"]
    upper = [
        Slot(text, 0, 0, col, col + 1, 0) for col, text in enumerate(("自然人", "法人或其他组织", "总计"), start=3)
    ]
    lower = [Slot(text, 0, 1, col, col + 1, 0) for col, text in zip((4, 6, 7, 8, 9), LEGAL, strict=True)]
    found = resolve_columns(form, form.table_by_id["applications"], [*upper, *lower])
    assert found is not None and found.canonical and found.starts == ()


def test_results_in_pieces_make_the_header_of_reviews_a_variant() -> None:
    broken = [piece for _ in range(3) for result in RESULTS for piece in (result[:2], result[2:]) if piece]
    found = resolved("2021", "reviews", *CHANNELS, *broken)
    assert found is not None and found.matched_by == VARIANT


@pytest.mark.parametrize(
    "texts",
    [
        (*CHANNELS, *RESULTS * 2),
        (*CHANNELS[:1], *RESULTS),
        CHANNELS,
    ],
)
def test_reviews_with_labels_lost_hold_by_position(texts: tuple[str, ...]) -> None:
    found = resolved("2021", "reviews", *texts)
    assert found is not None and (found.matched_by, found.canonical) == (POSITION, True)


@pytest.mark.parametrize(
    "texts",
    [
        (CHANNELS[1], CHANNELS[0], CHANNELS[2], *RESULTS * 3),  # the channels in another order
        (*CHANNELS, *RESULTS[::-1] * 3),  # the results in another order
        (*CHANNELS, *RESULTS * 4),
        RESULTS,  # no channel at all
    ],
)
def test_reviews_in_another_order_than_the_forms_are_unknown(texts: tuple[str, ...]) -> None:
    assert resolved("2021", "reviews", *texts) is None


def test_the_columns_of_reviews_are_its_channels_by_its_results() -> None:
    table = FORMS["2021"].table_by_id["reviews"]
    assert canonical_columns(table) == tuple((row.id, column.id) for row in table.rows for column in table.columns)
    documents = FORMS["2021"].table_by_id["documents"]
    assert canonical_columns(documents) == ((None, "issued"), (None, "repealed"), (None, "in_force"))
