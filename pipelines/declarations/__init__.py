"""Declarations: the YAML files of this project, each read strictly into one pydantic model.

    class Organs(Declaration):
        types: tuple[OrganType, ...]
        systems: dict[Annotated[str, OneOf("system", lambda: SYSTEMS)], tuple[FreeText, ...]]

    organs = load(Path(__file__).with_name("organs.yml"), Organs, also=_words_once)

A file that is not what its model says raises one DeclarationError that lists every fault as
`file:line: place: what was expected; did you mean X? Known: ...`.

- A record is a `Declaration`, a file that is a mapping of free keys or a list is a `RootDeclaration`. Both are frozen,
  know no other keys, and convert nothing: `code: 110000` is no text, `"3"` no number.
- A key that stands twice is a fault. Only `true` and `false` are booleans (`no` is text); a number is plain decimal.
- A reference to what stands elsewhere is `Annotated[str, OneOf("cell", cell_paths)]`; what spans several fields is a
  check: it takes the model and yields `Wrong(("types", 3, "id"), "...")`, and the line is found by the loader; what
  `repeated`, `left_out` and `unknown_among` yield are parts of such checks.
- Words for readers are `FreeText`, names given by others `External`, regular expressions `Regex`: one wrong letter in
  them cannot be seen. Every other text is a key or a reference, and tests change each by a letter to see it refused.

Belongs here: reading, locating and explaining. Keep out: what any file declares; polars, pandera and duckdb, because
worker processes load declarations when they start.
"""

from pipelines.declarations.checks import left_out, repeated, unknown_among
from pipelines.declarations.faults import DeclarationError, Fault, Place, Wrong, unknown
from pipelines.declarations.kinds import Declaration, External, FreeText, OneOf, Regex, RootDeclaration
from pipelines.declarations.loading import load, parse, refused

__all__ = [
    "Declaration",
    "DeclarationError",
    "External",
    "Fault",
    "FreeText",
    "OneOf",
    "Place",
    "Regex",
    "RootDeclaration",
    "Wrong",
    "left_out",
    "load",
    "parse",
    "refused",
    "repeated",
    "unknown",
    "unknown_among",
]
