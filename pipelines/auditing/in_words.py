"""What the audit tells, in both languages, as expressions over whole frames: messages of messages/auditing.yml.

Belongs here: a message with a value from each row. Keep out: the sentences, and which of them is told when.
"""

from __future__ import annotations

from string import Formatter

import polars as pl

from pipelines.messages import Language, message_in
from pipelines.messages.saying import entry_of

# The column of a text in a language is that of the Chinese one with this behind it.
SUFFIX: dict[Language, str] = {"zh": "", "en": "_en"}
# What stands between the names of a list.
BETWEEN: dict[Language, str] = {"zh": "、", "en": ", "}


def told(language: Language, code: str, /, **values: pl.Expr | str) -> pl.Expr:
    """Return a message whose values are columns: a text for each row, NULL where any of its values is."""
    if not values:
        return pl.lit(message_in(language, code))
    entry = entry_of(code)
    parts: list[pl.Expr] = []
    for text, name, _, _ in Formatter().parse(entry.zh if language == "zh" else entry.en):
        if text:
            parts.append(pl.lit(text))
        if name is not None:
            value = values[name]
            parts.append(pl.col(value) if isinstance(value, str) else value)
    return pl.concat_str(parts)


def telling(
    *,
    detail: pl.Expr | None = None,
    detail_en: pl.Expr | None = None,
    hint: pl.Expr | None = None,
    hint_en: pl.Expr | None = None,
) -> dict[str, pl.Expr]:
    """Return what an evaluation tells beside its figures; what is printed text alone has no English of its own."""
    given = {"detail": detail, "detail_en": detail_en, "hint": hint, "hint_en": hint_en}
    return {name: pl.lit(None, pl.String) if value is None else value for name, value in given.items()}
