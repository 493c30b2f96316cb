"""A style, a picture or a formula that may show the digits of a cell otherwise puts its number in doubt."""

from __future__ import annotations

import pytest

from pipelines.reading import read
from pipelines.reading.document import Grid
from tests.reading.html.test_visibility import cell_of, grid_of

OTHERWISE, HIDDEN, RAISED, PICTURE = "shown_otherwise", "hidden_text", "raised_text", "picture"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<ol><li>7</li></ol>", ("7", OTHERWISE)),
        ("<ul><li>7</li></ul>", ("7", None)),
        ("""<ul style="list-style:'3'"><li>7</li></ul>""", ("7", OTHERWISE)),
        ("""<p style="display:list-item;list-style-type:'3'">7</p>""", ("7", OTHERWISE)),
        ('<ul style="list-style:none"><li>7</li></ul>', ("7", None)),
        ("<ol><li>全部公开</li></ol>", ("全部公开", None)),
        ("<ruby>7<rt>3</rt></ruby>", ("7", RAISED)),
        ("<ruby>件<rt>jiàn</rt></ruby>", ("件", None)),
        ('<b>7<template shadowrootmode="open">9</template></b>', ("7", OTHERWISE)),
        ('<b><template shadowrootmode="open">9</template></b>', ("", OTHERWISE)),
        ("<b>7<template>9</template></b>", ("7", None)),
        ('<b style="display:inline-flex"><i>1</i><i>7</i></b>', ("17", None)),
        ('<b dir="rtl" style="display:inline-flex"><i>1</i><i>7</i></b>', ("17", OTHERWISE)),
    ],
)
def test_what_a_browser_adds_to_a_cell_or_shows_in_its_stead_puts_it_in_doubt(
    cell: str, expected: tuple[str, str | None]
) -> None:
    assert cell_of(cell) == expected


def grids_of(page: str) -> list[Grid]:
    return [block for block in read(page.encode()).blocks if isinstance(block, Grid)]


def styled(style: str, digits: str = "7") -> str:
    return f'16<span style="{style}">{digits}</span>'


@pytest.mark.parametrize(
    "style",
    [
        "margin-left:-9999px", "display:block;margin:0 0 0 -40pt", "margin-left:calc(0px - 99px)",
        "transform:translateX(-9999px)", "-webkit-transform:scale(.01)", "transform:rotate(180deg)",
        "translate:-99px", "rotate:180deg", "scale:0", "filter:opacity(0)", "filter:blur(9px)", "zoom:0", "zoom:.1",
        "mask:linear-gradient(transparent,transparent)", "-webkit-mask-image:url(a.png)", "letter-spacing:-1em",
        "letter-spacing:-9px", "direction:rtl;unicode-bidi:bidi-override", "display:flex;flex-direction:row-reverse",
        "-webkit-text-security:disc", "--a:none;display:var(--a)", "opacity:var(--a)", "visibility:var(--a)",
        "font-size:calc(0px)", "color:var(--a)", "color:color-mix(in srgb, white, white)", "float:left",
        "position:absolute;left:0", "order:-1", "position:relative;left:1em",
        "position:relative;inset-inline-start:-1ch", "grid-row:2", "margin-inline-start:-99px",
        "display:block;margin-block:-3em", "-moz-transform:rotate(180deg)", "font-size-adjust:0",
        "offset-path:path('M9 9')", "font-variant:super", "mix-blend-mode:difference",
        "display:-webkit-box;-webkit-line-clamp:1",
    ],
)  # fmt: skip
def test_a_style_that_may_hide_or_move_a_part_of_a_number_puts_it_in_doubt(style: str) -> None:
    assert cell_of(styled(style))[1] == OTHERWISE


@pytest.mark.parametrize(
    "style",
    [
        "margin-left:-5.35pt", "margin:0 auto", "transform:none", "transform:translate(0, 0)", "transform:scale(1)",
        "text-transform:uppercase", "filter:grayscale(100%)", "filter:none", "zoom:1", "mask:none", "mask-image:none",
        "letter-spacing:-.05pt", "letter-spacing:1px", "unicode-bidi:embed", "direction:ltr", "float:none", "order:0",
        "display:inline-block", "display:inline", "color:#333", "color:hsl(0, 100%, 40%)", "color:#ff0000ff",
        "backdrop-filter:blur(2px)", "position:static", "position:relative;left:0",
        "grid-row:auto", "margin-inline:auto", "inline-size:9em", "font-size-adjust:0.5", "font-size-adjust:none",
        "font-variant:tabular-nums", "font-variant-position:normal", "mix-blend-mode:normal", "-moz-transform:none",
    ],
)  # fmt: skip
def test_a_style_that_does_neither_leaves_a_number_as_it_is(style: str) -> None:
    assert cell_of(styled(style)) == ("167", None)


@pytest.mark.parametrize(
    "colour", ["#00000000", "#0000", "#ffffff08", "hsl(0,0%,100%)", "rgb(0 0 0 / 0)", "rgb(0 0 0 / 0%)"]
)
def test_clear_and_white_digits_in_any_spelling_are_hidden(colour: str) -> None:
    assert cell_of(styled(f"color:{colour}"))[1] == HIDDEN


@pytest.mark.parametrize(
    "style",
    [
        "overflow:hidden;inline-size:0;display:inline-block", "overflow-block:hidden;block-size:0;display:inline-block",
        "overflow:hidden;max-inline-size:1px", "position:absolute;inset-inline-start:-9999px",
        "position:absolute;-webkit-clip-path:inset(100%)",
    ],
)  # fmt: skip
def test_sizes_and_places_along_the_line_are_those_of_the_page(style: str) -> None:
    assert cell_of(styled(style))[1] in (HIDDEN, OTHERWISE)


def test_digits_in_a_raised_position_are_raised() -> None:
    assert cell_of(styled("font-variant-position:super"))[1] == RAISED


@pytest.mark.parametrize(
    "style", ["float:right", "position:absolute", "color:var(--text)", "font-size:clamp(1px, 2vw, 9px)"]
)
def test_what_moves_the_whole_of_a_cell_moves_no_digit_among_others(style: str) -> None:
    assert cell_of(f'<span style="{style}">16</span>') == ("16", None)


def test_spans_shown_as_blocks_stand_on_lines_of_their_own() -> None:
    span = '<span style="display:block">{}</span>'
    assert cell_of(span.format(1) + span.format(6))[0] == "1\n6"
    assert cell_of('<span class="b">1</span>6', head="<style>.b{display:block}</style>")[0] == "1\n6"


@pytest.mark.parametrize(
    ("content", "doubt"),
    [
        ('1<img src="6.png">', PICTURE),
        ('<img src="16.png">', PICTURE),
        ("1<svg><circle/></svg>", PICTURE),
        ("1<canvas></canvas>", PICTURE),
        ('1<object data="6.svg"></object>', PICTURE),
        ('1<iframe srcdoc="3"></iframe>', PICTURE),
        ('规章<img src="new.gif">', None),
        ('16<img src="dot.gif" width="1" height="1">', None),
        ('16<img src="a.png" style="display:none">', None),
        ("<math><msup><mn>1</mn><mn>6</mn></msup></math>", RAISED),
        ("<math><mfrac><mn>1</mn><mn>6</mn></mfrac></math>", RAISED),
        ("<math><mrow><mn>16</mn></mrow></math>", None),
        ('<bdo dir="rtl">61</bdo>', OTHERWISE),
        ('<bdo dir="ltr">16</bdo>', None),
        ("1<script>document.write(6)</script>", OTHERWISE),
        ('16<span class="d-none">7</span>', OTHERWISE),
        ('16<span class="hidden-print">7</span>', None),
    ],
)
def test_what_stands_beside_digits_may_be_another(content: str, doubt: str | None) -> None:
    assert cell_of(content)[1] == doubt
    assert cell_of(f"<div><b>{content}</b></div>")[1] == doubt


def test_a_title_in_a_cell_is_not_shown() -> None:
    assert cell_of("16<title>7</title>") == ("16", None)


SPAN = '16<span class="z">7</span>'
HIDING = "span.z{display:none}"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f"<style>@media (min-width:600px){{{HIDING}}}</style>", ("16", None)),
        (f"<style>@media screen and (min-width:40em){{{HIDING}}}</style>", ("16", None)),
        (f"<style>@media (max-width:768px){{{HIDING}}}</style>", ("167", None)),
        (f"<style>@media (min-width:1200px){{{HIDING}}}</style>", ("167", OTHERWISE)),
        (f"<style>@media (prefers-color-scheme:dark){{{HIDING}}}</style>", ("167", OTHERWISE)),
        (f"<style>@media print{{{HIDING}}}</style>", ("167", None)),
        (f"<style>@supports (display:grid){{{HIDING}}}</style>", ("16", None)),
        (f"<style>@container (width > 1px){{{HIDING}}}</style>", ("167", OTHERWISE)),
        ("<style>tr{ span.z{display:none} }</style>", ("16", None)),
        ("<style>tr{ color:red; & span.z{display:none} }</style>", ("16", None)),
        ("<style>span{ &.z{display:none} }</style>", ("16", None)),
        ("<style>span.z{display:none; & b{color:red}}</style>", ("16", None)),
        ("<style>span.Z{display:none}</style>", ("16", None)),
        (f'<style type="text/plain">{HIDING}</style>', ("167", None)),
        (f"<noscript><style>{HIDING}</style></noscript>", ("167", None)),
        (f'<style media="(max-width:600px)">{HIDING}</style>', ("167", None)),
        ('<style>span.z::before{content:"1"}</style>', ("167", OTHERWISE)),
        ("<style>td:after{content:counter(a)}</style>", ("167", OTHERWISE)),
        ('<style>span::before{content:"3"}</style>', ("167", OTHERWISE)),
        ('<style>td>span:not(.x)::after{content:"3"}</style>', ("167", OTHERWISE)),
        ('<style>span.z::before{content:""}</style>', ("167", None)),
        (r'<style>span.z::before{content:"\e600"}</style>', ("167", None)),
        (r'<style>span.z::before{content:"\31"}</style>', ("167", OTHERWISE)),
        ("<style>.nav li{float:left}.nav a{display:block}</style>", ("167", None)),
        ("<style>.z{float:left}</style>", ("167", OTHERWISE)),
        ("<style>td::first-letter{font-size:0}</style>", ("167", OTHERWISE)),
        ("<style>td:first-line{color:#fff}</style>", ("167", OTHERWISE)),
        ("<style>td::first-letter{color:#333}</style>", ("167", None)),
        ("<style>span:lang(zh){display:none}</style>", ("167", OTHERWISE)),
        ("<style>span:-webkit-any(.z){display:none}</style>", ("167", OTHERWISE)),
        ("<style>::-webkit-scrollbar{display:none}</style>", ("167", None)),
        ("<style>input:-ms-input-placeholder{display:none}</style>", ("167", None)),
        ("<style>span.z{color:Canvas}</style>", ("167", HIDDEN)),
        ("<style>span.z{color:rgb(100% 100% 100%)}</style>", ("167", HIDDEN)),
        ("<style>span.z{color:CanvasText}</style>", ("167", None)),
    ],
)
def test_rules_count_as_they_do_on_the_screen_of_a_person(head: str, expected: tuple[str, str | None]) -> None:
    assert cell_of(SPAN, head=head) == expected


@pytest.mark.parametrize("style", ["unicode-bidi:bidi-override;direction:rtl", "letter-spacing:-1em", "float:right"])
@pytest.mark.parametrize("tag", ["TABLE", "Table", "table"])
def test_a_table_is_one_however_its_tag_is_spelt(tag: str, style: str) -> None:
    """Old editors write their tags in capitals; the parser does not heed them, and neither may a look at the source."""
    other = "<table><tr><td>首页</td><td>公开</td></tr></table>"
    for begin, end in (("", f"</{tag}>"), (other, "")):
        cell = f'<span style="{style}">1</span>7'
        page = f"<html><body>{begin}<{tag}><tr><td>规章</td><td>{cell}</td></tr>{end}</body></html>"
        assert grids_of(page)[-1].rows[0][1].doubt == OTHERWISE
        sheet, cell = f"<style>.n{{{style}}}</style>", '<span class="n">1</span>7'
        page = f"<html><head>{sheet}</head><body>{begin}<{tag}><tr><td>规章</td><td>{cell}</td></tr>{end}</body></html>"
        assert grids_of(page)[-1].rows[0][1].doubt == OTHERWISE


def test_a_page_with_a_document_type_heeds_the_case_of_classes() -> None:
    table = f"<table><tr><td>规章</td><td>{SPAN}</td></tr></table>"
    head = "<style>span.Z{display:none}</style>"
    assert grid_of(f"<!DOCTYPE html><html><head>{head}</head><body>{table}</body></html>").rows[0][1].text == "167"


def test_columns_that_may_collapse_put_the_numbers_of_their_table_in_doubt() -> None:
    columns = '<colgroup><col><col style="visibility:collapse"></colgroup>'
    grid = grid_of(f"<table>{columns}<tr><td>规章</td><td>99</td><td>16</td></tr></table>")
    assert [cell.doubt for cell in grid.rows[0]] == [OTHERWISE] * 3
