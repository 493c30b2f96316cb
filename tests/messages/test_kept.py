"""A message that is kept is told in the language of whoever reads it; what a file says is never taken for one."""

from __future__ import annotations

import copy

from pipelines.messages import KeptError, kept, kept_together, retold

GONE = kept("raw.gone", folder="data/raw", state="x", before="y", files=1200)


def test_a_kept_message_is_told_in_both_languages() -> None:
    assert retold(GONE, "en") == "data/raw: x; y had 1,200"
    assert retold(GONE, "zh") == "data/raw：x；y 有 1,200 个"
    assert retold(GONE) == retold(GONE, "en")


def test_a_message_within_a_message_is_told_in_the_same_language() -> None:
    whole = kept("raw.gone", folder="data/raw", state=kept("raw.no_file"), before="y", files=1)
    assert retold(whole, "en") == "data/raw: no file in it; y had 1"
    assert retold(whole, "zh") == "data/raw：其中没有文件；y 有 1 个"


def test_several_are_told_as_one() -> None:
    both = kept_together([kept("raw.no_file"), "a plain text", kept_together([kept("raw.no_such_folder")])])
    assert retold(both, "en") == "no file in it; a plain text; no such folder"
    assert retold(both, "zh") == "其中没有文件；a plain text；没有这个目录"


def test_what_a_file_says_is_no_message_even_if_it_looks_like_one() -> None:
    whole = kept("raw.release", release=str(kept("raw.no_file")))
    assert retold(whole, "en") == 'release {"told":[["raw.no_file",{}]]}'
    assert retold("a plain text", "zh") == "a plain text"


def test_a_message_that_is_no_more_is_told_by_its_code_and_values() -> None:
    for gone in (kept("raw.nothing_of_the_kind", n=7), kept("raw.gone", n=7)):
        assert retold(gone, "zh").endswith(": 7")


def test_an_error_leaves_a_worker_with_its_message() -> None:
    error = KeptError("damaged", "raw.release", release=ValueError("bad"))
    again = copy.copy(error)  # as its way out of a worker makes it again
    assert (
        (again.reason, again.detail) == (error.reason, error.detail) == ("damaged", kept("raw.release", release="bad"))
    )
    assert str(again) == "damaged: release bad"
