"""Charts as specifications of Vega-Lite, which streamlit brings along: nothing is fetched, menus only save pictures.

They are written as they are sent: building and checking them with Altair took longer than the query.
"""

from __future__ import annotations

from typing import Any

import polars as pl

BLUE = "#1d4f91"
SERIES = ["#1d4f91", "#c4972f", "#9a1b1e", "#4d7c4a", "#6b5b95"]
_INK = "#1f2933"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# Saving a picture happens in the browser; the other entries of the menu would send data to a web site.
_MENU = {"embedOptions": {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}}
_MOST_BARS = 40
# A few years would be walls, many months would touch.
_BAR_WIDTH = "min(56, bandwidth('x') * 0.6)"
Spec = dict[str, Any]


def bars(frame: pl.DataFrame, *, label: str, value: str, title: str, share: bool = False, sort: bool = False) -> Spec:
    """Return horizontal bars, one per row, with their figures; at most forty."""
    kept = (frame.sort(value, descending=True, nulls_last=True) if sort else frame).head(_MOST_BARS)
    names = {"field": "label", "type": "nominal", "sort": None, "title": None}
    return _finished(
        {
            "data": {"values": _values(kept, label, value)},
            "encoding": {
                "y": {**names, "axis": {"labelLimit": 260, "labelOverlap": False}},
                "x": _quantity(title, share),
                "tooltip": _tooltip("nominal", title, share),
            },
            "layer": [
                {"mark": {"type": "bar", "color": BLUE, "height": {"band": 0.68}}},
                {**_figures(share), "mark": {"type": "text", "align": "left", "dx": 4, "color": _INK}},
            ],
        },
        height=24 * kept.height + 90,
    )


def columns(frame: pl.DataFrame, *, label: str, value: str, title: str, share: bool = False) -> Spec:
    """Return upright bars in the order of the rows: years and months."""
    return _finished(
        {
            "data": {"values": _values(frame, label, value)},
            "encoding": {
                "x": {"field": "label", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0}},
                "y": _quantity(title, share),
                "tooltip": _tooltip("ordinal", title, share),
            },
            "layer": [
                {"mark": {"type": "bar", "color": BLUE, "width": {"expr": _BAR_WIDTH}}},
                {**_figures(share), "mark": {"type": "text", "dy": -7, "color": _INK}},
            ],
        },
        height=250,
    )


def lines(frame: pl.DataFrame, *, x: str, value: str, series: str, title: str) -> Spec:
    """Return lines over years, one per series."""
    values = [{"x": str(row[x]), "value": _number(row[value]), "series": str(row[series])} for row in frame.to_dicts()]
    named = {"field": "series", "type": "nominal"}
    return _finished(
        {
            "data": {"values": values},
            "mark": {"type": "line", "point": {"size": 60}, "strokeWidth": 2},
            "encoding": {
                "x": {"field": "x", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
                "y": _quantity(title, share=False),
                "color": {**named, "title": None, "scale": {"range": SERIES}, "sort": None},
                "tooltip": [
                    named,
                    {"field": "x", "type": "ordinal"},
                    {"field": "value", "type": "quantitative", "format": ",.0f"},
                ],
            },
        },
        height=280,
    )


def _values(frame: pl.DataFrame, label: str, value: str) -> list[dict[str, Any]]:
    return [{"label": str(row[label]), "value": _number(row[value])} for row in frame.to_dicts()]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _quantity(title: str, share: bool) -> Spec:
    axis = {"format": ".0%" if share else ",.0f", "tickMinStep": 0.01 if share else 1}
    return {"field": "value", "type": "quantitative", "title": title, "axis": axis}


def _figures(share: bool) -> Spec:
    return {"encoding": {"text": {"field": "value", "type": "quantitative", "format": _format(share)}}}


def _tooltip(kind: str, title: str, share: bool) -> list[Spec]:
    value = {"field": "value", "type": "quantitative", "title": title, "format": _format(share)}
    return [{"field": "label", "type": kind, "title": ""}, value]


def _format(share: bool) -> str:
    return ".1%" if share else ",.0f"


def _finished(spec: Spec, height: int) -> Spec:
    # Data above the layers would be sent beside the chart, which is then drawn twice, the first time without any.
    frame = {"layer": [spec], "height": height, "usermeta": _MENU, "config": {"view": {"strokeWidth": 0}}}
    return {"$schema": _SCHEMA, **frame}
