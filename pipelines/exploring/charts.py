"""Charts, drawn by what streamlit brings along: nothing is fetched, and their menus only save pictures."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

BLUE, RED, GREY = "#1d4f91", "#9a1b1e", "#9aa5b1"
SERIES = ["#1d4f91", "#c4972f", "#9a1b1e", "#4d7c4a", "#6b5b95"]
# Saving a picture happens in the browser; the other entries of the menu would send data to a web site.
_MENU = {"embedOptions": {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}}
_MOST_BARS = 40
_FEW, _WIDE_BAR = 6, 56


def bars(frame: pl.DataFrame, *, label: str, value: str, title: str, share: bool = False, sort: bool = False) -> Any:
    """Return horizontal bars, one per row, with their figures; at most forty."""
    order: Any = alt.EncodingSortField(field=value, order="descending") if sort else None
    kept = (frame.sort(value, descending=True, nulls_last=True) if sort else frame).head(_MOST_BARS)
    base = alt.Chart(alt.InlineData(values=_values(kept, label, value))).encode(
        y=alt.Y("label:N", sort=order or None, title=None, axis=alt.Axis(labelLimit=260, labelOverlap=False)),
        x=alt.X("value:Q", title=title, axis=alt.Axis(format=".0%" if share else ",.0f", tickMinStep=_step(share))),
        tooltip=[alt.Tooltip("label:N", title=""), alt.Tooltip("value:Q", title=title, format=_format(share))],
    )
    marks = base.mark_bar(color=BLUE, height={"band": 0.68})
    figures = base.mark_text(align="left", dx=4, color="#1f2933").encode(
        text=alt.Text("value:Q", format=_format(share))
    )
    return _finished(marks + figures, height=24 * kept.height + 90)


def columns(frame: pl.DataFrame, *, label: str, value: str, title: str, share: bool = False) -> Any:
    """Return upright bars in the order of the rows: years and months."""
    base = alt.Chart(alt.InlineData(values=_values(frame, label, value))).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=title, axis=alt.Axis(format=".0%" if share else ",.0f", tickMinStep=_step(share))),
        tooltip=[alt.Tooltip("label:O", title=""), alt.Tooltip("value:Q", title=title, format=_format(share))],
    )
    # A few years would be walls, many months would touch.
    width = _WIDE_BAR if frame.height <= _FEW else alt.RelativeBandSize(0.6)
    marks = base.mark_bar(color=BLUE, width=width)
    figures = base.mark_text(dy=-7, color="#1f2933").encode(text=alt.Text("value:Q", format=_format(share)))
    return _finished(marks + figures, height=250)


def lines(frame: pl.DataFrame, *, x: str, value: str, series: str, title: str) -> Any:
    """Return lines over years, one per series."""
    values = [{"x": str(row[x]), "value": _number(row[value]), "series": str(row[series])} for row in frame.to_dicts()]
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_line(point=alt.OverlayMarkDef(size=60), strokeWidth=2)
        .encode(
            x=alt.X("x:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("value:Q", title=title, axis=alt.Axis(format=",.0f", tickMinStep=1)),
            color=alt.Color("series:N", title=None, scale=alt.Scale(range=SERIES), sort=None),
            tooltip=[alt.Tooltip("series:N"), alt.Tooltip("x:O"), alt.Tooltip("value:Q", format=",.0f")],
        )
    )
    return _finished(chart, height=280)


def _values(frame: pl.DataFrame, label: str, value: str) -> list[dict[str, Any]]:
    return [{"label": str(row[label]), "value": _number(row[value])} for row in frame.to_dicts()]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _format(share: bool) -> str:
    return ".1%" if share else ",.0f"


def _step(share: bool) -> float:
    return 0.01 if share else 1


def _finished(chart: Any, height: int) -> Any:
    return chart.properties(height=height, usermeta=_MENU).configure_view(strokeWidth=0)
