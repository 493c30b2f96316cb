"""List pages of a run that was cut off: kept until the run ends, so that taking it up does not ask for them again.

Belongs here: that short memory. Keep out: what a list means (`listing`), reports (`raw_store`, kept forever).
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.collecting.ledger import timestamp
from pipelines.collecting.records import Outcome, Received, Refused, Request, Response

# A list shifts when something is published: pages of different days do not make one list.
_KEPT = timedelta(hours=6)


class ListPages:
    """The list pages of a source's current run, below `folder`. One crawler per source writes there."""

    def __init__(self, folder: Path, *, since: str) -> None:
        self._folder = folder
        self._since = since

    def get(self, request: Request, now: datetime) -> Received | Refused | None:
        """Return the outcome of the same request, if the run had it lately; a torn or strange file is none."""
        try:
            kept = json.loads(self._path(request).read_bytes())
            if not max(self._since, timestamp(now - _KEPT)) <= kept["at"]:
                return None
            if "reason" in kept:
                return Refused(kept["reason"], kept["detail"])
            body = base64.b64decode(kept["body"], validate=True)
            return Received(Response(request, kept["url"], kept["status"], kept["headers"], body))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def keep(self, request: Request, outcome: Outcome, now: datetime) -> None:
        """Keep an outcome, unless another try may end otherwise. Raises OSError (a full disk)."""
        kept: dict[str, Any] = {"at": timestamp(now)}
        if isinstance(outcome, Received):
            response = outcome.response
            kept |= {"url": response.url, "status": response.status, "headers": dict(response.headers)}
            kept["body"] = base64.b64encode(response.body).decode()
        elif isinstance(outcome, Refused):
            kept |= {"reason": outcome.reason, "detail": outcome.detail}
        else:
            return
        path = self._path(request)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(path)

    def clear(self) -> None:
        """Forget all pages."""
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def _path(self, request: Request) -> Path:
        key = json.dumps([request.method, request.url, request.form, request.json])
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
