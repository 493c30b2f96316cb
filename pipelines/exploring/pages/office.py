"""报送汇总: an office gives its units' reports and gets who is missing, what counts, what is wrong.

It needs no release. Belongs here: what can be chosen, and that the work is done once. Keep out: results.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st

from pipelines import Told
from pipelines.exploring import collecting_reports, display, session
from pipelines.exploring.collecting_reports import FILE, NO_ROSTER, PREVIOUS, TOWNS, Asked
from pipelines.exploring.given_reports import Upload
from pipelines.exploring.labels import LANGUAGES, Labels
from pipelines.exploring.pages import office_results
from pipelines.messages import message_in
from pipelines.office.rounds_told import BEIJING
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import NoRelease
from pipelines.releases.verified import DamagedRelease

_PLACE, _FILES, _FOLDER = "place", "files", "folder"
# What a session keeps: the result and what it is of, why there is none, what the button was pressed for, that it works.
_MADE, _FAILED, _PRESSED, _WORKING = "office-made", "office-failed", "office-pressed", "office-working"
# That a check began, until it ended.
_BEGUN = "office-begun"
_CHOICES = "office-choices"
_KEPT_OFF = f"<style>.st-key-{_CHOICES} {{ pointer-events: none; opacity: .55; }}</style>"
# The first year that reports are of, and what stands for the year of most of them.
_FIRST_YEAR, _OF_MOST = 2008, 0
# A check that is ending does so when a part of its work is done.
_ENDING_SECONDS = 60.0
_LONGEST_PATH, _LONGEST_NAME = 4_000, 100
_ROSTERS = ["csv", "xlsx", "xls", "et"]
# Which files a widget holds: they have no content to be compared by.
_Key = tuple[object, ...]


def render() -> None:
    """Draw the page."""
    text = session.labels()
    st.html(display.heading(text("page.office"), text("office.under")))
    st.html(display.paragraph(text("office.nothing_kept", most=DEFAULT_LIMITS.input_bytes // 2**20)))
    # Work is a run of its own, which begins with everything that was chosen drawn as such.
    pressed: tuple[Asked, _Key] | None = st.session_state.pop(_PRESSED, None)
    is_asked = pressed is not None
    made = st.session_state.get(_MADE)
    # Streamlit forgets what was chosen last in a widget that is disabled right after; so only the mouse is kept off.
    if is_asked:
        st.html(_KEPT_OFF)
    with st.expander(text("office.choices"), expanded=made is None and not is_asked), st.container(key=_CHOICES):
        asked, key = _choices(text)
    label = text("office.again" if made else "office.start")
    if st.button(label, type="primary", icon=":material/fact_check:", disabled=is_asked, key="office-start"):
        st.session_state[_PRESSED] = (asked, key)
        st.rerun()
    if pressed is not None:
        _work(text, *pressed)
        st.rerun()
    if st.session_state.pop(_BEGUN, False):
        session.empty(text("office.stopped"))
    failed = st.session_state.get(_FAILED)
    if failed is not None and failed[1] == key:
        session.empty(text("office.failed", why=display.clean(failed[0][text.language])))
    if made is not None:
        if made[1] != key:
            session.empty(text("office.changed"))
        office_results.render(text, made[0])


def _choices(text: Labels) -> tuple[Asked, _Key]:
    """Draw what can be chosen; returns it, and what tells whether it changed."""
    with st.container(border=True):
        place, files = _reports(text)
    with st.container(border=True):
        st.markdown(f"**{display.markdown(text('office.options'))}**")
        roster, year, county = _options(text)
        own = None
        if roster == FILE:
            own = st.file_uploader(text("office.roster_file"), _ROSTERS, key="office-roster-file")
        left, right = st.columns(2)
        government = left.file_uploader(
            text("office.government"), help=text("office.government_help"), key="office-government"
        )
        before = right.file_uploader(
            text("office.before"), ["zip"], help=text("office.before_help"), key="office-before"
        )
    asked = Asked(
        place=place,
        uploads=tuple(map(_upload, files)),
        year=year or None,
        county=county.strip() or None,
        roster=roster,
        roster_file=_upload(own) if own is not None else None,
        release=_release(),
        government=_upload(government) if government is not None else None,
        before=_upload(before) if before is not None else None,
    )
    sent = tuple(getattr(each, "file_id", None) for each in (*files, own, government, before))
    return asked, (place, roster, year, county, *sent)


def _options(text: Labels) -> tuple[str, int, str]:
    """Draw the choice of roster, year and county, and return them."""
    first, second, third = st.columns([2, 1, 1])
    roster = first.selectbox(
        text("office.roster"),
        _rosters(),
        format_func=lambda value: text(f"office.roster.{value}"),
        key=_key(text, "roster"),
    )
    year = second.selectbox(
        text("office.year"),
        [_OF_MOST, *range(datetime.now(BEIJING).year, _FIRST_YEAR - 1, -1)],
        format_func=lambda value: text("office.year_of_most") if value == _OF_MOST else str(value),
        key=_key(text, "year"),
    )
    county = third.text_input(
        text("office.county"),
        placeholder=text("office.county_example"),
        help=text("office.county_help"),
        max_chars=_LONGEST_NAME,
        key="office-county",
    )
    return roster, year, county


def _reports(text: Labels) -> tuple[str, list[Any]]:
    """Draw from where reports are taken; returns the path of a place, or the files that were sent."""
    st.markdown(f"**{display.markdown(text('office.reports'))}**")
    source = st.radio(
        text("office.from"),
        [_PLACE, _FILES, _FOLDER],
        format_func=lambda value: text(f"office.from.{value}"),
        horizontal=True,
        key=_key(text, "from"),
        label_visibility="collapsed",
    )
    if source == _PLACE:
        place = st.text_input(
            text("office.place"),
            placeholder=text("office.place_example"),
            help=text("office.place_help"),
            max_chars=_LONGEST_PATH,
            key="office-place",
        )
        return place, []
    if source == _FOLDER:
        return "", st.file_uploader(text("office.folder"), accept_multiple_files="directory", key="office-folder")
    return "", st.file_uploader(text("office.files"), accept_multiple_files=True, key="office-files")


def _key(text: Labels, name: str) -> str:
    """Return the key of a choice, which a browser knows by the words of one language; in another it is the same."""
    keys = {language: f"office-{name}-{language}" for language in LANGUAGES}
    own = keys.pop(text.language)
    for other in keys.values():
        if other in st.session_state and own not in st.session_state:
            st.session_state[own] = st.session_state[other]
    return own


def _upload(file: Any) -> Upload:
    return Upload(file.name, file.getbuffer())


def _rosters() -> list[str]:
    """Return what can be the roster; last year's units only where a release has them."""
    return [NO_ROSTER, FILE, TOWNS] if _release() is None else [NO_ROSTER, FILE, TOWNS, PREVIOUS]


def _release() -> Path | None:
    """Return the release that has figures of the year before; a new office has none."""
    try:
        return session.release()
    except (NoRelease, DamagedRelease):
        return None


def _work(text: Labels, asked: Asked, key: _Key) -> None:
    """Check what was asked for and keep the result in the session; a check that is still ending is waited for."""
    lock: Lock = st.session_state.setdefault(_WORKING, Lock())
    with st.container(border=True):
        bar = st.progress(0.0, message_in(text.language, "progress.extracting"))
        # Pressing it runs the page anew, and that ends what runs.
        st.button(text("office.stop"), icon=":material/stop_circle:", key="office-stop")
    if not lock.acquire(timeout=_ENDING_SECONDS):
        session.empty(text("office.busy"))
        st.stop()
    st.session_state[_BEGUN] = True
    try:
        made = collecting_reports.collect(asked, text.language, lambda *told: _show(bar, text, *told))
        # Where another run has begun, this ends here: its result is no longer asked for.
        bar.progress(1.0)
        st.session_state.pop(_BEGUN, None)
    except (Told, OSError) as error:
        st.session_state.pop(_BEGUN, None)
        told = {language: collecting_reports.told(error, language) for language in LANGUAGES}
        st.session_state[_FAILED] = (told, key)
        st.session_state.pop(_MADE, None)
    else:
        st.session_state[_MADE] = (made, key)
        st.session_state.pop(_FAILED, None)
    finally:
        lock.release()


def _show(bar: Any, text: Labels, code: str, share: float, finished: int, total: int) -> None:
    what = message_in(text.language, code)
    told = text("office.counted", what=what, finished=finished, total=total) if total else what
    bar.progress(min(share, 1.0), told)
