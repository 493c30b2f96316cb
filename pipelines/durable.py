"""Writing that survives a kill or a power cut: whole files, then their names, then the folders they stand in."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_regular(path: Path) -> bytes:
    """Return the bytes of a regular file; whatever else has its name is not waited for, and not followed.

    Raises NotRegular for such, and OSError where there is nothing or it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        if path.is_symlink() or not path.is_file():
            raise NotRegular(error.errno, error.strerror, str(path)) from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegular(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


class NotRegular(OSError):
    """A folder, a link, a pipe or a device has the name of a file."""


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Force a folder with everything in it to disk, deepest first."""
    for parent, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync(Path(parent) / name)
        sync(Path(parent))


def replace_text(path: Path, text: str) -> None:
    """Write a whole file of text in the place of another at once, as `replace_bytes`."""
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a whole file in the place of another at once: readers see the old one or the new one."""
    part = path.with_name(f".{path.name}.part")
    if os.path.lexists(part):  # a link would be written through, a pipe waited for
        part.unlink()
    part.write_bytes(content)
    sync(part)
    part.replace(path)
    sync(path.parent)


def swap_link(link: Path, target: str) -> None:
    """Point a symbolic link to a target at once: readers see the old one or the new one."""
    part = link.with_name(f".{link.name}.part")
    part.unlink(missing_ok=True)
    part.symlink_to(target)
    part.replace(link)
    sync(link.parent)
