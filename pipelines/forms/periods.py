"""What a label says of the time or the part that it counts: this year's figure, another year's, a share, a difference.

A label that only looks like one of the form's is not it where it says so much: 上年处理决定数量 is not 处理决定数量.
Belongs here: words and years in labels. Keep out: which column stands under which header (`extracting.tables`).
"""

from __future__ import annotations

import re

from pipelines.forms.labels import clean

# Words that make another figure of the same label, each with how it is told apart from others that mean the same.
_SAME = (
    ("上一年度", "上年"),
    ("上一年", "上年"),
    ("上年度", "上年"),
    ("去年", "上年"),
    ("下一年", "下年"),
    ("次年", "下年"),
)
_OTHER = re.compile(
    "上年|前年|往年|历年|累计|同期|同比|环比|半年|季度|月份|[0-9一二三四五六七八九十]月|下年|增减|增长|增幅"
    "|占比|比例|比重|百分比|其中|[本当][月季旬届]|[一二三四]五(?:期间|时期|规划)|截至目前|[至迄]今|拟"
    # Of several years; the normal form of a label has no dash.
    "|(?:19|20)[0-9]{2}年?度?[-—–~～至到]*(?:19|20)[0-9]{2}"
)
# What is counted up to now is the same figure with these words as without them.
_STOCK, _OF_STOCK = re.compile("总数|现行有效"), frozenset(("累计", "历年", "截至目前", "至今", "迄今"))
_OTHER_TIME = re.compile("上年|前年|往年|历年|[上下]?半年|第?[一二三四]?季度")
_YEAR_IN_FULL = re.compile(r"(?:19|20)\d\d年?度?")
_NOTE = re.compile(
    r"^(?:指|为|均为)?(?:上年|前年|往年|历年|累计|历年累计|上年同期|上半年|下半年|[第一二三四]+季度)(?:度|数|数量|数据)?$"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_CHINESE_YEAR = re.compile("二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")
CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR_ALONE = re.compile(r"^\(?((?:19|20)\d\d)年?度?\)?(?:数|数量|件数)?$")
_THIS_YEAR = re.compile(r"^\(?(?:本年|当年|今年)度?\)?(?:数|数量|件数)?$")
_ANOTHER_YEAR = re.compile(r"^\(?(?:上年|前年|往年|历年|累计|历年累计|上年同期|同期)度?\)?(?:数|数量|件数)?$")


def _plain(text: str) -> str:
    for printed, word in _SAME:
        text = text.replace(printed, word)
    return text


def names_another_figure(body: str, label: str) -> bool:
    """Tell whether a printed label says of time or part what the label that it looks like does not say."""
    found = set(_OTHER.findall(_plain(body)))
    if not found:
        return False
    if _STOCK.search(label):
        found -= _OF_STOCK
    return not found <= set(_OTHER.findall(_plain(label)))


def notes_another_period(note: str, label: str) -> bool:
    """Tell whether the note of a label says that it counts another period: 处理决定数量（上年）."""
    text = _plain(clean(note).strip("():、,. "))
    return bool(_NOTE.match(text)) and names_another_figure(text, label)


def years_named(text: str) -> frozenset[int]:
    """Return the years that a text names, in digits or in Chinese numerals."""
    return frozenset(int(year) for year in _YEAR.findall(_in_digits(clean(text))))


def _in_digits(text: str) -> str:
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(CHINESE_DIGITS), text)


def names_another_time(text: str, year: int) -> bool:
    """Tell whether a text names other years than a report year, or a time that is no year: 上年申请人情况."""
    named = years_named(text)
    return bool(year and named and year not in named) or _OTHER_TIME.search(_plain(clean(text))) is not None


def without_time(text: str) -> str:
    """Return what a text says beside the year or the time that it names."""
    return _YEAR_IN_FULL.sub("", _OTHER_TIME.sub("", _in_digits(_plain(clean(text)))))


def period_alone(text: str, year: int) -> int | None:
    """Return how many years after the report year a text is that names a period and no more; None for others.

    Periods without a year, such as 累计, are as far away as no year is; `year` is the report year.
    """
    folded = _in_digits(_plain(clean(text)))
    if found := _YEAR_ALONE.match(folded):
        return int(found[1]) - year
    if _THIS_YEAR.match(folded):
        return 0
    if _ANOTHER_YEAR.match(folded):
        return -1 if "上年" in folded else -9999
    return None
