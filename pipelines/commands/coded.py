"""Codes as the command line and Dagster print them: the code, what it means, and what to do about it.

In the language that was chosen. Keep out: the codes themselves (`contracts.codes`). A code of another version has no
words and stands alone.
"""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.messages import chosen


def in_words(name: str, code: str) -> str:
    """Return a code of a code list with its label: `truncated (file is cut off)`, `truncated 文件不完整`."""
    codes, language = code_list(name), chosen()
    if code not in codes:
        return code
    label = codes.label(code, language)
    if language == "zh":
        return f"{code} {label}"
    return code if label == code.replace("_", " ") else f"{code} ({label})"


def what_to_do(name: str, code: str) -> str:
    """Return what a reader can do about a code; empty where there is nothing."""
    codes = code_list(name)
    return (codes.advice(code, chosen()) or "") if code in codes else ""
