"""Quirks of a cell in a page: what browsers raise, strike, hide, or show though it is no text."""

from __future__ import annotations

import random
from functools import partial

from benchmarks.corpus.layouts import html, page
from benchmarks.corpus.printing import Printout
from benchmarks.corpus.quirks.quirk import Quirk

_STYLE = (
    "<style>.gone{display:none}.old{text-decoration:line-through}.up{vertical-align:super;font-size:6pt}"
    "@media (min-width:600px){.wide{display:none}}</style>"
)
# What stands in place of a figure ({}) in its cell.
_CELLS = {
    "sup": "{}<sup>2</sup>",
    "sup before": "<sup>2</sup>{}",
    "sup in brackets": "{}<sup>[1]</sup>",
    "sup of a link": '{}<sup><a href="#n1">1</a></sup>',
    "vertical-align super": '{}<span style="vertical-align:super;font-size:8px">2</span>',
    "class super": '{}<span class="up">2</span>',
    "position raised": '{}<span style="position:relative;top:-6px;font-size:50%">2</span>',
    "circled digit": "{}①",
    "circled digit before": "② {}",
    "superscript character": "{}²",
    "bracketed digit": "{}⑴",
    "del": "<del>88</del>{}",
    "s": "<s>88</s>{}",
    "strike": "{}<strike>88</strike>",
    "line-through": '<span style="text-decoration: line-through">88</span>{}',
    "line-through long": '<span style="text-decoration-line:line-through;color:red">88</span>{}',
    "class struck": '<span class="old">88</span>{}',
    "del and ins": "<del>88</del><ins>{}</ins>",
    "display none": '<span style="display:none">7</span>{}',
    "class hidden": '<span class="gone">7</span>{}',
    "hidden": "<span hidden>7</span>{}",
    "visibility": '<span style="visibility:hidden">7</span>{}',
    "font-size 0": '<span style="font-size:0">7</span>{}',
    "font-size 1px": '<span style="font-size:1px">7</span>{}',
    "white": '<span style="color:#fff">7</span>{}',
    "white font": '<font color="white">7</font>{}',
    "transparent": '<span style="color:transparent">7</span>{}',
    "class hidden in another case": '<span class="Gone">7</span>{}',
    "hidden on wide screens": '<span class="wide">7</span>{}',
    "transparent in eight digits": '<span style="color:#00000000">7</span>{}',
    "pulled off the page": '<span style="margin-left:-9999px">7</span>{}',
    "title": "<title>7</title>{}",
    "opacity": '<span style="opacity:0">7</span>{}',
    "off the page": '<span style="position:absolute;left:-9999px">7</span>{}',
    "mso-hide": '<span style="display:none;mso-hide:all">7</span>{}',
    "mso hide alone": '<span style="mso-hide:all">7</span>{}',
    "ruby": "<ruby>{}<rt>7</rt></ruby>",
    "ruby with rp": "<ruby>{}<rp>(</rp><rt>7</rt><rp>)</rp></ruby>",
    "input": '<input type="text" value="{}">',
    "hidden input": '<input type="hidden" value="7">{}',
    "select": "<select><option>1</option><option selected>{}</option></select>",
    "textarea": "<textarea>{}</textarea>",
    "comment inside": "{}<!-- 7 -->",
    "conditional comment": "<!--[if supportFields]>7<![endif]-->{}",
    "script inside": "{}<script>document.title='7'</script>",
    "style inside": "<style>.a7{{width:7px}}</style>{}",
    "noscript": "{}<noscript>7</noscript>",
    "template": "<template>7</template>{}",
    "title attribute": '<span title="7">{}</span>',
    "data attribute": '<span data-value="7">{}</span>',
    "list item": "<ol><li>{}</li></ol>",
    "option list hidden": '<datalist><option value="7">7</option></datalist>{}',
    "button": "{}<button>7</button>",
    "image alt": '<img alt="7" src="a.png">{}',
    "svg text": "<svg><title>7</title></svg>{}",
    "fraction": "{}½",
    "sub": "{}<sub>2</sub>",
    "nested table": "<table><tr><td>{}</td></tr></table>",
    "details": "{}<details><summary></summary>7</details>",
    "footnote star": "{}*",
    "two paragraphs": "<p>88</p><p>{}</p>",
}
# What stands in place of a figure whose first half is A and whose second is B: still one number.
_HALVES = {
    "zero width space": "A&#8203;B",
    "word joiner": "A&#8288;B",
    "soft hyphen": "A&shy;B",
    "wbr": "A<wbr>B",
    "split spans": "<span>A</span><span>B</span>",
    "comment between": "A<!-- 7 -->B",
    "hidden between": 'A<span style="display:none">7</span>B',
    "half as a picture": 'A<img src="B.png" alt="B">',
    "half floats": 'B<span style="float:left">A</span>',
    "half turned round": '<bdo dir="rtl">R</bdo>',
    "full-width half": "A<i>B</i>",
}
_ROWS = {
    "hidden row": '<tr style="display:none"><td>规章</td><td>7</td><td>7</td><td>7</td></tr>',
    "hidden row by attribute": "<tr hidden><td>规章</td><td>7</td><td>7</td><td>7</td></tr>",
}


def _source(rng: random.Random, printout: Printout) -> str:
    return page(rng, printout, html).replace("<body>", f"<head>{_STYLE}</head><body>", 1)


def _in_cells(markup: str, rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    text = _source(rng, printout)
    for figure in figures:
        text = text.replace(f">{figure}<", f">{markup.format(figure)}<")
    return text.encode()


def _in_halves(markup: str, rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    text = _source(rng, printout)
    for figure in figures:
        both = markup.replace("A", figure[:3]).replace("B", figure[3:]).replace("R", figure[::-1])
        text = text.replace(f">{figure}<", f">{both}<")
    return text.encode()


def _with_row(row: str, rng: random.Random, printout: Printout, _figures: list[str]) -> bytes | None:
    text = _source(rng, printout)
    begin = text.index("</tr>", text.index("行政许可<")) + len("</tr>")
    return (text[:begin] + row + text[begin:]).encode()


QUIRKS = (
    *(Quirk("html", name, partial(_in_cells, markup)) for name, markup in _CELLS.items()),
    *(Quirk("html", name, partial(_in_halves, markup)) for name, markup in _HALVES.items()),
    *(Quirk("html", name, partial(_with_row, row)) for name, row in _ROWS.items()),
)
