"""下载: the exports of `gongkai export`, for the reports chosen in the sidebar."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pipelines.exploring import display, exports, overview, session
from pipelines.exploring.exports import FORMATS, MOST_REPORTS, NotExported
from pipelines.exploring.labels import Labels
from pipelines.exploring.restriction import Filter

_COMMAND = "gongkai export DIR --format xlsx --summary --year 2020"
_MADE = "made_export"


def render() -> None:
    """Draw the page."""
    text = session.labels()
    # The exports know no types of agencies.
    chosen = replace(session.restriction(scope=False, types=False), types=())
    st.html(display.heading(text("page.downloads"), text("downloads.under")))
    reports = session.ask(overview.totals, chosen)["reports"]
    count = reports if isinstance(reports, int) else 0
    st.html(display.cards([(text("reports"), display.number(count), text("downloads.selected_note"))]))
    st.html(display.paragraph(text("downloads.note")))
    if not count:
        session.empty(text("nothing"))
        return
    file_format = st.radio(
        text("downloads.format"), FORMATS, format_func=lambda value: text(f"downloads.{value}"), key="export-format"
    )
    if count > MOST_REPORTS[file_format]:
        session.empty(text("downloads.too_many", most=display.number(MOST_REPORTS[file_format])))
    elif st.button(text("downloads.prepare"), type="primary", icon=":material/build:"):
        _make(text, chosen, file_format)
    kept = st.session_state.get(_MADE)
    if kept is not None and kept[:2] == (chosen, file_format):
        name, data = kept[2]
        st.download_button(text("downloads.save", name=name), data, name, icon=":material/download:", on_click="ignore")
    st.html(display.paragraph(text("downloads.command", command=_COMMAND)))


def _make(text: Labels, chosen: Filter, file_format: str) -> None:
    shown = st.progress(0.0, text("downloads.making"))
    try:
        made = exports.export(
            session.release(),
            chosen,
            file_format,
            text.language,
            progress=lambda done: shown.progress(done, text("downloads.making")),
        )
        st.session_state[_MADE] = (chosen, file_format, made)
    except NotExported as error:
        session.empty(text("downloads.failed", detail=display.clean(error)))
    shown.empty()
