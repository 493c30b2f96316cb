"""Messages that were kept when files were read (`messages.kept`), as columns in both languages.

Belongs here: telling them. Keep out: whose they are, and what they say.
"""

from __future__ import annotations

import polars as pl

from pipelines.messages import retold


def in_both_languages(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with `detail` in English and `detail_zh` beside it; what is no message is the same in both."""
    details = frame["detail"].drop_nulls().unique()
    english = [retold(detail, "en") for detail in details]
    chinese = [retold(detail, "zh") for detail in details]
    column = pl.col("detail")
    return frame.with_columns(
        detail=column.replace_strict(details, pl.Series(english, dtype=pl.String), return_dtype=pl.String),
        detail_zh=column.replace_strict(details, pl.Series(chinese, dtype=pl.String), return_dtype=pl.String),
    )
