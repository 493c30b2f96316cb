"""Random reports of both forms as abstract tables with known truth; `layouts` prints them, `damage` damages them.

The truth of a cell is what the agency meant it to hold. A damage may hide it from the reader, never change it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from pipelines.forms import FORMS, Form, Row, Table

Path = tuple[str, str, str]
CAPTION, HEADER, ROW = "caption", "header", "row"
_DENIED = ("（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理")
_GROUPS = {"denied": _DENIED[0], "unable": _DENIED[1], "not_processed": _DENIED[2], "other_processing": _DENIED[3]}
_NOTE = "（区分处理的，只计这一情形，不计其他情形）"
_TEXTS = ("本单位未制作规章", "增", "见附件", "约5", "3.5.1")
_NILS = ("-", "—", "/", "无")


class Truth(NamedTuple):
    """What a cell holds: its printed text, and the number that text states (None: blank, mark or words).

    `yuan` is what an amount means, where its file tells the unit.
    """

    text: str
    value: Decimal | None
    yuan: Decimal | None = None


@dataclass
class Line:
    """A row of a table: label levels (None: the label above goes on), then value cells with their paths.

    `before` are cells that stand before the labels, such as the number of the row.
    """

    kind: str
    levels: list[str | None]
    values: list[str] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    row_id: str = ""
    merged: bool = False
    before: list[str] = field(default_factory=list)

    def cells(self, *, leading: bool = False) -> list[str]:
        """Return the printed cells; with `leading` a label that goes on is an empty cell."""
        labels = ["" if level is None else level for level in self.levels if level is not None or leading]
        return [*self.before, *labels, *self.values]


@dataclass
class Sheet:
    """One table: its lines in printed order; `added` are columns that an agency added to the form's."""

    table: str
    lines: list[Line]
    added: int = 0


@dataclass
class Printout:
    """A random report before it is printed: form, sheets by section, the truth of every cell.

    `lost` are cells that a damage took out of the file: nothing may be read there but that nothing is there.
    """

    form: Form
    sheets: list[Sheet]
    truth: dict[Path, Truth]
    lost: set[Path] = field(default_factory=set)

    def rows(self) -> list[Line]:
        """Return all lines that carry values."""
        return [line for sheet in self.sheets for line in sheet.lines if line.kind == ROW]


def random_printout(rng: random.Random, form_id: str, *, blanks: float = 0.0, words: float = 0.0) -> Printout:
    """Return a report with random cells; `blanks` and `words` are shares of cells."""
    form = FORMS[form_id]
    return printout_of(form, {path: _truth(rng, form, path, blanks, words) for path in form.cell_paths})


def printout_of(form: Form, truth: dict[Path, Truth]) -> Printout:
    """Return a report with these cells, one for each cell path of the form."""
    return Printout(form, [_sheet(table, truth) for table in form.tables], truth)


def _truth(rng: random.Random, form: Form, path: Path, blanks: float, words: float) -> Truth:
    chance = rng.random()
    if chance < blanks:
        return Truth("", None)
    if chance < blanks + words:
        return Truth(rng.choice((*_TEXTS, *_NILS)), None)
    kind = form.table_by_id[path[0]].column_by_id[path[2]].kind
    number = 0 if rng.random() < 0.4 else rng.choice((rng.randint(1, 9), rng.randint(10, 99999)))
    if kind == "amount":
        return _amount(rng, number)
    if kind == "change" and number:
        sign, text = rng.choice(((1, "+{}"), (-1, "-{}"), (1, "增{}"), (1, "增加{}"), (-1, "减{}"), (1, "{}")))
        return Truth(text.format(number), Decimal(sign * number))
    style = rng.choice(("{}", "{}", "{}", "{}", "{:,}", "{}件"))
    return Truth(style.format(number), Decimal(number))


def _amount(rng: random.Random, number: int) -> Truth:
    cents = rng.choice(("", "", f".{rng.randint(1, 99):02}", f".{rng.randint(1, 999999):06}"))
    return Truth(f"{number}{cents}{rng.choice(('', '', '万元', '元'))}", Decimal(f"{number}{cents}"))


def _sheet(table: Table, truth: dict[Path, Truth]) -> Sheet:
    if table.id == "applications":
        return Sheet(table.id, [*_applications_header(), *_application_rows(table, truth)])
    if table.id == "reviews":
        return _reviews(table, truth)
    caption = Line(CAPTION, [table.label.zh])
    unit = "（单位：万元）" if table.columns[0].id == "amount_collected" else ""
    header = Line(HEADER, ["信息内容"], [f"{column.label}{unit}" for column in table.columns])
    return Sheet(table.id, [caption, header, *(_row(table, row, [row.label], truth) for row in table.rows)])


def _row(table: Table, row: Row, levels: list[str | None], truth: dict[Path, Truth]) -> Line:
    paths = [(table.id, row.id, column.id) for column in table.columns]
    return Line(ROW, levels, [truth[path].text for path in paths], paths, row.id)


def _applications_header() -> list[Line]:
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    lower = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    return [
        Line(HEADER, [note], ["申请人情况"]),
        Line(HEADER, [None], ["自然人", "法人或其他组织", "总计"]),
        Line(HEADER, [None], lower),
    ]


def _application_rows(table: Table, truth: dict[Path, Truth]) -> list[Line]:
    lines: list[Line] = []
    seen: set[str] = set()
    for row in table.rows:
        levels: list[str | None]
        if row.role in ("received", "carried_in", "carried_out"):
            levels = [f"{row.number}、{row.label}"]
        elif "." not in row.id:
            note = _NOTE if row.id == "partially_granted" else ""
            levels = [None if "outcome" in seen else "三、本年度办理结果", f"（{row.number}）{row.label}{note}"]
            seen.add("outcome")
        else:
            group = row.id.split(".")[0]
            levels = [None, None if group in seen else _GROUPS[group], f"{row.number}.{row.label}"]
            seen.add(group)
        lines.append(_row(table, row, levels, truth))
    return lines


def _reviews(table: Table, truth: dict[Path, Truth]) -> Sheet:
    results = [column.label for column in table.columns]
    paths = [(table.id, row.id, column.id) for row in table.rows for column in table.columns]
    lines = [
        Line(HEADER, [], ["行政复议", "行政诉讼"]),
        Line(HEADER, [], [*results, "未经复议直接起诉", "复议后起诉"]),
        Line(HEADER, [], [*results, *results]),
        Line(ROW, [], [truth[path].text for path in paths], paths, "reviews"),
    ]
    return Sheet(table.id, lines)
