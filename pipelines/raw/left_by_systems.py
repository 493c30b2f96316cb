"""Files that a system or an office program leaves beside those of people: told by name and size, never read."""

from __future__ import annotations

import re

# What Windows, macOS and office programs leave beside files: thumbnails, settings of a folder, locks of open documents.
_LEFT_BY_SYSTEMS = re.compile(
    r"(^|/)(thumbs\.db|ehthumbs\.db|desktop\.ini|\.ds_store|\._[^/]*)$|(^|/)__macosx/", re.IGNORECASE
)
_OPEN_DOCUMENT, _OPEN_DOCUMENT_BYTES = re.compile(r"(^|/)~\$[^/]*$"), 1024


def is_left_by_system(name: str, size: int) -> bool:
    """Tell by the name of a file whether a system or an office program left it, so that it is no report and no fault.

    What begins like the lock of an open document (~$) is one only if it is as small as those are.
    """
    is_lock = size <= _OPEN_DOCUMENT_BYTES and _OPEN_DOCUMENT.search(name) is not None
    return is_lock or _LEFT_BY_SYSTEMS.search(name) is not None
