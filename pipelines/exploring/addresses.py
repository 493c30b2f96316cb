"""Addresses of the explorer's pages: all begin at the root and name the page as a parameter."""

from __future__ import annotations

from urllib.parse import urlencode

# In the order of the sidebar.
NAMES = ("overview", "agencies", "indicators", "audit", "source", "downloads", "office", "sql")


def address(page: str, **parameters: object) -> str:
    """Return the address of a page; parameters that are None or empty are left out."""
    given = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
    return f"/?{urlencode({'page': page, **given})}"


def at_root(path: str, query: str) -> str | None:
    """Return the address at the root for the path that a browser shows while it is on a page, or None for any other.

    Reloaded there, streamlit would look for its server below that path first and print what it did not find.
    """
    name = path.strip("/")
    if name not in NAMES:
        return None
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("page="))
    return f"/?page={name}{'&' if kept else ''}{kept}"
