"""Codes as the command line and Dagster print them: the code, what it means, and what to do about it.

Keep out: the codes themselves (`contracts.codes`). A code of another version has no words and stands alone.
"""

from __future__ import annotations

from pipelines.contracts.codes import code_list


def in_words(name: str, code: str) -> str:
    """Return a code of a code list with its Chinese label, `truncated 文件不完整`."""
    codes = code_list(name)
    return f"{code} {codes.label(code, 'zh')}" if code in codes else code


def what_to_do(name: str, code: str) -> str:
    """Return what a reader can do about a code, in both languages; empty where there is nothing."""
    codes = code_list(name)
    advice = (codes.advice(code, "zh"), codes.advice(code, "en")) if code in codes else ()
    return " ".join(filter(None, advice))
