"""Digests of the rows of frames, by which a run knows that they are those of the run before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import polars as pl

# Each row is hashed twice with 64 bits.
_SEEDS = (11, 23)
_SUMS = ("first", "second")
REPORT_DIGESTS = {"report_key": pl.Int64, **dict.fromkeys(_SUMS, pl.UInt64), "rows": pl.UInt32}


def frame_digest(frame: pl.DataFrame) -> str:
    """Return a digest of names, types and rows, whatever the order of the rows; it holds for one version of Polars."""
    digest = hashlib.sha256(f"{list(frame.schema.items())!r} {frame.height}".encode())
    if frame.height and frame.width:
        for seed in _SEEDS:
            digest.update(frame.hash_rows(seed).sort().to_arrow().buffers()[1])
    return digest.hexdigest()


def report_digests(frames: Iterable[pl.DataFrame], reports: pl.DataFrame) -> pl.DataFrame:
    """Return a digest of the rows of each report in some frames, whatever their order (columns of REPORT_DIGESTS).

    Each of `reports` has one, also where it has no row in any frame; it holds for one version of Polars and for frames
    in this order. Of a frame nothing is held once the next one is taken.
    """
    parts = [reports.select("report_key", **dict.fromkeys(_SUMS, pl.lit(0, pl.UInt64)), rows=pl.lit(1, pl.UInt32))]
    for place, frame in enumerate(frames, start=1):
        # Seeds of its own: a row is another one in another frame.
        hashes = {name: frame.hash_rows(seed + 100 * place) for name, seed in zip(_SUMS, _SEEDS, strict=True)}
        keyed = frame.select("report_key").with_columns(**hashes)
        parts.append(keyed.group_by("report_key").agg(pl.col(_SUMS).sum(), rows=pl.len()))
    return (
        pl.concat(parts)
        .group_by("report_key")
        .agg(pl.col(REPORT_DIGESTS).exclude("report_key").sum())
        .sort("report_key")
    )
