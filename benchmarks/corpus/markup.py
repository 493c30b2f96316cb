"""The tables of the forms as HTML with the official spans, in the markup that Word and web editors leave behind.

Belongs here: rows, spans and the dress of a cell. Keep out: figures (`figures`), the page around them (`portal`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby

from benchmarks.corpus.figures import Figure, Path
from pipelines.forms import Form, Row, Table

Dress = Callable[[str, int, int], str]
_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_GROUPS = {
    "denied": "（三）不予公开",
    "unable": "（四）无法提供",
    "not_processed": "（五）不予处理",
    "other_processing": "（六）其他处理",
}
_PARTLY = "（区分处理的，只计这一情形，不计其他情形）"
# Grid columns beside the label: divisible by one, two and three columns.
_ITEM_WIDTH = 6

_WORD_TD = (
    "border-top:none;border-left:none;border-bottom:solid windowtext 1.0pt;border-right:solid windowtext 1.0pt;"
    "padding:0cm 5.4pt 0cm 5.4pt;height:18.0pt"
)
_WORD_SPAN = "font-size:9.0pt;font-family:宋体;mso-bidi-font-family:宋体;color:black;mso-font-kerning:0pt"


def _spans(colspan: int, rowspan: int) -> str:
    return (f' colspan="{colspan}"' if colspan > 1 else "") + (f' rowspan="{rowspan}"' if rowspan > 1 else "")


def word_cell(text: str, colspan: int = 1, rowspan: int = 1) -> str:
    """Return a cell as Word saves it; a numbered label is broken into two spans, as fonts change there."""
    numbered = text[1:2] == "." and not text.isascii()
    head, dot, rest = text.partition(".") if numbered else ("", "", text)
    parts = ([("EN-US", f"{head}{dot}")] if dot else []) + [("EN-US" if rest.isascii() else "ZH-CN", rest)]
    inner = "".join(
        f'<span lang="{lang}" style="{_WORD_SPAN}">{escape(part) or "&nbsp;"}</span>' for lang, part in parts
    )
    return (
        f'<td width="{53 * colspan}"{_spans(colspan, rowspan)} valign="center" style="{_WORD_TD}">\r\n'
        f'  <p class="MsoNormal" align="center" style="text-align:center;mso-pagination:widow-orphan">{inner}</p>\r\n'
        "  </td>\r\n"
    )


def editor_cell(text: str, colspan: int = 1, rowspan: int = 1) -> str:
    """Return a cell as web editors keep it after pasting."""
    return (
        f'<td{_spans(colspan, rowspan)} style="word-break: break-all; border-width: 1px; padding: 0px 7px;">'
        f'<p style="text-align:center;"><span style="font-family: 宋体;"><span style="font-size: 12px;">'
        f"{escape(text) or '&nbsp;'}</span></span></p></td>\n"
    )


def bare_cell(text: str, colspan: int = 1, rowspan: int = 1) -> str:
    """Return a cell without any dress, as reporting systems print it."""
    return f"<td{_spans(colspan, rowspan)}>{escape(text)}</td>"


DRESSES: tuple[Dress, ...] = (word_cell, word_cell, word_cell, editor_cell, editor_cell, bare_cell)


def _tr(cells: Iterable[str]) -> str:
    return f'<tr style="height:18.0pt">\n{"".join(cells)}</tr>\n'


def _table(rows: Iterable[str]) -> str:
    attributes = 'class="MsoNormalTable" border="0" cellspacing="0" cellpadding="0" style="border-collapse:collapse"'
    return f"<table {attributes}><tbody>\n{''.join(rows)}</tbody></table>\n"


def item_tables(rng: random.Random, form: Form, figures: dict[Path, Figure], dress: Dress) -> str:
    """Return the tables of section two, as one table or as one per item of article 20."""
    tables = [table for table in form.tables if table.item is not None]
    if rng.random() < 0.5:
        return _table(row for table in tables for row in _item_rows(table, figures, dress, _ITEM_WIDTH))
    parts = (_table(_item_rows(table, figures, dress, len(table.columns))) for table in tables)
    return "<p>&nbsp;</p>".join(parts)


def _item_rows(table: Table, figures: dict[Path, Figure], dress: Dress, width: int) -> list[str]:
    span = width // len(table.columns)
    unit = "（单位：万元）" if table.columns[0].id == "amount_collected" else ""
    header = (dress(f"{column.label}{unit}", span, 1) for column in table.columns)
    rows = [_tr([dress(table.label.zh, width + 1, 1)]), _tr([dress("信息内容", 1, 1), *header])]
    for row in table.rows:
        values = (dress(figures[table.id, row.id, column.id].text, span, 1) for column in table.columns)
        rows.append(_tr([dress(row.label, 1, 1), *values]))
    return rows


def applications_table(form: Form, figures: dict[Path, Figure], dress: Dress) -> str:
    """Return the table of section three."""
    table = form.table_by_id["applications"]
    outcomes = sum(row.role == "outcome" for row in table.rows)
    rows, started = _applications_header(table, dress), False
    for group, members in groupby(table.rows, key=lambda row: row.group or row.id):
        found = list(members)
        for position, row in enumerate(found):
            cells = []
            if row.role == "outcome" and not started:
                cells.append(dress("三、本年度办理结果", 1, outcomes))
                started = True
            if row.group and position == 0:
                cells.append(dress(_GROUPS[group], 1, len(found)))
            cells.append(_row_label(row, dress))
            values = (dress(figures[table.id, row.id, column.id].text, 1, 1) for column in table.columns)
            rows.append(_tr([*cells, *values]))
    return _table(rows)


def _row_label(row: Row, dress: Dress) -> str:
    if row.group:
        return dress(f"{row.number}.{row.label}", 1, 1)
    if row.role == "outcome":
        return dress(f"（{row.number}）{row.label}{_PARTLY if row.id == 'partially_granted' else ''}", 2, 1)
    return dress(f"{row.number}、{row.label}", 3, 1)


def _applications_header(table: Table, dress: Dress) -> list[str]:
    lower = [column.label for column in table.columns if column.parent]
    return [
        _tr([dress(_NOTE, 3, 3), dress("申请人情况", len(table.columns), 1)]),
        _tr([dress("自然人", 1, 2), dress("法人或其他组织", len(lower), 1), dress("总计", 1, 2)]),
        _tr(dress(label, 1, 1) for label in lower),
    ]


def reviews_table(form: Form, figures: dict[Path, Figure], dress: Dress) -> str:
    """Return the table of section four: one row of figures under three groups of columns."""
    table = form.table_by_id["reviews"]
    results = [column.label for column in table.columns]
    width = len(results)
    channels = [row.label for row in table.rows[1:]]
    values = (dress(figures[table.id, row.id, column.id].text, 1, 1) for row in table.rows for column in table.columns)
    return _table(
        [
            _tr([dress("行政复议", width, 1), dress("行政诉讼", width * len(channels), 1)]),
            _tr([*(dress(r, 1, 2) for r in results), *(dress(channel, width, 1) for channel in channels)]),
            _tr(dress(result, 1, 1) for _ in channels for result in results),
            _tr(values),
        ]
    )
