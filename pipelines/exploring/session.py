"""What pages share: the open release, answers kept by release, the language, the restriction in the sidebar."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import duckdb
import streamlit as st

from pipelines.contracts.rendering import schema_sql
from pipelines.exploring import agencies, audit_findings, display, indicators, overview
from pipelines.exploring.addresses import address
from pipelines.exploring.connection import Database, QueryRefused, TookTooLong
from pipelines.exploring.labels import Labels
from pipelines.exploring.launch import SQL_SWITCH
from pipelines.exploring.restriction import Filter
from pipelines.releases.layout import Layout, NoRelease, project_root, release_to_read
from pipelines.releases.manifest import DATABASE, read_manifest, sha256_of_text

# Two releases: that of the pages which are open, and the one that was published since.
_OPEN_RELEASES = 2
_KEPT_ANSWERS = 400
_RESTRICTIONS, _KEPT_RESTRICTION = ("years", "provinces", "levels", "types", "scope"), "remembered"
_BOUND: Literal["query-params"] = "query-params"
Found = TypeVar("Found")


def layout() -> Layout:
    """Return the project."""
    return Layout(project_root())


@st.cache_resource(max_entries=_OPEN_RELEASES, show_spinner=False, on_release=lambda database: database.close())
def _database(release: str) -> Database:
    return Database(Path(release))


@st.cache_resource(max_entries=_OPEN_RELEASES, show_spinner=False)
def _agencies(release: str) -> Any:
    return agencies.index(_database(release))


def prepare() -> None:
    """Open the newest release, index its agencies and run the queries of first visits, which then wait for nothing."""
    everything, own = Filter(), Filter(scope="own")
    first_queries: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = (
        (overview.choices, ()),
        (overview.provinces, ()),
        (overview.files, ()),
        (overview.totals, (everything,)),
        (audit_findings.by_rule, (everything,)),
        (audit_findings.count, (everything, "", "")),
        (audit_findings.findings, (everything, "", "", 0)),
        (audit_findings.findings_by, (everything, "province")),
        (indicators.rates, (own, "province", "granted")),
    )
    try:
        found = str(release_to_read(layout()))
        some = int(_agencies(found)["agency_key"][0])
        of_some = [(query, (some,)) for query in (agencies.agency, agencies.reports, agencies.series)]
        for query, arguments in (*first_queries, *of_some):
            _kept(found, _name(query), arguments, query)
    except (NoRelease, QueryRefused, TookTooLong, IndexError, duckdb.Error):
        # The first page tells its reader.
        return


def release() -> Path:
    """Return the release of this session: the newest when it began, until its reader asks for a newer one.

    One that is no longer there, since somebody removed it, gives way to the current one. Raises NoRelease.
    """
    kept = st.session_state.get("release")
    if kept is None or not (Path(kept) / DATABASE).is_file():
        st.session_state["release"] = str(release_to_read(layout()))
        st.session_state["release_before"] = kept
    return Path(st.session_state["release"])


def release_before() -> str | None:
    """Return the id of the release that this session's one took the place of since it was removed, once."""
    gone = st.session_state.pop("release_before", None)
    return None if gone is None else Path(gone).name


def database() -> Database:
    """Return the open database of this session's release."""
    return _database(str(release()))


def known_agencies() -> Any:
    """Return the index that agencies are searched in."""
    return _agencies(str(release()))


@st.cache_data(max_entries=_KEPT_ANSWERS, show_spinner=False)
def _kept(release: str, name: str, arguments: tuple[Any, ...], _ask: Callable[..., Any]) -> Any:  # noqa: ARG001
    # `name` stands for the query in the key of what is kept; a function itself is no part of it.
    return _ask(_database(release), *arguments)


def _name(query: Callable[..., Any]) -> str:
    return f"{query.__module__}.{query.__qualname__}"


def ask(query: Callable[..., Found], *arguments: Any) -> Found:
    """Return the answer of a query of the pages, kept for the release.

    Where the database does not answer, the page says so and ends.
    """
    text = labels()
    try:
        found: Found = _kept(str(release()), _name(query), arguments, query)
    except TookTooLong:
        st.html(display.paragraph(text("took_too_long"), "gk-empty"))
        st.stop()
    except QueryRefused as error:
        st.html(display.paragraph(text("refused", detail=str(error)), "gk-empty"))
        st.stop()
    return found


def labels() -> Labels:
    """Return the texts in the language of the session."""
    language = st.session_state.get("language") or st.query_params.get("lang", "zh")
    return Labels("en" if language == "en" else "zh")


def link(page: str, **parameters: object) -> str:
    """Return the address of a page, in the language of the session."""
    language = labels().language
    return address(page, **parameters, lang="" if language == "zh" else language)


def shows_sql() -> bool:
    """Return whether the explorer was started with its SQL page."""
    return os.environ.get(SQL_SWITCH) == "1"


def newer_release() -> Path | None:
    """Return a release that was published since this session began."""
    try:
        found = release_to_read(layout())
    except NoRelease:
        return None
    return found if found != release() else None


def is_of_other_program() -> bool:
    """Return whether the release was made by a program with other tables: some pages may then have no answer."""
    return _schema(str(release())) != sha256_of_text(schema_sql())


@st.cache_resource(show_spinner=False)
def _schema(release: str) -> str:
    return str(read_manifest(Path(release)).get("schema", ""))


def restriction(*, scope: bool, types: bool = True) -> Filter:
    """Draw the restriction of a page in the sidebar and return it; the address holds it, so that it goes along."""
    text = labels()
    known = ask(overview.choices)
    _restore_restriction()

    def options(kind: str) -> list[str]:
        found: list[str] = known.filter(known["kind"] == kind)["choice"].to_list()
        return found

    with st.sidebar:
        years = st.multiselect(
            text("filter.years"), options("year")[::-1], key="years", placeholder=text("all"), bind=_BOUND
        )
        provinces = st.multiselect(
            text("filter.provinces"),
            options("province"),
            key="provinces",
            bind=_BOUND,
            placeholder=text("all"),
            format_func=lambda value: display.clean(value) or text("unknown"),
        )
        levels = _coded("levels", "level", options("level"))
        kinds = _coded("types", "agency_type", options("type")) if types else []
        figures = _scope() if scope else ""
    _keep_restriction()
    return Filter(tuple(map(int, years)), tuple(provinces), tuple(levels), tuple(kinds), figures)


def _restore_restriction() -> None:
    """Restrict as before where the reader comes from a page without restrictions and the address names none."""
    for key, value in st.session_state.get(_KEPT_RESTRICTION, {}).items():
        if key not in st.session_state and key not in st.query_params:
            st.session_state[key] = value


def _keep_restriction() -> None:
    given = {key: st.session_state[key] for key in _RESTRICTIONS if key in st.session_state}
    st.session_state[_KEPT_RESTRICTION] = {**st.session_state.get(_KEPT_RESTRICTION, {}), **given}


def _coded(key: str, kind: str, options: list[str]) -> list[str]:
    text = labels()
    return st.multiselect(
        text(f"filter.{key}"),
        options,
        key=key,
        bind=_BOUND,
        placeholder=text("all"),
        format_func=lambda value: display.clean(text.of(kind, value)),
    )


def _scope() -> str:
    text = labels()
    chosen: str = st.radio(
        text("filter.scope"),
        ["own", "summary"],
        key="scope",
        bind=_BOUND,
        format_func=lambda value: text.of("scope", value),
        help=text("scope.help"),
    )
    return chosen


def empty(message: str) -> None:
    """Say that there is nothing to show."""
    st.html(display.paragraph(message, "gk-empty"))


def number_in(name: str) -> int | None:
    """Return a key from the address, or None where it is no key."""
    given = st.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 16 else None
