"""Surrogate keys from content, so that two machines agree on them and every program can hold them.

A key has at most 15 digits. A double holds whole numbers up to 2**53, which are 16, but Excel keeps 15 significant ones
and makes the others 0, without a word, where it opens a CSV file: two reports would get one key, and joins would be
wrong. Text does not help there, since Excel takes digits in CSV for a number whatever stands around them, and keys of
other kinds in other formats could not be joined. So keys are short everywhere: in Parquet, DuckDB, CSV, Excel, Stata.

The price is nine times the chance of a collision that keys below 2**53 have: among n reports two have the same key with
a probability of n * n / 2e15, which is 0.45 % for 3 million reports and 1.5 % for 5.4 million (300,000 a year for 18
years). Then the primary key of the table blocks the release and names the key; nothing is mixed up. The way out is a
part more for one of the two where its key is made.
"""

from __future__ import annotations

import hashlib

# The largest number of 15 digits.
MAX_KEY = 10**15 - 1


def content_key(*parts: str | int) -> int:
    """Return a positive integer of at most 15 digits: the first 128 bits of the sha256 of the parts, modulo MAX_KEY."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:16], "big") % MAX_KEY + 1
