"""A row whose label is lost is the form's only where its neighbours leave no other reading."""

from __future__ import annotations

import pytest

from pipelines.extracting.tables.collector import RawRow
from pipelines.extracting.tables.rows import LogicalRow, Slot
from pipelines.extracting.tables.unlabelled_rows import known_rows, rows_above_gap
from pipelines.forms import FORMS
from pipelines.forms.lexicon import ROW, Target

FORM = FORMS["2021"]
OF_2019 = FORMS["2019"]


def raw(
    row_id: str | None,
    *texts: str,
    table: str = "documents",
    label: str | None = None,
    form: str = "2021",
    assembled: bool = False,
) -> RawRow:
    """Return a row of values under the label of a row of the form (None: under `label`, or none)."""
    slots = tuple(Slot(text, 0, 0, col, col + 1, 0) for col, text in enumerate(texts, start=1))
    targets = (Target(ROW, table, row_id, form),) if row_id else ()
    source = LogicalRow(slots, True, assembled, False)
    return RawRow(targets, label if label is not None else row_id or "", slots, "label", 1.0, None, source)


def known(*rows: RawRow, table: str = "documents", width: int = 3) -> list[tuple[str | None, list[str], bool]]:
    """Return each row's id in the form, its texts, and whether only its neighbours prove it."""
    found = known_rows(FORM, FORM.table_by_id[table], list(rows), width)
    return [(one.row_id, [slot.text for slot in one.raw.slots], one.by_position) for one in found]


def ids(*rows: RawRow, table: str = "documents", width: int = 3) -> list[str | None]:
    return [row_id for row_id, _, _ in known(*rows, table=table, width=width)]


RULES, NORMATIVE = "rules", "normative_documents"


def test_a_row_is_that_of_its_label() -> None:
    assert known(raw(RULES, "1", "2", "3"), raw(NORMATIVE, "4", "5", "6")) == [
        (RULES, ["1", "2", "3"], False),
        (NORMATIVE, ["4", "5", "6"], False),
    ]


def test_a_label_of_another_table_form_or_of_two_rows_is_none_of_this_table() -> None:
    values = ("1", "2", "3")
    both = raw(RULES, *values)._replace(
        targets=(Target(ROW, "documents", RULES, "2021"), Target(ROW, "documents", NORMATIVE, "2021"))
    )
    assert ids(raw("administrative_penalty", *values, table="enforcement"), raw(NORMATIVE, *values)) == [
        None,
        NORMATIVE,
    ]
    assert ids(raw(RULES, *values, form="2019", label="规章"), raw(NORMATIVE, *values)) == [None, NORMATIVE]
    assert ids(both, raw(NORMATIVE, *values)) == [None, NORMATIVE]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((None, NORMATIVE), [RULES, NORMATIVE]),  # above
        ((RULES, None), [RULES, NORMATIVE]),  # below
        ((None, None), [RULES, NORMATIVE]),  # all labels lost
        ((None, None, NORMATIVE), [None, None, NORMATIVE]),  # a row too many
        ((RULES, None, None), [RULES, None, None]),
        ((None,), [None]),  # one of two rows: it can be either
        ((None, RULES, NORMATIVE), [None, RULES, NORMATIVE]),  # nothing is missing there
    ],
)
def test_a_gap_of_the_form_is_filled_where_exactly_as_many_rows_stand_in_it(
    rows: tuple[str | None, ...], expected: list[str | None]
) -> None:
    found = known(*(raw(row, "1", "2", "3") for row in rows))
    assert [row_id for row_id, _, _ in found] == expected
    assert [by_position for _, _, by_position in found] == [
        given is None and proven is not None for given, proven in zip(rows, expected, strict=True)
    ]


def test_a_gap_between_labelled_rows_takes_the_rows_between_them() -> None:
    order = [row.id for row in FORM.table_by_id["applications"].rows]
    values = [str(n) for n in range(7)]
    printed = [*order[:3], None, None, *order[5:8], None, *order[9:]]
    rows = [raw(row_id, *values, table="applications") for row_id in printed]
    assert ids(*rows, table="applications", width=7) == order
    short = [row for n, row in enumerate(rows) if n != 4]  # one of the two is not there: either can be missing
    assert ids(*short, table="applications", width=7) == [*order[:3], None, *order[5:]]


def test_words_that_no_form_knows_are_no_lost_label() -> None:
    assert ids(raw(None, "1", "2", "3", label="甲"), raw(NORMATIVE, "4", "5", "6")) == [None, NORMATIVE]


def test_a_row_that_only_some_places_print_leaves_the_gap_around_it_as_it_is() -> None:
    values = ("1", "2", "3")
    assert ids(raw(RULES, *values), raw(None, *values), raw("other_documents", *values)) == [
        RULES,
        NORMATIVE,
        "other_documents",
    ]
    assert ids(raw(RULES, *values), raw("other_documents", *values), raw(NORMATIVE, *values)) == [
        RULES,
        "other_documents",
        NORMATIVE,
    ]
    out_of_place = [raw("other_documents", *values), raw(None, *values), raw(NORMATIVE, *values)]
    assert ids(*out_of_place) == ["other_documents", None, NORMATIVE]


def test_a_sub_row_stands_below_its_row_and_fills_no_gap() -> None:
    sub = "other_public_services.administrative_inspection"
    rows = [raw("administrative_licensing", "1", table="licensing"), raw(None, "2"), raw(sub, "3", table="licensing")]
    assert ids(*rows, table="licensing", width=1) == ["administrative_licensing", None, sub]


# --- runs of several rows


def test_a_run_of_values_is_cut_into_rows_where_the_form_has_room_for_them() -> None:
    run = raw(RULES, *"123456", assembled=True)
    assert known(run) == [(RULES, ["1", "2", "3"], False), (NORMATIVE, ["4", "5", "6"], True)]
    for blanks in (1, 2):
        assert ids(raw(RULES, *"123456", *[""] * blanks, assembled=True)) == [RULES, NORMATIVE]
    marked = raw(RULES, *"123456")  # where the source ends its rows itself, this is one row that is too long
    assert known(marked) == [(RULES, [*"123456"], False)]


@pytest.mark.parametrize(
    "run",
    [
        raw(RULES, *"12345", assembled=True),  # not whole rows
        raw(RULES, *"1234567", assembled=True),
        raw(RULES, "1", "2", "3", "", "5", "6", assembled=True),  # a blank among them: nothing is certain
        raw(RULES, *"123456"),  # the source marks where rows end
        raw(RULES, *"123", assembled=True),
    ],
)
def test_a_run_that_is_no_whole_number_of_rows_stays_one_row(run: RawRow) -> None:
    assert known(run, raw(NORMATIVE, "7", "8", "9")) == [
        (RULES, [slot.text for slot in run.slots], False),
        (NORMATIVE, ["7", "8", "9"], False),
    ]


def test_a_run_whose_rows_cannot_all_be_proven_stays_one_row_that_is_too_long() -> None:
    run = raw(RULES, *"123456", assembled=True)
    assert known(run, raw(NORMATIVE, "7", "8", "9")) == [
        (RULES, [*"123456"], False),
        (NORMATIVE, ["7", "8", "9"], False),
    ]
    assert known(raw(RULES, *"123456789", assembled=True)) == [(RULES, [*"123456789"], False)]
    alone = raw(None, *"123456789", assembled=True)
    assert known(alone) == [(None, [*"123456789"], False)]


def test_two_unlabelled_rows_are_never_joined() -> None:
    rows = [raw(RULES, *"123"), raw(None, *"456", label="甲"), raw(None, *"789", label="乙")]
    assert [texts for _, texts, _ in known(*rows)] == [[*"123"], [*"456"], [*"789"]]


def test_the_label_stays_with_the_first_row_of_a_run() -> None:
    first, second = known_rows(FORM, FORM.table_by_id["documents"], [raw(RULES, *"123456", assembled=True)], 3)
    assert (first.raw.label, first.raw.matched_by, first.raw.score) == (RULES, "label", 1.0)
    assert (second.raw.label, second.raw.targets, second.raw.matched_by, second.raw.score) == ("", (), "", 0.0)


# --- tables printed across


def across(*texts: str, label: str = "") -> RawRow:
    return raw(None, *texts, label=label, table="reviews")


def test_a_table_across_has_one_row_of_figures() -> None:
    figures = [str(n) for n in range(15)]
    blank = [""] * 15
    first = FORM.table_by_id["reviews"].rows[0].id

    def chosen(*rows: RawRow) -> list[str | None]:
        return ids(*rows, table="reviews", width=15)

    assert chosen(across(*blank), across(*figures), across(*figures)) == [None, first, None]
    assert chosen(across(*blank), across(*blank)) == [first, None]
    assert chosen(across("1", "2", label="备注"), across(*figures)) == [None, first]
    assert chosen(across(*figures, label="本机关"), across(*blank)) == [first, None]
    assert chosen(across("1", "2", label="备注")) == [None]
    assert chosen() == []


# --- rows below which one is lost


def test_the_rows_above_a_gap_are_those_whose_next_row_is_not_printed() -> None:
    table = FORM.table_by_id["documents"]
    both = known_rows(FORM, table, [raw(RULES, *"123"), raw(NORMATIVE, *"456")], 3)
    assert rows_above_gap(table, both) == frozenset()
    assert rows_above_gap(table, both[:1]) == {RULES}
    assert rows_above_gap(table, []) == {RULES}
    assert rows_above_gap(table, both[1:]) == frozenset()
