"""查询: one SELECT statement on the locked-down connection; only where the explorer was started with --sql."""

from __future__ import annotations

import streamlit as st

from pipelines.exploring import display, own_query, session
from pipelines.exploring.connection import MOST_ROWS, QueryRefused, TookTooLong
from pipelines.exploring.csv_files import csv_bytes
from pipelines.releases.layout import SQL_FOLDER
from pipelines.releases.statements import NotReading

_EXAMPLES = SQL_FOLDER / "queries"


def render() -> None:
    """Draw the page."""
    text = session.labels()
    st.html(display.heading(text("page.sql"), text("sql.under", most=display.number(MOST_ROWS))))
    if not session.shows_sql():
        session.empty(text("nothing"))
        return
    examples = {path.stem: path for path in sorted(_EXAMPLES.glob("*.sql"))}
    example = st.selectbox(text("sql.examples"), ["", *examples], format_func=lambda name: name or text("sql.none"))
    begun = examples[example].read_text(encoding="utf-8") if example else "SELECT * FROM report_overview LIMIT 20"
    query = st.text_area(text("sql.query"), begun, height=240, key=f"query-{example}", max_chars=20_000)
    if not st.button(text("sql.run"), type="primary", icon=":material/play_arrow:"):
        return
    try:
        answer = own_query.ask(session.release(), query)
    except NotReading as error:
        session.empty(text("sql.one", detail=display.clean(error)))
        return
    except TookTooLong:
        session.empty(text("took_too_long"))
        return
    except QueryRefused as error:
        session.empty(text("refused", detail=display.clean(error)))
        return
    st.html(display.paragraph(text("sql.rows", n=display.number(answer.rows.height))))
    if answer.is_cut:
        st.html(display.paragraph(text("sql.cut", n=display.number(MOST_ROWS))))
    st.dataframe(display.with_whole_numbers(answer.rows), hide_index=True)
    st.download_button(
        text("indicators.csv"), csv_bytes(answer.rows), "query.csv", "text/csv", icon=":material/download:"
    )
