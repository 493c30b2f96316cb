"""Offices whose everyday name is no beginning of the full one: 供销社, 残联, 人防办, 金融办, 公安局交警大队.

Belongs here: names of one office that no rule on endings joins. Keep out: names that follow each other through reforms
(`organs.yml`), and offices that stand side by side in one place and year.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FULL = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"^供销(?:合作)?(?:社(?:联合社|联社)?|联合社|联社|总社)$", "供销合作社联合社"),
        (r"^残联$", "残疾人联合会"),
        (r"^妇联$", "妇女联合会"),
        (r"^文联$", "文学艺术界联合会"),
        (r"^科协$", "科学技术协会"),
        (r"^工商联$", "工商业联合会"),
        (r"^侨联$", "归国华侨联合会"),
        (r"^人防(?=(?:办公室|办|局)$)", "人民防空"),
        (r"^扶贫办(?:公室)?$", "扶贫开发办公室"),
        # Not 金融监管局: that is the national bureau.
        (r"^(?:地方)?金融(?:工作|服务)?(?:办公室|办)$|^(?:地方)?金融(?:工作)?局$", "地方金融监督管理局"),
        (r"^地方金融工作(?=局$)", "地方金融监督管理"),
        (r"^大数据(?=(?:管理)?局$)", "大数据发展"),
        # Police of the roads are a body of their own under either name, with their bureau's or without.
        (r"^公安(?:分局|局)?(?:交警|交通警察)(?=[总支大]队)|^公安(?:分局|局)?交通管理(?=[总支大]队)", "交警"),
        (r"^交通警察(?=[总支大]队)", "交警"),
    )
)


@lru_cache(maxsize=65536)
def in_full(words: str) -> str:
    """Return the words of an organ under the name that stands for all of the office's."""
    for pattern, full in _FULL:
        if pattern.search(words):
            return pattern.sub(full, words)
    return words
