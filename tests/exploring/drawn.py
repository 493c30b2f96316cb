"""What streamlit's tester drew: the HTML of a page, and that nothing in it does anything."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from streamlit.testing.v1 import AppTest

_TAGS = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "a", "br", "p", "h1"}
_ATTRIBUTES = {"class", "title", "rowspan", "colspan", "href", "target", "rel", "dir"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}


def markup(test: AppTest) -> str:
    """Return the HTML of a page that was drawn without an error."""
    assert not test.exception, test.exception
    assert not test.error, test.error
    return "".join(_body(element) for element in test.get("html"))


def _body(element: Any) -> str:
    body: str = element.proto.body
    return body


def harmless(test: AppTest) -> str:
    """Return the HTML of a page, none of which does anything."""
    drawn = markup(test)
    seen = _Tags()
    seen.feed(drawn)
    assert seen.found <= _TAGS
    assert seen.attributes <= _ATTRIBUTES
    # What is not HTML of ours is drawn from labels, which read Markdown.
    for element in test.markdown:
        assert not element.proto.allow_html
    return drawn
