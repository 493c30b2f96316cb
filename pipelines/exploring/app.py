"""The explorer's pages and what stands around them. Streamlit runs this file; `launch` starts streamlit."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from pipelines.exploring import display, session
from pipelines.exploring.addresses import NAMES
from pipelines.exploring.labels import LANGUAGES
from pipelines.exploring.pages import agency, audit, download, indicator, office, query, source, summary
from pipelines.releases.layout import NoRelease
from pipelines.releases.verified import DamagedRelease, ForbiddenRelease

# A file of our own: the names of streamlit's icons are fetched from the web for the tab of the browser.
_ICON = Path(__file__).with_name("icon.svg")
_LINKS = Path(__file__).with_name("links.js")
_DRAWN = {
    "overview": (summary.render, ":material/dashboard:"),
    "agencies": (agency.render, ":material/account_balance:"),
    "indicators": (indicator.render, ":material/bar_chart:"),
    "audit": (audit.render, ":material/fact_check:"),
    "source": (source.render, ":material/find_in_page:"),
    "downloads": (download.render, ":material/download:"),
    "office": (office.render, ":material/inbox:"),
    "sql": (query.render, ":material/terminal:"),
}


def main() -> None:
    """Draw the page that the address names."""
    text = session.labels()
    st.set_page_config(page_title=text("app.title"), page_icon=str(_ICON), layout="wide")
    st.html(display.stylesheet(text("app.title"), text("office.choose")))
    # Nothing but this file: what reports hold never gets here.
    st.html(f"<script>{_LINKS.read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)
    names = [name for name in NAMES if name != "sql" or session.shows_sql()]
    first = names[0] if _has_release() else "office"
    pages = {name: _page(name, is_first=name == first) for name in names}
    chosen = st.navigation(list(pages.values()), position="sidebar")
    requested = st.query_params.get("page", "")
    if requested in pages:
        kept = {name: value for name, value in st.query_params.items() if name != "page"}
        st.switch_page(pages[requested], query_params=kept)
    if chosen is pages["office"]:
        chosen.run()
        _foot()
        return
    try:
        session.release()
    except (DamagedRelease, NoRelease) as error:
        session.empty(_why_none(error))
        st.page_link(pages["office"], label=text("office.go"))
        _foot()
        return
    _newer()
    if session.is_of_other_program():
        session.empty(text("release.other"))
    chosen.run()
    _foot()


def _why_none(error: NoRelease) -> str:
    text = session.labels()
    if not isinstance(error, DamagedRelease):
        return text("release.none")
    name = "release.forbidden" if isinstance(error, ForbiddenRelease) else "release.damaged"
    return text(name, detail=display.clean(error))


def _has_release() -> bool:
    """Tell whether there is a release, which may be damaged: without any the page for offices is the first."""
    try:
        session.release()
    except DamagedRelease:
        return True
    except NoRelease:
        return False
    return True


def _page(name: str, *, is_first: bool) -> st.Page:
    render, icon = _DRAWN[name]
    title = session.labels()(f"page.{name}")
    return st.Page(render, title=title, icon=icon, url_path=name, default=is_first)


def _newer() -> None:
    text = session.labels()
    gone = session.release_before()
    if gone is not None:
        st.html(display.paragraph(text("release.gone", old=gone, id=session.release().name), "gk-empty"))
    newer = session.newer_release()
    if newer is None:
        return
    st.html(display.paragraph(text("release.newer", id=newer.name, old=session.release().name), "gk-empty"))
    if st.button(text("release.switch"), type="primary"):
        st.session_state["release"] = str(newer)
        st.rerun()


def _foot() -> None:
    text = session.labels()
    with st.sidebar:
        st.radio(
            text("language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key="language",
            index=list(LANGUAGES).index(text.language),
            horizontal=True,
        )
        with suppress(DamagedRelease, NoRelease):
            st.html(display.paragraph(text("release.note", id=session.release().name)))


if __name__ == "__main__":
    main()
