"""Words around a name that are none of it: numbers of lists, years, editions, seals, and whose figures are told.

What is known to be a remark is taken off, so that an office under two spellings is one agency. What is left behind a
whole name leaves open whether that is an office at all.
Belongs here: which words those are. Keep out: places (`naming`), the scope they tell (`scopes`), which edition counts.
"""

from __future__ import annotations

import re

_ZERO = "0OoΟО○◯〇零"
# 二〇二二年 with any round sign for its zeros, 2O22年, and the figures of a year at the begin.
_YEAR = re.compile(
    rf"二[{_ZERO}][{_ZERO}一二三四五六七八九]{{2}}年度?|2[{_ZERO}]\d\d年度?|^(?:20\d\d(?:年度?)?|\d\d年度?)[-_.]?(?=[\u3400-\u9fff])"
)
# What stands before a title on a page; the first bracket may be gone: 【文稿解读】, (图解).
_LABEL = re.compile(
    r"^[【\[(]?(?:(?:文稿|文字|图文|图片|图表|视频|政策|动漫)*(?:解读|图解|图文|图片|视频|转载|置顶|全文)"
    r"|(?:信息|年报|年度报告|更正)?(?:公示|公告|公布|公开|发布|通知|转发|更正|更新|最新|重要|年报|补发|补报))[】\]):]"
)
# 12团 and 110指挥中心 begin with figures of their own.
_NUMBERED = re.compile(
    r"^(?:附件[一二三四五六七八九十\d]*[-—:.、_]*|\((?:[一二三四五六七八九十]{1,3}|\d{1,3})\)[、.]?"
    r"|[一二三四五六七八九十]{1,3}[、.]|\d{1,3}[、.)_-]+|\d{1,2}(?=[\u3400-\u9fff])(?![团连师号中小院所]))"
)
# Signs of lists. ? and □ stand for a lost character (?江镇), and before 、 another office is lost.
_SIGNS = re.compile(r"^[#*.,;:·•★☆●◆◇▲▶►※~—–_\s-]+")
_LEADING = re.compile(
    r"^(?:关于|转发|转载|印发|公布|公开|公示|发布|(?:重新)?(?:更正|修正|修改|修订|订正|补充|补报))(?=.{3})"
)

# 更正, 修改稿, 第二次更正, 3月2日更正, 已盖章.
_EDITION = (
    r"(?:第?[一二三四五六\d]次|\d{1,2}月(?:\d{1,2}日)?|已)?"
    r"(?:未定稿|草稿|初稿|征求意见稿|送审稿|讨论稿|报审稿|审核稿|[二三四五]稿|未盖章"
    r"|修[改订正](?:稿|版|后|件)?|[更订补]正(?:稿|版|后|件)?|勘误(?:版)?|更新(?:版|后)?|最新(?:版|稿)?|新版|旧版"
    r"|(?:最终|最后)(?:稿|版)?|定稿|终[稿版]|正式[稿版]?|补[报发]|重[报发]|再报|重新(?:报送|上报|发布|公开|公布|上传)"
    r"|(?:加盖|盖|签|代|公|印)章(?:版|件)?|红头|作废|已撤[回销]|撤回稿|勿用)"
)
_OWN = r"(?:[局厅委]?(?:机关)?本级(?:机关)?|[局厅委]?机关|本机关|本部)"
_UNITS = r"(?:单位|机构|部门|[乡镇街村]|街道|村居|分局|系统|机关|学校)"
_IN_BRACKETS = (
    r"章|\d{1,2}|[一二三四五六七八九十]|第?[一二三四五六七八九十\d]{1,2}[次稿版]|[vV]\d[\d.]*|新|旧"
    r"|(?:图片|文字|图文|超链|电子|扫描|打印|网页|网络|公开|发布|上报)[版件稿]|扫描件\(章\)|含?附[件表]|原件|复印件|PDF|pdf"
    r"|全?系统|汇总|全文|公[开示]|上报|报送|上传|全[省市县区州盟旗]|[省市县区州盟旗]?(?:人民)?政府办公[厅室]"
    rf"|加?挂[^()]*牌子?|(?:及|[不未]?(?:包?含|包括))[^()]*{_UNITS}[^()]*"
)
_BRACKETED = re.compile(rf"\((?:{_EDITION}\d?|{_OWN}|{_IN_BRACKETS}|[、,;和])+\)")
_LONE_BRACKET = re.compile(r"\($|^\)|^\((?=[^()]*$)|^([^()]*)\)$")
_WHOLE_NAME = r"(?<=[局委厅办府院会处署部室所心站队馆校社司团师区县市镇乡道州盟旗])"
_AT_END = re.compile(
    rf"{_WHOLE_NAME}(?:(?:{_EDITION}|汇总|公示|依申请|主动)\d?|[vV]\d[\d.]*)$"
    rf"|(?<=[局委厅府署会])(?:{_OWN}|系统)$"
    rf"|(?<=[局委厅府署会心])(?:及|和|含|包括)(?:其|所|下|直)[^()]{{0,7}}{_UNITS}$"
    r"|(?<=[省市县区州盟旗])全[省市县区州盟旗]$"
)

# What is inside of an office or of its site and reports nothing of its own.
_INSIDE = re.compile(
    r"(?:[局厅委院馆队所处站]|政府|中心|办公?室?)[\u3400-\u9fff]{0,8}(?:科|股|党组|党委|党支部|工会)$"
    r"|(?:[局厅院馆队所站]|办公室)办公室$|[局厅](?:委员会|局|厅)$|网站?$"
)
# Two names where one office is asked for.
_TWO = re.compile(r"(?:局|委|厅|办|办公室|委员会)[、和与及].*(?:局|委|厅|办|会|室|中心|院|队)$")
_ALL = re.compile(
    r"^(?:各|所有|全体)|各(?:个|有关|相关|直属|下属|所属)?(?:部门|单位|机构|[科股处]室?|乡镇|镇街|[局委办镇乡村]|街道|学校)"
)
_STRAY = re.compile(r"[^\w()、·]|\d年")
_OFFICE_END = re.compile(
    r"(?:[局委厅办院署处室会部司组科府所站社台馆园场校库区县市旗盟州镇乡村港岛城湖山团师连队行协联网组厂矿学狱圃庙]"
    r"|中心|海关|大学|公司|集团|街道|基地|公署|景区|侨联|人大|政协|公积金|专员|电站|总工会|青年团)$"
)
_OTHER_BODIES = ("政协", "人大", "监狱", "苗圃", "海关系统")
# Sea and land of one zone, the campus of a university, and a free trade zone bear brackets in their names.
_OWN_BRACKETS = re.compile(
    r"\((?:[\u3400-\u9fff]{1,8}(?:区|园|基地)|集团|[\u3400-\u9fff]{2,3})\)(?=自由贸易|自贸|管委会|管理委员会|有限|股份|公司)"
    r"|(?<=大学)\([\u3400-\u9fff]{2,4}\)$|(?<=政府办公[厅室])\([\u3400-\u9fff]+(?:局|委|办|办公室|厅|中心)\)$"
)


def without_prefix(name: str) -> str:
    """Return a name in half width without what stands before it on a page: labels, numbers, years, 关于更正."""
    before = None
    while name != before:
        before = name
        for prefix in (_LABEL, _YEAR, _NUMBERED, _LEADING):
            name = prefix.sub("", _SIGNS.sub("", name))
    return name


def without_remarks(name: str) -> str:
    """Return a name in half width without remarks in brackets wherever they stand, and without those at its end."""
    before = None
    while name != before:
        before = name
        # A title is cut where 年度报告 begins, which may stand in brackets.
        name = _LONE_BRACKET.sub(lambda found: found[1] or "", _AT_END.sub("", _BRACKETED.sub("", name)))
    return name


def no_one_office(words: str, *, has_type: bool) -> str | None:
    """Return why the words of an organ are not certainly those of one office; None where they can be.

    `has_type` tells whether they fit a type of agency.
    """
    if _ALL.search(words):
        return f"{words} are many offices"
    if _TWO.search(words):
        return f"{words} names more than one office"
    plain = _OWN_BRACKETS.sub("", words)
    if "(" in plain or ")" in plain:
        return f"it is not known what the brackets in {words} say"
    if _INSIDE.search(plain):
        return f"{words} is not known to be an office of its own"
    if _STRAY.search(plain):
        return f"signs in {words} are no part of a name"
    if plain and not (has_type and _OFFICE_END.search(plain)) and not plain.endswith(_OTHER_BODIES):
        return f"{words} does not end like the name of an office"
    return None
