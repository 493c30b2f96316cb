"""The ids of forms that releases have published: facts, queries and files of readers hold them, so none may go.

A form that loses one, by a slip of the pen most often, is refused when it is loaded; new ids are free, and `make docs`
adds them to published.yml. Belongs here: that promise. Keep out: ids of rules and codes, which have lists of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipelines.declarations import Declaration, Place, Wrong, load, refused, unknown_among
from pipelines.forms.form import Form, Table

PATH = Path(__file__).with_name("published.yml")


class PublishedTable(Declaration):
    """The ids of a table over all forms: its item of article 20, its fact with the columns, its rows and columns."""

    item: str | None = None
    fact: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    groups: tuple[str, ...] = ()


class Published(Declaration):
    """What was published: ids of forms, and of their tables."""

    forms: tuple[str, ...]
    tables: dict[str, PublishedTable]


def ids_of(forms: Mapping[str, Form]) -> Published:
    """Return the ids that forms have."""
    found: dict[str, list[Table]] = {}
    for form in forms.values():
        for table in form.tables:
            found.setdefault(table.id, []).append(table)
    return Published(forms=tuple(forms), tables={name: _ids(tables) for name, tables in found.items()})


def _ids(tables: list[Table]) -> PublishedTable:
    fact = tables[0].fact
    names = (fact.name, *(name.id for name in (fact.rows, fact.columns, fact.value) if name is not None))
    return PublishedTable(
        item=tables[0].item,
        fact=names,
        rows=_once(row.id for table in tables for row in (*table.rows, *table.extra_rows)),
        columns=_once(column.id for table in tables for column in table.columns),
        groups=_once(group.id for table in tables for group in (*table.groups, *table.spanning)),
    )


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


def check_published(forms: Mapping[str, Form], path: Path = PATH) -> None:
    """Raise DeclarationError where forms lack an id that was published, naming the nearest one they have."""
    if wrong := list(_gone(load(path, Published), ids_of(forms))):
        raise refused(path, wrong)


def _gone(published: Published, there: Published) -> Iterator[Wrong]:
    yield from _lacking("form", ("forms",), published.forms, there.forms)
    yield from _lacking("table", ("tables",), tuple(published.tables), tuple(there.tables), keys=True)
    for name in published.tables.keys() & there.tables.keys():
        old, new, at = published.tables[name], there.tables[name], ("tables", name)
        if old.item != new.item:
            yield Wrong((*at, "item"), f"the table of item {old.item} is that of {new.item} in the forms")
        for kind in ("fact", "rows", "columns", "groups"):
            yield from _lacking(f"id among {kind}", (*at, kind), getattr(old, kind), getattr(new, kind))


def _lacking(
    what: str, at: Place, old: tuple[str, ...], new: tuple[str, ...], *, keys: bool = False
) -> Iterator[Wrong]:
    places = [((*at, value if keys else i), value) for i, value in enumerate(old)]
    yield from unknown_among(f"{what} of the forms (an id once published stays)", places, new)


def written(forms: Mapping[str, Form], path: Path = PATH) -> str:
    """Return published.yml with the ids of forms added to those that stand there."""
    known = load(path, Published) if path.exists() else Published(forms=(), tables={})
    own = ids_of(forms)
    lines = [
        "# Ids of the forms that releases have published. None may go: `make docs` adds new ones, and removes none.",
        f"forms: [{', '.join(_quoted(each) for each in _once((*known.forms, *own.forms)))}]",
        "tables:",
    ]
    for name in _once((*known.tables, *own.tables)):
        old, new = (each.tables.get(name) for each in (known, own))
        lines.append(f"  {name}:")
        if item := (new or old or own.tables[name]).item:
            lines.append(f"    item: {item}")
        for kind in ("fact", "rows", "columns", "groups"):
            ids = _once(value for each in (old, new) if each is not None for value in getattr(each, kind))
            if ids:
                lines += [f"    {kind}:", *(f"      - {_quoted(value)}" for value in ids)]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return value if value.replace("_", "").replace(".", "").isalpha() else f'"{value}"'
