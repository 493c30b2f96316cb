"""Small OpenDocument files, and what is read from them."""

from __future__ import annotations

from benchmarks.corpus.docx import packed
from benchmarks.corpus.odf import SPACES
from pipelines.reading import Cell, Document, Grid, read

TEXT, SHEET = "text", "spreadsheet"
_TYPE = "application/vnd.oasis.opendocument."


def content(body: str, *, kind: str = TEXT, styles: str = "") -> str:
    return (
        f"<office:document-content{SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )


def odf(
    body: str, *, kind: str = TEXT, styles: str = "", named: str = "", parts: dict[str, str] | None = None
) -> bytes:
    """Return a file: its body, automatic styles, named styles, and other parts."""
    common = f"<office:document-styles{SPACES}><office:styles>{named}</office:styles></office:document-styles>"
    own = {"mimetype": _TYPE + kind, "content.xml": content(body, kind=kind, styles=styles), "styles.xml": common}
    return packed({**own, **(parts or {})})


def style(name: str, properties: str, *, family: str = "text", parent: str = "") -> str:
    """Return a style with its properties of text, or of tables where the family is of tables."""
    above = f' style:parent-style-name="{parent}"' if parent else ""
    kind = "text" if family in ("text", "paragraph") else family
    inside = f"<style:{kind}-properties {properties}/>"
    return f'<style:style style:name="{name}" style:family="{family}"{above}>{inside}</style:style>'


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def table(*rows: str, columns: int = 2, attributes: str = "") -> str:
    width = f'<table:table-column table:number-columns-repeated="{columns}"/>'
    return f"<table:table {attributes}>{width}{''.join(rows)}</table:table>"


def document(body: str, *, styles: str = "", named: str = "", kind: str = TEXT) -> Document:
    return read(odf(body, styles=styles, named=named, kind=kind))


def grids(found: Document) -> list[Grid]:
    return [block for block in found.blocks if isinstance(block, Grid)]


def only(inside: str, *, styles: str = "", named: str = "") -> Cell:
    """Return how a cell whose paragraph holds this is read; the one before it says what the number is."""
    (grid,) = grids(document(table(row(cell("规章"), cell(inside))), styles=styles, named=named))
    return grid.rows[0][1]
