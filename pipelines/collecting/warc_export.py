"""A source as a WARC file (ISO 28500): what was fetched, when and from where, for other archives and their tools.

A body is as it is stored: decoded of its content coding, with the headers that the ledger keeps (no cookies, none
longer than 500 characters); those that no longer hold of it are renamed to X-Archive-Orig-. A visit that found the same
is a revisit. What was not kept is not made up: requests, list pages, redirects on the way, refused and failed visits.
Belongs here: which record a fetch becomes. Keep out: the file format, which is warcio's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Any

from pipelines import Told
from pipelines.collecting.ledger_reading import reading
from pipelines.raw.raw_store import DamagedObject, RawStore

_NOT_MODIFIED = "http://netpreservation.org/warc/1.1/revisit/server-not-modified"
_SAME_PAYLOAD = "http://netpreservation.org/warc/1.1/revisit/identical-payload-digest"
# What a stored body is no longer: these are those of the bytes on the wire.
_OF_THE_WIRE = frozenset(("content-encoding", "transfer-encoding", "content-length"))
_NAMESPACE = uuid.UUID("5d0d9e0e-6a0f-4b52-9f0a-6f2a1f7f2f3b")
_HAD = ("created", "updated", "unchanged")
_COLUMNS = (
    "id",
    "url",
    "at",
    "final_url",
    "status",
    "outcome",
    "reason",
    "detail",
    "file_sha256",
    "media_type",
    "headers",
)


class WarcRefused(Told, ValueError):
    """What was asked for cannot be written; the message says why and what to do."""


class WarcExists(Told):
    """The file that would be written is there already: nothing is written over."""


class WarcMissing(Told):
    """The library that writes WARC files is not installed; the message says how to install it."""


@dataclass(frozen=True)
class Fetch:
    """A visit of a source as the ledger has it."""

    id: int
    url: str
    at: str
    final_url: str | None
    status: int | None
    outcome: str
    reason: str | None
    detail: str | None
    file_sha256: str | None
    media_type: str | None
    headers: str | None


@dataclass
class Exported:
    """How many records of each type were written, and what could not be: files that the store lacks."""

    records: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)


def export_warc(source_id: str, ledger: Path, store: RawStore, target: Path) -> Exported:
    """Write all that was fetched of a source to `target` (.warc or .warc.gz); the same ledger gives the same bytes.

    Raises WarcMissing, WarcExists, WarcRefused for another ending or a source of which nothing was fetched.
    """
    if not target.name.endswith((".warc", ".warc.gz")):
        raise WarcRefused.of("collecting.warc_name", file=target)
    if target.exists():
        raise WarcExists.of("collecting.warc_exists", file=target)
    fetches = [each for each in _fetches(ledger, source_id) if each.outcome in _HAD and each.file_sha256]
    if not fetches:
        raise WarcRefused.of("collecting.nothing_fetched", source=source_id)
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            done = _Export(source_id, store, file, gzipped=target.suffix == ".gz").write(fetches)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return done


def _fetches(ledger: Path, source_id: str) -> Iterator[Fetch]:
    if not source_id.replace("-", "").isalnum():
        raise WarcRefused.of("collecting.no_source_id", source=source_id)
    query = f"SELECT {', '.join(_COLUMNS)} FROM \"fetch\" WHERE source_id = '{source_id}' ORDER BY id"  # noqa: S608
    with reading(ledger) as asked:
        yield from (Fetch(*row) for row in asked(query))


class _Export:
    def __init__(self, source_id: str, store: RawStore, file: Any, *, gzipped: bool) -> None:
        try:
            from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415  # an extra, which only this needs
            from warcio.warcwriter import WARCWriter  # noqa: PLC0415
        except ImportError as error:
            raise WarcMissing.of("collecting.warc_not_installed") from error
        self._heads = StatusAndHeaders
        self._writer = WARCWriter(file, gzip=gzipped, warc_version="WARC/1.1")
        self._source_id = source_id
        self._store = store
        self._first: dict[tuple[str, str], tuple[str, str]] = {}
        self._done = Exported()

    def write(self, fetches: list[Fetch]) -> Exported:
        self._about(fetches)
        for fetch in fetches:
            try:
                body = self._store.read(fetch.file_sha256 or "")
            except DamagedObject as error:
                self._done.missing.append(f"{fetch.url}: {error}")
                continue
            self._visit(fetch, body)
        return self._done

    def _about(self, fetches: list[Fetch]) -> None:
        said = {
            "software": "gongkai (https://github.com/webrecorder/warcio writes the file)",
            "format": "WARC File Format 1.1",
            "isPartOf": self._source_id,
            "description": (__doc__ or "").split("\n\n")[1].replace("\n", " "),
        }
        text = "".join(f"{name}: {value}\r\n" for name, value in said.items()).encode()
        self._record(None, "warcinfo", "about", fetches[-1].at, text, "application/warc-fields")

    def _visit(self, fetch: Fetch, body: bytes) -> None:
        uri = fetch.final_url or fetch.url
        known = self._first.get((uri, fetch.file_sha256 or ""))
        if fetch.reason == "same_body":
            text = f"outcome: {fetch.outcome}\r\nreason: {fetch.reason}\r\ndetail: {fetch.detail}\r\n"
            self._record(uri, "metadata", fetch.id, fetch.at, text.encode(), "application/warc-fields")
        elif known is not None and fetch.outcome == "unchanged":
            self._revisit(fetch, uri, body, known)
        elif fetch.status is None:
            self._record(uri, "resource", fetch.id, fetch.at, body, fetch.media_type or "application/octet-stream")
            self._first[uri, fetch.file_sha256 or ""] = (uri, _second(fetch.at))
        else:
            # A file of which the ledger knows no other visit has answered 200 when it was stored.
            head = self._head(fetch, 200 if fetch.status == 304 else fetch.status, body)
            self._put(self._writer.create_warc_record(
                uri, "response", payload=BytesIO(body), length=len(body), http_headers=head,
                warc_headers_dict=self._named(fetch.id, fetch.at),
            ), "response")  # fmt: skip
            self._first[uri, fetch.file_sha256 or ""] = (uri, _second(fetch.at))

    def _revisit(self, fetch: Fetch, uri: str, body: bytes, known: tuple[str, str]) -> None:
        digest = "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
        record = self._writer.create_revisit_record(
            uri, digest, *known,
            http_headers=self._head(fetch, fetch.status or 200, b""), warc_headers_dict=self._named(fetch.id, fetch.at),
        )  # fmt: skip
        profile = _NOT_MODIFIED if fetch.status == 304 else _SAME_PAYLOAD
        record.rec_headers.replace_header("WARC-Profile", profile)
        self._put(record, "revisit")

    def _record(self, uri: str | None, kind: str, key: object, at: str, body: bytes, media_type: str) -> None:
        record = self._writer.create_warc_record(
            uri, kind, payload=BytesIO(body), length=len(body), warc_content_type=media_type,
            warc_headers_dict=self._named(key, at),
        )  # fmt: skip
        self._put(record, kind)

    def _put(self, record: Any, kind: str) -> None:
        self._writer.write_record(record)
        self._done.records[kind] += 1

    def _named(self, key: object, at: str) -> dict[str, str]:
        name = uuid.uuid5(_NAMESPACE, f"{self._source_id} {key} {at}")
        return {"WARC-Record-ID": f"<urn:uuid:{name}>", "WARC-Date": _second(at)}

    def _head(self, fetch: Fetch, status: int, body: bytes) -> Any:
        """Return the head of an answer as far as it was kept; a revisit has no body and states no length."""
        kept: dict[str, str] = json.loads(fetch.headers or "{}")
        headers = [
            (f"X-Archive-Orig-{name}" if name in _OF_THE_WIRE else name, _line(value)) for name, value in kept.items()
        ]
        if body:
            headers.append(("Content-Length", str(len(body))))
        return self._heads(f"{status} {responses.get(status, '')}".strip(), headers, protocol="HTTP/1.1")


def _line(value: str) -> str:
    return " ".join(value.split())


def _second(at: str) -> str:
    """Return a time of the ledger (UTC) as WARC has it."""
    return f"{at[:19]}Z"
