"""A storage that is a bucket, or part of one: S3 and what speaks like it, Google's and Microsoft's, by obstore.

Keys, secrets and endpoints are those of the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT, ...): none stands in an
address. Belongs here: one request and what its answer means. Keep out: anything that several requests are made for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pipelines.storing.storage import Changed, Missing, Stored, Taken, Unreachable, checked_key

try:
    import obstore
    from obstore import exceptions, store
except ModuleNotFoundError as error:
    raise Unreachable.of("storing.not_installed") from error

# Asked again after a refusal that may pass (429, 5xx, a lost connection), for so long and so often.
_RETRY_SECONDS, _MOST_RETRIES = 120, 12
_REQUEST_SECONDS = 60
_KEY_ID = "AWS_ACCESS_KEY_ID"
T = TypeVar("T")
# Of an answer that ended in the middle the library says so, and asks no more; we wait so many seconds in between.
_ENDED_EARLY, _WAITS = "response body error", (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)
# A file above it is sent in parts.
_PART_BYTES = 16 * 2**20


class ObjectStorage:
    """Objects below a prefix of a bucket. What is read and written is the newest, as all these stores promise."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        retries: Any = {"max_retries": _MOST_RETRIES, "retry_timeout": timedelta(seconds=_RETRY_SECONDS)}
        options: Any = {"timeout": f"{_REQUEST_SECONDS}s", "allow_http": _is_on("AWS_ALLOW_HTTP")}
        try:
            self.store = store.from_url(self.address, client_options=options, retry_config=retries)
        except (exceptions.BaseError, ValueError) as error:
            raise Unreachable.of("storing.cannot_open", storage=self.address, error=_first_line(error)) from error

    def read(self, key: str) -> tuple[bytes, str]:
        """Return content and tag of an object."""
        return self._asked(key, lambda: self._read(key))

    def _read(self, key: str) -> tuple[bytes, str]:
        found = obstore.get(self.store, checked_key(key))
        return bytes(found.bytes()), _tag_of(found.meta, f"{self.address}/{key}")

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Return the bytes of an object from start to before end. Raises Missing."""
        return self._asked(key, lambda: bytes(obstore.get_range(self.store, checked_key(key), start=start, end=end)))

    def put(self, key: str, source: Path | bytes) -> None:
        """Write an object in the place of another; it appears when its last part is there.

        Where the answer to that was lost and it is asked for again, some stores say that there is no such upload: what
        stands there tells, and where it is not that, all is sent once more.
        """
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        try:
            self._put(key, source)
        except Missing:
            if not any(
                entry.key == key and entry.size == size for entry in self.entries(key.rpartition("/")[0] or key)
            ):
                self._put(key, source)

    def _put(self, key: str, source: Path | bytes) -> None:
        self._asked(key, lambda: obstore.put(self.store, checked_key(key), source, chunk_size=_PART_BYTES))

    def create(self, key: str, data: bytes) -> str:
        """Write an object where there is none.

        A refusal may be of our own request, sent again after its answer was lost: what stands there tells.
        """
        try:
            return self._asked(key, lambda: self._written(key, data, "create"))
        except (Taken, Changed):
            held, tag = self.read(key)
            if held != data:
                raise Taken.of("storing.taken", storage=self.address, key=key) from None
            return tag

    def swap(self, key: str, data: bytes, tag: str) -> str:
        """Write an object in the place of the one that was read; a refusal may be of our own request, as in `create`.

        So the data must differ from those of all others who write here.
        """
        try:
            return self._asked(key, lambda: self._written(key, data, {"e_tag": tag}))
        except (Taken, Changed):
            held, now = self.read(key)
            if held != data:
                raise Changed.of("storing.changed", storage=self.address, key=key) from None
            return now

    def _written(self, key: str, data: bytes, mode: Any) -> str:
        return _tag_of(obstore.put(self.store, checked_key(key), data, mode=mode), f"{self.address}/{key}")

    def download(self, key: str, target: Path) -> None:
        """Write an object to a file, some megabytes at a time."""
        self._asked(key, lambda: self._downloaded(key, target))

    def _downloaded(self, key: str, target: Path) -> None:
        with target.open("wb") as file:
            for chunk in obstore.get(self.store, checked_key(key)).stream():
                file.write(chunk)

    def entries(self, prefix: str) -> Iterator[Stored]:
        """Yield the objects below a prefix."""
        yield from self._asked(prefix, lambda: self._listed(prefix))

    def _listed(self, prefix: str) -> list[Stored]:
        return [_stored(each) for page in obstore.list(self.store, prefix=checked_key(prefix)) for each in page]

    def remove(self, key: str) -> None:
        """Remove an object."""
        with suppress(Missing):
            self._asked(key, lambda: obstore.delete(self.store, checked_key(key)))

    def sweep(self, before: float) -> None:
        """Do nothing: parts of an object that was never finished are not listed; a rule of the bucket removes them."""

    def _asked(self, key: str, request: Callable[[], T]) -> T:
        """Return what a request returns; one whose answer ended in the middle is made again, which the library leaves.

        Made twice, each of them does the same.
        """
        for wait in (*_WAITS, None):
            try:
                with self._told(key):
                    return request()
            except Unreachable as error:
                if wait is None or _ENDED_EARLY not in str(error):
                    raise
                time.sleep(wait)
        raise AssertionError("the last wait is none")

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        """Raise what a storage raises for what the library does; errors of this machine's files stay what they are."""
        try:
            yield
        except (exceptions.NotFoundError, FileNotFoundError) as error:
            if _is_of_this_machine(error):
                raise
            raise Missing.of("storing.missing", storage=self.address, key=key) from error
        except exceptions.AlreadyExistsError as error:
            raise Taken.of("storing.taken", storage=self.address, key=key) from error
        except exceptions.PreconditionError as error:
            raise Changed.of("storing.changed", storage=self.address, key=key) from error
        except (exceptions.BaseError, OSError) as error:
            if _is_of_this_machine(error):
                raise
            met = {"place": f"{self.address}/{key}", "error": _first_line(error)}
            if self.address.startswith("s3:") and _KEY_ID not in os.environ:
                raise Unreachable.of("storing.no_answer_without_key", **met, name=_KEY_ID) from error
            raise Unreachable.of("storing.no_answer", **met) from error


def _is_of_this_machine(error: Exception) -> bool:
    """Tell whether the system refused a file: the library's own errors have no number."""
    return isinstance(error, OSError) and error.errno is not None


def _stored(meta: Any) -> Stored:
    return Stored(meta["path"], meta["size"], meta["last_modified"].timestamp())


def _tag_of(answer: Any, place: str) -> str:
    tag = answer["e_tag"]
    if not tag:
        raise Unreachable.of("storing.no_etag", place=place)
    return str(tag)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:400]


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true")
