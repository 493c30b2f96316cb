"""Quirks of units and signs: where a report prints in what a number stands, and which words turn its sign.

The truth is what the number means: an amount in yuan, a count of single things, a change with its sign.
"""

from __future__ import annotations

import random
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from benchmarks.corpus.layouts import Layout, html, page, tab_rows
from benchmarks.corpus.printing import CAPTION, HEADER, Line, Path, Printout, Sheet, Truth
from benchmarks.corpus.quirks.quirk import Quirk

_AMOUNT = {
    "2019": ("procurement", "centralized_procurement", "total_amount"),
    "2021": ("fees", "administrative_fees", "amount_collected"),
}
_COUNT = ("licensing", "administrative_licensing", "decisions")
_CHANGE = ("licensing", "administrative_licensing", "items_change")
_AMOUNTS = ("7", "500", "5000", "28204", "12.5", "282.04", "1,250", "28,204.00")


class _Print(NamedTuple):
    """Where a unit stands ({} is the number), and how many yuan or things it is; `above` is a row of its own."""

    times: int
    cell: str = "{}"
    header: str = ""
    label: str = ""
    above: str = ""


_YUAN, _WAN = 1, 10_000
_AMOUNT_PRINTS = {
    "元 in brackets under 万元": _Print(_YUAN, "{}（元）", "（单位：万元）"),
    "unit word in brackets under 元": _Print(_WAN, "{}（单位：万元）", "（元）"),
    "万元 in brackets": _Print(_WAN, "{}（万元）"),
    "万元 in half brackets": _Print(_WAN, "{} (万元)"),
    "万 in brackets": _Print(_WAN, "{}（万）"),
    "万元 and a note": _Print(_WAN, "{}（万元）（含税）"),
    "currency after the unit": _Print(_WAN, "{}万元（人民币）"),
    "currency before": _Print(_WAN, "人民币{}万元整"),
    "RMB": _Print(_YUAN, "RMB{}元"),
    "yen sign under 万元": _Print(_WAN, "￥{}", "（万元）"),
    "unit on the next line": _Print(_WAN, "{}\n万元"),
    "百元": _Print(100, "{}百元"),
    "千元 in words of an office": _Print(1_000, "{}仟元"),
    "百万元 in brackets": _Print(1_000_000, "{}（百万元）"),
    "amount in a note": _Print(_YUAN, "{}（其中罚没30元）", "（元）"),
    "header 百元": _Print(100, header="（单位：百元）"),
    "header 仟元": _Print(1_000, header="（单位：仟元）"),
    "header 萬圓": _Print(_WAN, header="（單位：萬圓）"),
    "header 十万元": _Print(100_000, header="（单位：十万元）"),
    "header 百万元": _Print(1_000_000, header="（百万元）"),
    "header 千万元": _Print(10_000_000, header="单位：千万元"),
    "header 亿元": _Print(100_000_000, header="（单位: 亿 元）"),
    "header with currency": _Print(_WAN, header="（单位：人民币万元）"),
    "header with a limit": _Print(_YUAN, header="（100万元以上项目）（元）"),
    "label 元": _Print(_YUAN, label="（元）"),
    "label 元 under 万元": _Print(_YUAN, label="（单位：元）", header="（单位：万元）"),
    "row 元": _Print(_YUAN, above="单位：元"),
    "row 万元": _Print(_WAN, above="（金额单位：万元）"),
    "row 元 over 万元": _Print(_YUAN, above="单位：元", header="（元）"),
}
# In these a number is of another currency, or of one of two units: none of it is known.
_UNKNOWN_PRINTS = {
    "header 美元": _Print(0, header="（单位：美元）"),
    "header two units": _Print(0, header="（单位：万元/元）"),
    "港币 in brackets": _Print(0, "{}（港币）"),
    "units that contradict": _Print(0, "{}万元（元）"),
}
_COUNT_PRINTS = {
    "header 万件": _Print(10_000, header="（单位：万件）"),
    "header 千件": _Print(1_000, header="（千件）"),
    "header 百件": _Print(100, header="（百件）"),
    "label 万件": _Print(10_000, label="（万件）"),
    "万件 in brackets": _Print(10_000, "{}（万件）"),
    "千 in brackets": _Print(1_000, "{}(千)"),
    "unit word 千件": _Print(1_000, "{}（单位：千件）"),
    "row 百件": _Print(100, above="单位：百件"),
    "件 in brackets": _Print(1, "{}（件）"),
    "header 件": _Print(1, header="（单位：件）"),
    "label 件": _Print(1, label="（件）"),
}
# How a change is printed, what its header says, and its sign.
_CHANGE_PRINTS = {
    "减少 behind": ("{}（减少）", "本年增/减", -1),
    "减 behind": ("{}(减)", "本年增/减", -1),
    "负 behind": ("{}（负）", "本年增/减", -1),
    "minus behind": ("{}(-)", "本年增/减", -1),
    "minus at the end": ("{}-", "本年增/减", -1),
    "minus of full width": ("－{}", "本年增/减", -1),
    "minus sign": ("−{}", "本年增/减", -1),
    "减少 before": ("减少{}", "本年增/减", -1),
    "triangle": ("△{}", "本年增/减", -1),
    "black triangle": ("▲{}", "本年增/减", -1),
    "arrow": ("↓{}", "本年增/减", -1),
    "brackets": ("({})", "本年增/减", -1),
    "增加 behind": ("{}（增加）", "本年增/减", 1),
    "header 本年减少": ("{}", "本年减少", -1),
    "header 本年减少数": ("{}", "本年减少数", -1),
    "header 本年减": ("{}", "本年减", -1),
    "header 减": ("{}", "减", -1),
    "header with 减少 in brackets": ("{}", "本年增/减（减少）", -1),
    "header 本年增": ("{}", "本年增", 1),
}


def _put(printout: Printout, path: Path, text: str, truth: Truth, print_: _Print) -> None:
    """Print a cell as it is told, with what stands in its header, in its label and above the header."""
    sheet, line = _place(printout, path)
    line.values[line.paths.index(path)] = text
    printout.truth[path] = truth
    header = next(each for each in sheet.lines if each.kind == HEADER)
    place = line.paths.index(path)
    label = header.values[place].removesuffix("（单位：万元）")
    header.values[place] = f"{label}{print_.header}"
    line.levels[-1] = f"{line.levels[-1]}{print_.label}"
    if print_.above:
        sheet.lines.insert(sheet.lines.index(header), Line(CAPTION, [print_.above]))


def _place(printout: Printout, path: Path) -> tuple[Sheet, Line]:
    return next((sheet, line) for sheet in printout.sheets for line in sheet.lines if path in line.paths)


def _amount(print_: _Print, layout: Layout, rng: random.Random, printout: Printout, _: list[str]) -> bytes | None:
    number = rng.choice(_AMOUNTS)
    value = Decimal(number.replace(",", ""))
    truth = Truth(number, value, value * print_.times) if print_.times else Truth("?", None)
    _put(printout, _AMOUNT[printout.form.id], print_.cell.format(number), truth, print_)
    return page(rng, printout, layout).encode()


def _count(print_: _Print, layout: Layout, rng: random.Random, printout: Printout, _: list[str]) -> bytes | None:
    number = rng.randint(2, 99)
    truth = Truth(str(number), Decimal(number * print_.times))
    _put(printout, _COUNT, print_.cell.format(number), truth, print_)
    if print_.times > 1 and (print_.label or print_.above):  # all cells of its row or table are then as large
        sheet, line = _place(printout, _COUNT)
        for each in sheet.lines if print_.above else (line,):
            for path in each.paths:
                if path != _COUNT:
                    value = printout.truth[path].value
                    printout.truth[path] = Truth("?", None if value is None else value * print_.times)
    return page(rng, printout, layout).encode()


def _change(
    told: tuple[str, str, int], layout: Layout, rng: random.Random, printout: Printout, _: list[str]
) -> bytes | None:
    if printout.form.id != "2019":
        return None
    text, header, sign = told
    number = rng.randint(2, 99)
    sheet, line = _place(printout, _CHANGE)
    place = line.paths.index(_CHANGE)
    line.values[place] = text.format(number)
    printout.truth[_CHANGE] = Truth(line.values[place], Decimal(sign * number))
    next(each for each in sheet.lines if each.kind == HEADER).values[place] = header
    for row in sheet.lines:  # of the rows beside it only a 0 says the same under any header
        if row is not line and row.paths and sign < 0:
            row.values[place] = "0"
            printout.truth[row.paths[place]] = Truth("0", Decimal(0))
    return page(rng, printout, layout).encode()


_LAYOUTS: tuple[tuple[str, Layout], ...] = (("html", html), ("text", tab_rows))
QUIRKS = (
    *(
        Quirk(format_, f"amount {name}", partial(_amount, print_, layout))
        for format_, layout in _LAYOUTS
        for name, print_ in (_AMOUNT_PRINTS | _UNKNOWN_PRINTS).items()
        if format_ == "html" or "\n" not in print_.cell
    ),
    *(
        Quirk(format_, f"count {name}", partial(_count, print_, layout))
        for format_, layout in _LAYOUTS
        for name, print_ in _COUNT_PRINTS.items()
    ),
    *(
        Quirk(format_, f"change {name}", partial(_change, told, layout))
        for format_, layout in _LAYOUTS
        for name, told in _CHANGE_PRINTS.items()
    ),
)
