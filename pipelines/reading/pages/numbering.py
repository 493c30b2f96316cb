"""Which pictures are pages of one report, by their names: numbered as a run in one folder.

Belongs here: names. Keep out: what is in the pictures; where two reports follow each other in one run, whoever reads
them finds the second title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

_PICTURE = re.compile(r"\.(?:jpe?g|png|tiff?|bmp|gif|webp)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|(?<=第)[一二三四五六七八九十]{1,3}(?=[页頁张張])")
_HAN = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
# Longer numbers are moments and identifiers of programs: what lies between two of them tells nothing.
_MOST_DIGITS = 5
# So many numbers may be missing for each that is there; more, and the numbers are no pages.
_MOST_MISSING = 1.0
# A run that begins behind this number is numbered by a camera, and nothing is missing before it.
_FIRST_PAGES = 3
# Numbers that are years, unless what stands before them is what cameras, scanners and people call pictures and pages.
_YEARS = range(2000, 2040)
_OF_PICTURES = re.compile(
    r"(?:img|dsc[fn]?|dcim|p|pic|photo|image|scan|page|doc|mmexport|扫描|图片|照片|图|页|第)[\s_\-—.]*$", re.IGNORECASE
)


class PageRun(NamedTuple):
    """Pictures of one report by their names, in order of their pages, and the numbers that are not there."""

    names: tuple[str, ...]
    missing: tuple[int, ...]

    @property
    def label(self) -> str:
        """What the run is called: its first picture and the name of its last."""
        return label(self.names)


class _Numbered(NamedTuple):
    """A name, its number, and what stands before and behind that."""

    name: str
    number: int
    before: str
    behind: str


def label(names: Sequence[str]) -> str:
    """Return what files that are one report are called: the first, and the name of the last without its folder."""
    return f"{names[0]}..{names[-1].rpartition('/')[2]}"


def missing_of(names: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers that are missing of a run by the names of its pictures."""
    return next((run.missing for run in page_runs(names) if len(run.names) == len(names)), ())


def is_picture(name: str) -> bool:
    """Tell whether a name is that of a picture."""
    return _PICTURE.search(name) is not None


def page_runs(names: Iterable[str]) -> list[PageRun]:
    """Return the runs of numbered pictures among the names of files (paths with /), each within one folder.

    A number that two of them have, numbers far apart, years, moments: such pictures are no pages of one report.
    """
    found: list[PageRun] = []
    left = [name for name in names if is_picture(name)]
    for which in (-1, 0):  # the last number of a name, as a rule; the first of "3 of 12"
        groups = _groups(left, which)
        runs = [run for numbered in groups.values() for run in _runs(numbered)]
        found += runs
        taken = {name for run in runs for name in run.names}
        left = [name for name in left if name not in taken]
    return sorted(found)


def _groups(names: Iterable[str], which: int) -> Mapping[tuple[str, str], list[_Numbered]]:
    groups: dict[tuple[str, str], list[_Numbered]] = defaultdict(list)
    for name in names:
        folder, slash, file = name.rpartition("/")
        stem = _PICTURE.sub("", file)
        if numbers := list(_NUMBER.finditer(stem)):
            at = numbers[which]
            before, behind = f"{folder}{slash}{stem[: at.start()]}", stem[at.end() :]
            groups[before, behind].append(_Numbered(name, _value(at[0]), before, behind))
    return groups


def _value(digits: str) -> int:
    if digits[0] not in "一二三四五六七八九十":
        return int(digits[:18])
    tens, ten, ones = digits.rpartition("十")
    return (_HAN.get(tens, 1) * 10 if ten else 0) + _HAN.get(ones, 0)


def _runs(group: list[_Numbered]) -> Iterator[PageRun]:
    if len({each.number for each in group}) < len(group):
        # The same pages in two formats: each is a run of its own.
        kinds: dict[str, list[_Numbered]] = defaultdict(list)
        for each in group:
            kinds[each.name.rpartition(".")[2].lower()].append(each)
        parts = list(kinds.values())
    else:
        parts = [group]
    for part in parts:
        numbers = sorted(each.number for each in part)
        if len(set(numbers)) == len(numbers) and len(numbers) > 1 and _are_pages(part, numbers):
            names = tuple(each.name for each in sorted(part, key=lambda each: each.number))
            first = 1 if 1 < numbers[0] <= _FIRST_PAGES else numbers[0]
            missing = sorted(set(range(first, numbers[-1])) - set(numbers))
            yield PageRun(names, tuple(missing))


def _are_pages(group: list[_Numbered], numbers: list[int]) -> bool:
    if len(str(numbers[-1])) > _MOST_DIGITS:
        return False
    before = group[0].before.rpartition("/")[2]
    if any(number in _YEARS for number in numbers) and not _OF_PICTURES.search(before):
        return False
    return numbers[-1] - numbers[0] + 1 - len(numbers) <= len(numbers) * _MOST_MISSING
