"""Tables that look alike are placed alike, and a remembered look never changes what is read."""

from __future__ import annotations

import random

import pytest

from benchmarks.corpus.damage import DAMAGES
from benchmarks.corpus.judging import Trial
from benchmarks.corpus.layouts import LAYOUTS, Layout
from benchmarks.corpus.layouts import page as page_of
from benchmarks.corpus.printing import random_printout
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import extract
from pipelines.extracting.tables import layout_cache
from pipelines.extracting.tables.cells import FormLayout, place_cells, read_cells
from pipelines.extracting.tables.collector import RawTable
from pipelines.extracting.tables.layout_cache import LayoutSignature, layout_signature
from pipelines.extracting.tables.raw_tables import collect_tables
from pipelines.reading import Document, Grid, Paragraph, Place, ReadError, read
from pipelines.reading.document import Cell

_PAGES = [layout for layout in LAYOUTS if layout.__name__.startswith("html")]


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_cache, "_plans", {})
    monkeypatch.setattr(layout_cache, "_met", {})


def page(*values: str) -> str:
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in zip("甲乙", values, strict=True))
    return f"<table><tr><td>信息内容</td><td>件数</td></tr>{rows}</table>"


def test_values_do_not_change_the_look() -> None:
    looks = {layout_signature(read(page(*values).encode()), 2020) for values in (("1", "2"), ("345", "0"))}
    assert len(looks) == 1


@pytest.mark.parametrize("values", [("", "2"), ("1件", "x"), ("00", "2"), ("一二", "规章")])
def test_what_can_move_a_cell_changes_the_look(values: tuple[str, str]) -> None:
    assert layout_signature(read(page(*values).encode()), 2020) != layout_signature(read(page("1", "2").encode()), 2020)


def outcome(data: bytes) -> object:
    try:
        found = extract(read(data), 2026)
    except (ReadError, NotAReport) as error:
        return repr(error)
    reading = found.reading
    return None if reading is None else (reading.form.id, list(reading.cells.items()), reading.unmapped)


def test_what_is_remembered_reads_every_document_as_a_fresh_reading_does(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    files = [Trial(rng.randrange(40), rng.choice(_PAGES), rng.choice(DAMAGES)).file()[1] for _ in range(60)]
    warm = [outcome(data) for data in [*files, *files, *files]]
    assert layout_cache._plans
    monkeypatch.setattr("pipelines.extracting.report.read_by_cached_plan", lambda *_: None)
    fresh = [outcome(data) for data in files]
    assert warm == [*fresh, *fresh, *fresh]


def with_blanks(rng: random.Random, layout: Layout) -> bytes:
    """Return a page of undamaged tables in which any share of the values is blank or words."""
    share = rng.choice((0.0, 0.05, 0.1, 0.3, 0.9))
    printout = random_printout(rng, rng.choice(("2019", "2021")), blanks=share, words=rng.choice((0.0, 0.0, 0.03)))
    return page_of(rng, printout, layout).encode()


def test_whichever_values_are_blank_a_remembered_look_reads_as_a_fresh_reading_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(11)
    files = [with_blanks(rng, layout) for layout in _PAGES for _ in range(12)]
    warm = [outcome(data) for data in files]
    even = [plan for plan in layout_cache._plans.values() if plan.is_even]
    documents = [read(data) for data in files]
    looks = [layout_signature(each, 2020) for each in documents]
    found = [layout_cache._plans.get(look.filled) for look in looks if look is not None]
    assert even and sum(plan is not None and plan.is_even for plan in found) > len(even)
    monkeypatch.setattr("pipelines.extracting.report.read_by_cached_plan", lambda *_: None)
    assert warm == [outcome(data) for data in files]


def test_only_so_many_looks_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_cache, "_MAX_PLANS", 2)
    for seed in (0, 1, 2, 3, 4, 5) * 2:
        outcome(Trial(seed, _PAGES[seed % len(_PAGES)], DAMAGES[0]).file()[1])
    assert 0 < len(layout_cache._plans) <= 2


# --- what belongs to a signature

CAPTION, HEADER = ("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
ROWS = (CAPTION, HEADER, ("规章", "1", "2", "3"), ("行政规范性文件", "4", "5", "6"))


def document(*rows: tuple[str, ...], spanned: bool = True, pages: bool = False, text: str = "") -> Document:
    """Return a document with a paragraph and a grid of these rows."""
    cells = tuple(
        tuple(Cell(words, r, c, 1, 1, r + 1, Place(r + 1) if pages else None) for c, words in enumerate(row))
        for r, row in enumerate(rows)
    )
    return Document("text/html", None, (Paragraph(text, 0), Grid(3, cells, spanned)))


def test_only_grids_with_spans_have_a_signature_and_those_without_a_row_that_a_page_break_cuts() -> None:
    assert layout_signature(document(*ROWS), 2021) is not None
    assert layout_signature(document(*ROWS, spanned=False), 2021) is None
    assert layout_signature(document(*ROWS, pages=True), 2021) == layout_signature(document(*ROWS), 2021)
    cut = (*ROWS[:3], ("行政规范", "4", "5", "6"), ("性文件", "", "", ""))
    assert layout_signature(document(*cut, pages=True), 2021) is None
    assert layout_signature(document(*cut), 2021) is not None
    assert layout_signature(document(()), 2021) is None
    assert layout_signature(Document("text/html", None, (Paragraph("甲", 0),)), 2021) is None


@pytest.mark.parametrize(("count", "kept"), [(2_000, True), (2_001, False)])
def test_what_has_many_more_cells_than_a_report_has_no_signature(count: int, kept: bool) -> None:
    assert (layout_signature(document(("1",) * count), 2021) is not None) is kept


def test_headings_and_the_ends_of_grids_belong_to_the_signature_and_prose_does_not() -> None:
    plain = layout_signature(document(*ROWS), 2021)
    assert layout_signature(document(*ROWS, text="今日天气晴"), 2021) == plain
    heading = Paragraph("三、收到和处理政府信息公开申请情况", 0)
    first, second = (document(*rows).blocks[1] for rows in (ROWS[:2], ROWS[2:]))
    looks = [
        layout_signature(Document("text/html", None, blocks), 2021)
        for blocks in ((first, second), (first, heading, second), (first, heading, heading, second))
    ]
    assert plain != looks[0] != looks[1] == looks[2] != plain


def test_where_no_table_is_open_headings_the_ends_of_grids_and_the_way_a_caption_stands_do_not_belong_to_it() -> None:
    def look(*rows: tuple[str, ...]) -> object:
        return layout_signature(document(*rows), 2021)

    (caption,) = CAPTION
    again, heading = (("第二十条第（五）项",), *ROWS[1:]), ("一、总体情况",)
    plain = look(*ROWS, *again)
    assert look(heading, *ROWS, *again) == look(heading, ("",), heading, *ROWS, *again) == plain
    assert look(("", caption, ""), *ROWS[1:], *again) == plain != look((caption, "甲"), *ROWS[1:], *again)
    grids = [document(*rows).blocks[1] for rows in (ROWS, again)]
    assert layout_signature(Document("text/html", None, tuple(grids)), 2021) == plain
    assert look(*ROWS, heading, *again) != plain != look(*ROWS, *again[1:])


def test_what_a_sheet_prints_where_no_table_is_open_does_not_belong_to_the_signature() -> None:
    def look(*rows: tuple[str, ...]) -> object:
        return layout_signature(document(*rows), 2021)

    heading = ("五、存在的主要问题及改进情况",)
    titles = [("测试市民政局2021年政府信息公开工作年度报告",), ("测试市审计局2022年政府信息公开工作年度报告",)]
    words = [("公开不够及时", ""), ("培训不足", "")]
    assert look(titles[0], *ROWS, heading, words[0]) == look(titles[1], *ROWS, heading, words[1])
    assert look(*ROWS, words[0]) != look(*ROWS, words[1])  # a row of the open table, which no form has
    assert look(titles[0], *ROWS) == look(("", *titles[0]), *ROWS) == look(*ROWS)
    for passed in (("12",), ("甲", "1", "2"), ("六、其他需要报告的事项", ""), ("总计",)):
        assert look(passed, *ROWS) == look(*ROWS, heading, passed, heading) == look(*ROWS)
    for other in (("规章",), ("信息内容",), CAPTION, ("三、本年度办理结果", "1")):
        assert look(other, titles[0], *ROWS) != look(titles[0], titles[0], *ROWS)
    assert look(("规章", "7"), titles[0], *ROWS) != look(("规章", "7"), titles[1], *ROWS)


def edged(*rows: tuple[tuple[int, int], ...]) -> object:
    """Return the look of rows of a label and values with these grid columns and spans."""
    cells = tuple(
        tuple(Cell("1" if c else "规章", r, col, 1, span, 0) for c, (col, span) in enumerate(row))
        for r, row in enumerate(rows)
    )
    return layout_signature(Document("text/html", None, (Grid(0, cells, True),)), 2021)


def test_which_edges_of_a_table_are_one_belongs_to_the_signature() -> None:
    whole, shifted, wider = ((0, 1), (1, 1)), ((0, 1), (2, 1)), ((0, 1), (1, 2))
    assert edged(whole) == edged(wider) != edged(shifted)
    assert edged(whole, whole) != edged(whole, wider) != edged(wider, whole) != edged(wider, wider)


def test_how_wide_columns_are_does_not_belong_to_the_signature() -> None:
    narrow, wide = [(0, 1), (1, 1), (2, 1)], [(2, 3), (5, 1), (6, 9)]
    merged, widely = [(0, 1), (1, 2)], [(2, 3), (5, 10)]
    assert edged(tuple(narrow), tuple(merged)) == edged(tuple(wide), tuple(widely))
    assert edged(tuple(narrow), tuple(merged)) != edged(tuple(wide), tuple(merged))


def test_columns_of_other_tables_do_not_belong_to_the_look_of_a_table() -> None:
    caption = ("第二十条第（八）项", "第二十条第（五）项")

    def look(first: int, second: int) -> object:
        rows = (
            (Cell(caption[0], 0, 0, 1, 9, 0),), (Cell("规章", 1, 0, 1, first, 0), Cell("1", 1, first, 1, 1, 0)),
            (Cell(caption[1], 2, 0, 1, 9, 0),), (Cell("规章", 3, 0, 1, second, 0), Cell("1", 3, second, 1, 1, 0)),
        )  # fmt: skip
        return layout_signature(Document("text/html", None, (Grid(0, rows, True),)), 2021)

    assert look(1, 1) == look(1, 2) == look(2, 1)


def test_the_form_in_force_belongs_to_the_signature() -> None:
    signatures = [layout_signature(document(*ROWS), year) for year in (2020, 2021, 2022, 0)]
    assert signatures[1] == signatures[2]
    assert len(set(signatures)) == 3


# --- which values are blank

FULL = (*ROWS, ("第二十条第（八）项",), ("信息内容", "本年收费金额"), ("行政事业性收费", "5"))


def blanked(row: int, *values: str) -> Document:
    """Return the document of FULL with other values in one row."""
    return document(*FULL[:row], (FULL[row][0], *values), *FULL[row + 1 :])


@pytest.mark.parametrize("values", [("", "2", "3"), ("1", "", ""), ("", "", "3")])
def test_in_even_tables_it_does_not_matter_which_values_are_blank(values: tuple[str, ...]) -> None:
    assert kept(document(*FULL), document(*FULL))
    other = blanked(2, *values)
    signature, layout, _ = placed(other)
    assert layout_cache.read_by_cached_plan(signature) == read_cells(layout)


@pytest.mark.parametrize(
    ("row", "values"),
    [(2, ("", "", "")), (2, ("1", "2", "甲")), (2, ("1", "2", "00")), (2, ("1", "2")), (2, ("1", "2", "3", "4"))],
)
def test_a_row_without_values_or_with_more_than_values_is_another_look(row: int, values: tuple[str, ...]) -> None:
    assert kept(document(*FULL), document(*FULL))
    other = blanked(row, *values)
    assert layout_cache.read_by_cached_plan(layout_signature(other, 2021)) is None


@pytest.mark.parametrize(
    "rows",
    [
        (*FULL[:3], ("行政规范性文件", "4", "5", "6", "")),  # a sliver behind the values
        (CAPTION, ("信息内容", "现行有效件数", "本年制发件数", "本年废止件数"), *FULL[2:]),  # columns in another order
        (*FULL, ("7", "8")),  # values in no row of the form
    ],
)
def test_tables_that_are_not_even_are_known_by_their_blanks(rows: tuple[tuple[str, ...], ...]) -> None:
    again = document(*rows)
    for _ in range(3):
        signature, layout, tables = placed(again)
        layout_cache.cache_plan(signature, FormLayout(layout.form, layout.cells), tables)
    assert [plan.is_even for plan in layout_cache._plans.values()] in ([], [False])


# --- what is kept


Placed = tuple[LayoutSignature | None, FormLayout, list[RawTable]]


def placed(of: Document, year: int = 2021) -> Placed:
    collected = collect_tables(of, year)
    assert collected.recognised is not None
    return layout_signature(of, year), place_cells(collected.recognised, collected.tables), collected.tables


def kept(*documents: Document) -> bool:
    """Tell whether the layout of the last document is kept after all were read."""
    for each in documents:
        signature, layout, tables = placed(each)
        layout_cache.cache_plan(signature, layout, tables)
    return layout_cache.read_by_cached_plan(layout_signature(documents[-1], 2021)) is not None


def test_a_layout_is_kept_when_it_is_met_again() -> None:
    assert not kept(document(*ROWS))
    assert kept(document(*ROWS))
    assert layout_cache.read_by_cached_plan(None) is None
    assert not kept(document(*ROWS[:3]))


def test_by_a_kept_layout_the_values_of_another_document_are_read() -> None:
    assert kept(document(*ROWS), document(*ROWS))
    other = document(CAPTION, HEADER, ("规章", "7", "-", "9"), ("行政规范性文件", "0", "5", "6"), text="甲")
    signature, layout, _ = placed(other)
    reading = layout_cache.read_by_cached_plan(signature)
    assert reading == read_cells(layout)
    assert reading is not None and reading.cells["documents", "rules", "issued"].value == 7


def test_a_table_of_another_form_stays_borrowed() -> None:
    old = ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量")
    mixed = document(
        CAPTION, old, *ROWS[2:], ("第二十条第（八）项",), ("信息内容", "本年收费金额"), ("行政事业性收费", "5")
    )
    assert kept(mixed, mixed)
    signature, layout, _ = placed(mixed)
    reading = layout_cache.read_by_cached_plan(signature)
    assert reading is not None and set(reading.borrowed) == set(layout.borrowed) != set()


@pytest.mark.parametrize(
    "rows",
    [
        (*ROWS, ("甲乙丙", "7", "8", "9")),  # a row that the form does not have
        (*ROWS, *ROWS),  # each cell printed twice
        (CAPTION, HEADER, ("规章", "1", "2"), ROWS[3]),  # a row that cannot be placed
    ],
)
def test_a_layout_with_anything_left_over_is_not_kept(rows: tuple[tuple[str, ...], ...]) -> None:
    again = document(*rows)
    assert not kept(again, again, again)


def test_two_cells_in_one_place_are_not_told_apart_and_not_kept() -> None:
    cells = document(*ROWS).blocks[1]
    assert isinstance(cells, Grid)
    doubled = Grid(3, (*cells.rows, (cells.rows[2][0],)), spanned=True)
    again = Document("text/html", None, (doubled,))
    signature, layout, tables = placed(again)
    for _ in range(3):
        layout_cache.cache_plan(signature, FormLayout(layout.form, layout.cells), tables)
    assert layout_cache.read_by_cached_plan(signature) is None


def test_the_layout_that_was_not_used_for_longest_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_cache, "_MAX_PLANS", 2)
    first, second, third = (document(*ROWS, ("", *[""] * n)) for n in (3, 4, 5))

    def is_kept(of: Document) -> bool:
        signature = layout_signature(of, 2021)
        return signature is not None and signature.exact in layout_cache._plans

    signatures = [layout_signature(each, 2021) for each in (first, second, third)]
    layout = placed(document(*ROWS))[1]
    empty = FormLayout(layout.form)
    for signature in signatures[:2]:
        for _ in range(2):
            layout_cache.cache_plan(signature, empty, [])
    assert layout_cache.read_by_cached_plan(signatures[0]) is not None
    for _ in range(2):
        layout_cache.cache_plan(signatures[2], empty, [])
    assert [is_kept(each) for each in (first, second, third)] == [True, False, True]


def test_only_so_many_layouts_are_known_to_have_been_met_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_cache, "_MAX_MET", 2)
    empty = FormLayout(placed(document(*ROWS))[1].form)
    for n in (3, 4, 5, 3):
        each = document(*ROWS, ("", *[""] * n))
        layout_cache.cache_plan(layout_signature(each, 2021), empty, [])
    assert layout_cache._plans == {}  # the first was forgotten before it was met again
    assert len(layout_cache._met) == 2
