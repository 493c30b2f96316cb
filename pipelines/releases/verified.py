"""A release is exactly its manifest: what is missing, other or not named there is damage, and nobody reads it.

Whoever opens a release looks at what DuckDB would read (the database, and what lies beside it); its hash is taken once
for each release and machine, and remembered with the state of the file. `faults` looks at every byte.
Belongs here: holding a release on disk against its manifest. Keep out: mending it (a run does), what is stored
elsewhere (`remote`, `stored`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from pipelines import said
from pipelines.durable import read_regular
from pipelines.releases.layout import Layout, NoRelease, current_release, reader_cache
from pipelines.releases.manifest import (
    DATABASE,
    LOCAL,
    MANIFEST,
    REMOTE,
    UnreadableManifest,
    address_of_rows,
    is_intact,
    is_published_here,
    read_manifest,
    stated_files,
)

_SHOWN_FAULTS = 3
# Of the parents of a release, in <root>/data/warehouse/releases.
_ROOT = 3
_PRIVATE = 0o700


class DamagedRelease(NoRelease):
    """A release that is not what its manifest states; the message names the first faults and the way out."""

    def __init__(self, release: Path, found: list[Fault]) -> None:
        super().__init__(release, found)
        self.release, self.faults = release, found

    def __str__(self) -> str:
        """Return what is wrong, and what to do."""
        return said(self._code(), release=self.release, faults=first_faults(self.faults))

    def _code(self) -> str:
        """Return the message with the way out: a run makes the current release of a project anew, and no other."""
        if is_of_a_storage(self.release):
            return "releases.damaged_copy"
        if not is_published_here(self.release):
            return "releases.damaged_pulled"
        return "releases.damaged_older" if is_older(self.release) else "releases.damaged"


class ForbiddenRelease(DamagedRelease):
    """A release of which this user may not read a file: it may be whole, and nothing is to be made anew."""

    def _code(self) -> str:
        return "releases.forbidden"


class Fault(NamedTuple):
    """A file of a release and what is wrong with it: the code of a message."""

    file: str
    what: str

    def __str__(self) -> str:
        """Return both, in the language that was chosen."""
        return said(self.what, file=self.file)


def first_faults(found: Sequence[Fault]) -> str:
    """Return the first faults of a release in words, and how many there are where that is not all."""
    told = "; ".join(map(str, found[:_SHOWN_FAULTS]))
    if len(found) > _SHOWN_FAULTS:
        told = said("releases.first_faults", faults=told, shown=_SHOWN_FAULTS, total=len(found))
    return told


MISSING, OTHER, UNNAMED = "releases.file_missing", "releases.file_other", "releases.file_unnamed"
LINKED, UNREADABLE, RENAMED = "releases.file_linked", "releases.manifest_unreadable", "releases.manifest_of_another"
FORBIDDEN = "releases.file_forbidden"


class _State(NamedTuple):
    """What tells one state of a file from another: its place, size, and the times of content and entry."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


def require_readable(release: Path) -> Path:
    """Return a release that DuckDB may open. Raises DamagedRelease, ForbiddenRelease where this user may not read it.

    The rows of a release elsewhere are the storage's affair; here only nothing may lie beside its database of views.
    """
    is_far = is_of_a_storage(release)
    try:
        state = _state(release / DATABASE)
        manifest = _state(release / MANIFEST)
        has_views = is_far and _has_views(release)
        known = _remembered(release)
        if known.get("database") == [*state] and known.get("manifest") == [*manifest] and "top" in known:
            named = set(known["top"])
        else:
            stated = stated_files(release)
            named = _at_the_top(stated)
            if _is_of_another(release):
                raise DamagedRelease(release, [Fault(MANIFEST, RENAMED)])
            if not has_views and not is_intact(release / DATABASE, stated[DATABASE]):
                raise DamagedRelease(release, [Fault(DATABASE, OTHER)])
            _remember(release, {"database": state, "manifest": manifest, "top": sorted(named)})
        strangers = _strangers(release, named | _beside(release))
    except FileNotFoundError as error:
        raise _without(release, Path(str(error.filename))) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedRelease(release, [Fault(MANIFEST, UNREADABLE)]) from error
    except PermissionError as error:
        raise ForbiddenRelease(release, [Fault(Path(str(error.filename)).name, FORBIDDEN)]) from error
    except OSError as error:
        raise DamagedRelease(release, [Fault(Path(str(error.filename)).name, OTHER)]) from error
    if strangers:
        raise DamagedRelease(release, strangers)
    return release


def is_older(release: Path) -> bool:
    """Tell whether a release is one of a project that has another one as its current release."""
    if not is_published_here(release) or len(release.parents) <= _ROOT:
        return False
    try:
        return current_release(Layout(release.parents[_ROOT])) != release.resolve()
    except NoRelease:
        return False


def _is_of_another(release: Path) -> bool:
    """Tell whether the manifest of a release of a project states another id than the name of its folder."""
    return is_published_here(release) and read_manifest(release).get("id", release.name) != release.name


def is_of_a_storage(release: Path) -> bool:
    """Tell whether a folder is what a reader keeps of a release that is stored elsewhere."""
    try:
        return release.resolve().is_relative_to((reader_cache() / "releases").resolve())
    except (OSError, RuntimeError):
        return False


def _has_views(release: Path) -> bool:
    """Tell whether the database of a stored release is one of views. Raises DamagedRelease."""
    try:
        return address_of_rows(release) is not None
    except UnreadableManifest as error:
        raise DamagedRelease(release, [Fault(REMOTE, UNREADABLE)]) from error


def _beside(release: Path) -> set[str]:
    """Return what may lie in a folder that is no file of the release: what is known of it, or of where its rows lie."""
    if is_of_a_storage(release):
        return {MANIFEST, REMOTE}
    return {MANIFEST} if is_published_here(release) else {MANIFEST, LOCAL}


def _strangers(release: Path, named: set[str]) -> list[Fault]:
    """Return what lies at the top of a release and may not: what is not named, and links."""
    with os.scandir(release) as entries:
        found = {entry.name: entry.is_symlink() for entry in entries}
    # The database of a release in a folder that is a storage is linked to, and was held against its digest.
    own = {DATABASE} if is_of_a_storage(release) else set()
    unnamed = [Fault(name, UNNAMED) for name in sorted(found) if name not in named]
    return unnamed + [Fault(name, LINKED) for name in sorted(found) if name in named - own and found[name]]


def _without(release: Path, missing: Path) -> NoRelease:
    """Return what to tell of a release without its database: older ones keep only Parquet."""
    if missing.name == DATABASE and (release / MANIFEST).is_file():
        return NoRelease.of("releases.no_database", release=release)
    return DamagedRelease(release, [Fault(missing.name, MISSING)])


def _at_the_top(stated: Mapping[str, Any]) -> set[str]:
    """Return what may lie in the folder of a release itself."""
    return {name.partition("/")[0] for name in stated} | {DATABASE}


def faults(
    release: Path, *, needs_database: bool = True, told: Callable[[str], object] = lambda _: None
) -> Iterator[Fault]:
    """Yield everything that is not as the manifest states: every byte is read. `told` hears of each file before it.

    Of an older release only Parquet is kept: it need not have its database.
    """
    try:
        stated = stated_files(release)
    except PermissionError:
        yield Fault(MANIFEST, FORBIDDEN)
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield Fault(MANIFEST, UNREADABLE)
        return
    if _is_of_another(release):
        yield Fault(MANIFEST, RENAMED)
    linked = linked_files(release, stated)
    yield from (Fault(name, LINKED) for name in linked)
    for name, about in stated.items():
        told(name)
        path = release / name
        if name in linked:
            continue
        found = _fault_of(path, about)
        if found is not None and (found != MISSING or needs_database or name != DATABASE):
            yield Fault(name, found)
    yield from (Fault(name, UNNAMED) for name in unnamed_files(release, stated))


def _fault_of(path: Path, about: dict[str, Any]) -> str | None:
    """Return what is wrong with a file that is stated; one that the disk does not give is another than that."""
    try:
        if not path.is_file():
            return MISSING
        return None if is_intact(path, about) else OTHER
    except PermissionError:
        return FORBIDDEN
    except OSError:
        return OTHER


def unnamed_files(release: Path, stated: Mapping[str, Any]) -> list[str]:
    """Return the files of a release, and its links and empty folders, that its manifest does not name."""
    folders = {Path(name).parent.as_posix() for name in stated}
    folders |= {parent.as_posix() for folder in folders for parent in Path(folder).parents}
    found, beside = [], _beside(release)
    for parent, inner, files in os.walk(release):
        place = Path(parent).relative_to(release)
        names = ((place / name).as_posix() for name in files)
        found += [name for name in names if name not in stated and name not in beside]
        found += [name for name in ((place / each).as_posix() for each in inner) if name not in folders]
    return sorted(found)


def linked_files(release: Path, stated: Mapping[str, Any]) -> list[str]:
    """Return the files of a release, and the folders on the way to them, that are links: what they lead to may change.

    Of a stored release the database itself may be one.
    """
    names = {each.as_posix() for name in stated for each in (Path(name), *Path(name).parents)} - {"."}
    if is_of_a_storage(release):
        names.discard(DATABASE)
    return sorted(name for name in names if _is_link(release / name))


def _is_link(path: Path) -> bool:
    """Tell whether something is a link; in a folder that this user may not look into nothing is known to be one."""
    try:
        return path.is_symlink()
    except PermissionError:
        return False


def note_verified(release: Path) -> None:
    """Remember that a release that was just made is what its manifest states: its first reader need not look."""
    states = {"database": _state(release / DATABASE), "manifest": _state(release / MANIFEST)}
    _remember(release, {**states, "top": sorted(_at_the_top(stated_files(release)))})


def _note(release: Path) -> Path:
    return reader_cache() / "verified" / f"{hashlib.sha256(os.fsencode(release)).hexdigest()[:32]}.json"


def _remembered(release: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_regular(_note(release)))
    except (OSError, RuntimeError, ValueError):  # the second is of JSON too deep as well
        return {}
    return found if isinstance(found, dict) else {}


def _remember(release: Path, states: Mapping[str, object]) -> None:
    """Keep what was seen; whoever has no home, or no room in it, looks again each time."""
    with suppress(OSError, RuntimeError):
        path = _note(release)
        path.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(states), encoding="utf-8")
        part.replace(path)


def _state(path: Path) -> _State:
    found = path.stat()
    return _State(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
