"""Word documents of a few lines, made by hand for the tests."""

from __future__ import annotations

from benchmarks.corpus.docx import packed
from pipelines.reading import Cell, Document, Grid, Limits, Paragraph
from pipelines.reading.docx import read_document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{RELATIONS}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def relations(**targets: str) -> str:
    """Return relations by kind; the id of each is its kind."""
    lines = (
        f'<Relationship Id="{kind}" Type="{RELATIONS}/{kind.rstrip("0123456789")}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'


def document(body: str, namespaces: str = NAMESPACES) -> str:
    """Return the main part with a body."""
    return f"<w:document {namespaces}><w:body>{body}</w:body></w:document>"


def docx(body: str, parts: dict[str, str] | None = None) -> bytes:
    """Return a document with a body and more parts."""
    first = {"_rels/.rels": relations(officeDocument="word/document.xml"), "word/document.xml": document(body)}
    return packed({**first, **(parts or {})})


def text(words: str) -> str:
    """Return a run."""
    return f"<w:r><w:t>{words}</w:t></w:r>"


def paragraph(words: str, properties: str = "") -> str:
    """Return a paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{text(words)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    """Return a table cell: of paragraphs, or of words."""
    held = content if content.startswith("<") else paragraph(content) if content else "<w:p/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{held}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """Return a table row."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    """Return a table."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def read(body: str, parts: dict[str, str] | None = None) -> Document:
    """Read a document with a body and more parts."""
    return read_document(docx(body, parts), Limits())


def value(content: str, parts: dict[str, str] | None = None) -> Cell:
    """Return the cell that holds content beside another."""
    (grid,) = grids(read(table(row(cell("规章"), cell(content))), parts))
    return grid.rows[0][1]


def grids(found: Document) -> list[Grid]:
    """Return the grids of a document."""
    return [block for block in found.blocks if isinstance(block, Grid)]


def texts(grid: Grid) -> list[list[str]]:
    """Return the texts of a grid by row."""
    return [[cell.text for cell in row] for row in grid.rows]


def lines(found: Document) -> list[str]:
    """Return the paragraphs of a document."""
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]
