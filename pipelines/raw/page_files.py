"""Which files are one report: numbered pictures in one folder, and a web page with the pictures of its article.

They get a location of their own, named by the first and the last of them, whose content is all of them (`pages`); of
the files themselves it is said which page they are. Belongs here: finding them, in archives and in folders. Keep out:
reading them, and what any of them says.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from pipelines.contracts.codes import code_list
from pipelines.messages import kept
from pipelines.raw.beside import Beside, content_at, place_of, stamp_of
from pipelines.reading import Limits, ReadError
from pipelines.reading.archive import ABSENT, BETWEEN, PAGE, SEPARATOR, read_member
from pipelines.reading.decoding import decode
from pipelines.reading.pages.beside_text import TABLE_CELLS, can_be_page
from pipelines.reading.pages.numbering import is_picture, label, page_runs
from pipelines.reading.sniffing import IMAGES, PAGES, TEXT

if TYPE_CHECKING:
    from pipelines.raw.inventory import Location

# What stands for files that did not change.
Kept = TypeVar("Kept")

(REPORT_PAGE,) = code_list("outcome_reason").named("report_page")
_WEB_PAGE = re.compile(r"\.(?:s?html?|htm)$", re.IGNORECASE)
_CELL = re.compile(rb"<t[dh]\b", re.IGNORECASE)
# Where browsers put the pictures of a page that they save.
_SAVED = ("_files/", ".files/", "_file/")


class Unit(NamedTuple):
    """Files that are one report: the pictures in order (None: not there), and the page that shows them."""

    pictures: tuple[str | None, ...]
    page: str | None = None

    @property
    def there(self) -> list[str]:
        """Return the names of the pictures that are there: the first is page 1 of the report."""
        return [name for name in self.pictures if name is not None]

    @property
    def names(self) -> list[str]:
        """Return the names of the files that are there, the page around the pictures first."""
        return self.there if self.page is None else [self.page, *self.there]


def units_of(names: Collection[str], content: Callable[[str], bytes]) -> list[Unit]:
    """Return the files that are one report among some by their names (paths with /); each is in one unit at most."""
    found: list[Unit] = []
    pictures = [name for name in names if is_picture(name)]
    taken: set[str] = set()
    for page in sorted(name for name in names if _WEB_PAGE.search(name)) if pictures else ():
        shown = _shown_beside(page, content, {name: None for name in pictures if name not in taken})
        if shown is not None:
            found.append(Unit(shown, page))
            taken.update(found[-1].names)
    runs = page_runs(name for name in pictures if name not in taken)
    return [*found, *(Unit(run.names) for run in runs)]


def _shown_beside(
    page: str, content: Callable[[str], bytes], pictures: Mapping[str, None]
) -> tuple[str | None, ...] | None:
    """Return which files a web page shows in its article, None for those that are not there; None where it is whole
    without, or none is there.
    """
    try:
        data = content(page)
        if b"<img" not in data.lower() or len(_CELL.findall(data)) >= TABLE_CELLS:
            return None
        from pipelines.reading.html.pictures import data_of, shown_pictures  # noqa: PLC0415  # only such pages need the parser

        sources = [source for source in shown_pictures(decode(data)[0]) if data_of(source) is None]
        names = [_found(page, source, pictures) for source in sources]
        shown = [name for name in names if name is None or can_be_page(content(name))]
    except (ReadError, OSError):
        return None  # whoever reads it tells why
    there = [name for name in shown if name is not None]
    return tuple(shown) if there and len(set(there)) == len(there) else None


def _found(page: str, source: str, pictures: Mapping[str, None]) -> str | None:
    """Return the file that a page names: where it says, else by its name beside the page or where browsers save it."""
    folder = posixpath.dirname(page)
    try:
        parts = urlsplit(source)
    except ValueError:
        return None
    path = unquote(parts.path).replace("\\", "/")
    own = posixpath.basename(path)
    beside = [posixpath.join(folder, own), *(f"{_WEB_PAGE.sub('', page)}{saved}{own}" for saved in _SAVED)]
    if not parts.netloc and not path.startswith("/"):
        beside.insert(0, posixpath.normpath(posixpath.join(folder, path)))
    return next((name for name in beside if name in pictures), None)


def with_pages(archive: Location, data: bytes, inside: list[Location], limits: Limits) -> list[Location]:
    """Return the files of an archive with those locations that are several of them, and whose page the others are."""
    lead = f"{archive.location}{SEPARATOR}"
    by_name = {
        each.location.removeprefix(lead): each
        for each in inside
        if each.reason is None and each.member and each.media_type in (*IMAGES, TEXT)
    }

    def content(name: str) -> bytes:
        return read_member(data, by_name[name].member or "", limits)

    units = units_of(by_name, content)
    if not units:
        return inside
    made: list[Location] = []
    taken: dict[str, Location] = {}
    for unit in units:
        places = [ABSENT if name is None else by_name[name].member or "" for name in unit.pictures]
        if unit.page is not None:
            places.insert(0, f"{PAGE}{by_name[unit.page].member}")
        place = BETWEEN.join(places)
        whole = whole_of(archive, place, _free(lead, unit, by_name), partial(read_member, data, place, limits))
        made.append(whole)
        taken |= {lead + name: page_of(by_name[name], whole, unit, name) for name in unit.names}
    return [*(taken.get(each.location, each) for each in inside), *made]


def _free(lead: str, unit: Unit, names: Collection[str]) -> str:
    name = label(unit.names)
    while name in names:
        name += "#"
    return lead + name


def whole_of(like: Location, place: str, name: str, content: Callable[[], bytes]) -> Location:
    """Return the location of all files of a unit, or why they cannot be read as one."""
    whole = replace(
        like, location=name, member=place, media_type=PAGES, is_archive=False, file_sha256=None, size_bytes=0
    )
    try:
        data = content()
    except ReadError as error:
        return replace(whole, reason=error.reason, detail=error.detail)
    return replace(whole, file_sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))


def page_of(file: Location, whole: Location, unit: Unit, name: str) -> Location:
    """Return a file as a page of what it is part of; its content is told there."""
    if name == unit.page:
        detail = kept("outcomes.page_around", report=whole.location)
    else:
        detail = kept("outcomes.report_page", report=whole.location, page=unit.there.index(name) + 1)
    return replace(file, file_sha256=None, reason=REPORT_PAGE, detail=detail)


class FolderPages:
    """The files of folders that are one report. `taken` are the paths of all files that are part of one.

    `begun` returns the location of a file by its name (as locations have it), path, size and stamp.
    """

    def __init__(self, begun: Callable[[bytes, bytes, int, str], Location], limits: Limits) -> None:
        self._begun, self._limits = begun, limits
        self.taken: set[bytes] = set()

    def locations(
        self, folder: bytes, called: bytes, names: Sequence[bytes], unchanged: Callable[[bytes, str], Sequence[Kept]]
    ) -> Iterator[Location | Kept]:
        """Yield the locations of the units in a folder: each as a whole, then its files.

        Of one whose files are as they were, by the path of the first and the stamp of all, what `unchanged` returns.
        """
        listed = {name: path for name, path in self._files(folder, names).items() if path not in self.taken}
        if not any(map(is_picture, listed)):
            return

        def content(name: str) -> bytes:
            return content_at(listed[name], None, self._limits)

        lead = called + b"/" if called else called
        for unit in units_of(listed, content):
            paths = [listed[name] for name in unit.names]
            try:
                states = [os.stat(path) for path in paths]  # noqa: PTH116  # a path of any bytes
            except OSError:
                continue  # each is told by itself
            self.taken.update(paths)
            place = place_of([None if name is None else Beside(name) for name in unit.pictures], unit.page)
            told = [place, *map(stamp_of, states)]
            stamp = hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]
            if earlier := unchanged(paths[0], stamp):
                yield from earlier
                continue
            like = self._begun(lead + os.fsencode(unit.names[0]), paths[0], 0, stamp)
            yield from self._unit(unit, place, lead, like, [state.st_size for state in states])

    def _unit(self, unit: Unit, place: str, lead: bytes, like: Location, sizes: Sequence[int]) -> Iterator[Location]:
        path = like.path
        name = f"{os.fsdecode(lead)}{label(unit.names)}"
        whole = whole_of(like, place, name, lambda: content_at(path, place, self._limits))
        yield whole
        for each, size in zip(unit.names, sizes, strict=True):
            file = replace(
                like, location=f"{os.fsdecode(lead)}{each}", size_bytes=size, member=place_of([Beside(each)])
            )
            yield page_of(file, whole, unit, each)

    def _files(self, folder: bytes, names: Sequence[bytes]) -> dict[str, bytes]:
        """Return the files in a folder that are text by name, and those where browsers save the pictures of a page."""
        found = {os.fsdecode(name): os.path.join(folder, name) for name in names if _is_text(name)}  # noqa: PTH118
        for page in [name for name in found if _WEB_PAGE.search(name)]:
            for saved in _SAVED:
                inner = f"{_WEB_PAGE.sub('', page)}{saved}"
                path = os.path.join(folder, os.fsencode(inner))  # noqa: PTH118
                if os.path.isdir(path) and not os.path.islink(path.rstrip(b"/")):  # noqa: PTH112, PTH114
                    try:
                        inside = sorted(os.listdir(path))  # noqa: PTH208
                    except OSError:
                        continue  # whoever walks there tells
                    found |= {f"{inner}{os.fsdecode(n)}": path + n for n in inside if _is_text(n)}
        return found


def _is_text(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
