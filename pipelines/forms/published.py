"""The ids of forms that releases have published: facts, queries and files of readers hold them, so none may go.

A form that loses one, by a slip of the pen most often, is refused when it is loaded; new ids are free, and `make docs`
adds them to published.yml. Belongs here: that promise. Keep out: ids of rules and codes, which have lists of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipelines.declarations import Declaration, Place, RootDeclaration, Wrong, load, refused, unknown_among
from pipelines.forms.form import Form, Table

PATH = Path(__file__).with_name("published.yml")


class PublishedTable(Declaration):
    """The ids of a table of a form: its item of article 20, its fact with the columns, its rows and columns."""

    item: str | None = None
    fact: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    groups: tuple[str, ...] = ()


class Published(RootDeclaration[dict[str, dict[str, PublishedTable]]]):
    """What was published: by form and table."""


def ids_of(forms: Mapping[str, Form]) -> Published:
    """Return the ids that forms have."""
    return Published({form.id: {table.id: _ids(table) for table in form.tables} for form in forms.values()})


def _ids(table: Table) -> PublishedTable:
    fact = table.fact
    return PublishedTable(
        item=table.item,
        fact=(fact.name, *(name.id for name in (fact.rows, fact.columns, fact.value) if name is not None)),
        rows=tuple(row.id for row in (*table.rows, *table.extra_rows)),
        columns=tuple(column.id for column in table.columns if column.id),
        groups=tuple(group.id for group in (*table.groups, *table.spanning)),
    )


def check_published(forms: Mapping[str, Form], path: Path = PATH) -> None:
    """Raise DeclarationError where forms lack an id that was published, naming the nearest one they have."""
    if wrong := list(_gone(load(path, Published), ids_of(forms))):
        raise refused(path, wrong)


def _gone(published: Published, there: Published) -> Iterator[Wrong]:
    yield from _lacking("form", (), published.root, there.root)
    for form in published.root.keys() & there.root.keys():
        yield from _lacking("table", (form,), published.root[form], there.root[form])
        for name in published.root[form].keys() & there.root[form].keys():
            yield from _gone_from_table((form, name), published.root[form][name], there.root[form][name])


def _gone_from_table(at: Place, old: PublishedTable, new: PublishedTable) -> Iterator[Wrong]:
    if old.item != new.item:
        yield Wrong((*at, "item"), f"item {old.item} is item {new.item} in the form's file")
    for kind in ("fact", "rows", "columns", "groups"):
        yield from _lacking(f"id among {kind}", (*at, kind), getattr(old, kind), getattr(new, kind))


def _lacking(what: str, at: Place, old: Collection[str], new: Collection[str]) -> Iterator[Wrong]:
    places = [((*at, value if isinstance(old, dict) else i), value) for i, value in enumerate(old)]
    yield from unknown_among(f"{what} of the form (an id once published stays)", places, new)


def written(forms: Mapping[str, Form], path: Path = PATH) -> str:
    """Return published.yml with the ids of forms added to those that stand there."""
    known, own = load(path, Published).root, ids_of(forms).root
    lines = [
        "# yaml-language-server: $schema=../../docs/schemas/published_forms.schema.json",
        "# Ids of the forms that releases have published. None may go: `make docs` adds new ones, and removes none.",
    ]
    for form in _once((*known, *own)):
        tables = [each.get(form, {}) for each in (known, own)]
        lines.append(f'"{form}":' + ("" if any(tables) else " {}"))
        for name in _once(name for each in tables for name in each):
            lines += _table_lines(name, [each[name] for each in tables if name in each])
    return "\n".join(lines) + "\n"


def _table_lines(name: str, tables: Sequence[PublishedTable]) -> Iterator[str]:
    yield f"  {name}:"
    if item := tables[-1].item:
        yield f"    item: {item}"
    for kind in ("fact", "rows", "columns", "groups"):
        ids = _once(value for each in tables for value in getattr(each, kind))
        if ids or kind != "groups":
            yield f"    {kind}: [{', '.join(ids)}]"


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
