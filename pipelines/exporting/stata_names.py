"""Names of columns in Stata, which takes 32 characters and no reserved word: a column's own name, or a declared one.

Belongs here: what Stata takes, and stata_names.yml. Keep out: values (`stata_columns`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pipelines.contracts import CONTRACTS
from pipelines.declarations import OneOf, RootDeclaration, Wrong, load, repeated

MAX_NAME = 32
_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(
    (
        *("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long"),
        *("_n", "_N", "_pi", "_pred", "_rc", "_skip", "str", "strL", "using", "with"),
    )
)
_PATH = Path(__file__).with_name("stata_names.yml")


@cache
def _columns() -> frozenset[str]:
    return frozenset(column for table in CONTRACTS.values() for column in table.columns)


class StataNames(RootDeclaration[dict[Annotated[str, OneOf("column", _columns)], str]]):
    """stata_names.yml: short names by column."""


def _is_taken(name: str) -> bool:
    is_word = _VALID.fullmatch(name) and name not in _RESERVED and not re.fullmatch(r"str\d+", name)
    return bool(is_word) and len(name) <= MAX_NAME


def read_names(path: Path = _PATH) -> dict[str, str]:
    """Return the declared short names. Raises DeclarationError: a short name is made of words of the long one."""
    return load(path, StataNames, also=_faults).root


def _faults(names: StataNames) -> Iterator[Wrong]:
    for column, short in names.root.items():
        words = iter(column.split("_"))
        if _is_taken(column):
            yield Wrong((column,), "Stata takes the column's own name: leave the entry out")
        if not _is_taken(short):
            yield Wrong(
                (column,), f"expected a name of at most {MAX_NAME} characters that Stata takes, found {short!r}"
            )
        if not all(word in words for word in short.split("_")):
            yield Wrong((column,), f"expected some of the words of the column in their order, found {short!r}")
    yield from repeated(((column,), short) for column, short in names.root.items())


@cache
def declared_names() -> dict[str, str]:
    """Return the declared short names of the project."""
    return read_names()


def stata_name(column: str) -> str:
    """Return the name of a column in Stata; raises ValueError for one that needs a declaration and has none."""
    name = declared_names().get(column, column)
    if not _is_taken(name):
        raise ValueError(f"{name!r} is no name in Stata: declare a short one for {column} in {_PATH.name}")
    return name
