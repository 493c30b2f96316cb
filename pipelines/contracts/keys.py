"""Surrogate keys from content, so that two machines agree on them."""

from __future__ import annotations

import hashlib

_BITS = 53


def content_key(*parts: str | int) -> int:
    """Return a positive integer below 2**53: the first 53 bits of the sha256 of the parts."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogateescape")).digest()
    return (int.from_bytes(digest[:8], "big") >> (64 - _BITS)) or 1
