"""The overview as a page of its own. Keep out: rows and words (`overview_rows`), style (`page`)."""

from __future__ import annotations

from pipelines.office.overview_rows import OTHER_COLUMNS, Overview
from pipelines.office.page import page, row, table, text_of


def overview_page(overview: Overview) -> str:
    """Return the page: sentences, units worst first, and every file that is of no unit."""
    notes = "".join(f"<li>{text_of(note)}</li>" for note in overview.notes())
    lines = (row(line.values, style=line.severity or "", marked=overview.state_column) for line in overview.units())
    parts = [f"<ul>{notes}</ul>", table(overview.headings(overview.unit_columns), lines)]
    if others := [row(each) for each in overview.others()]:
        heading = text_of(overview.words.say("overview.sheet_others"))
        parts += [f"<h2>{heading}</h2>", table(overview.headings(OTHER_COLUMNS), others)]
    return page(overview.words.title, parts, overview.language, is_wide=True)
