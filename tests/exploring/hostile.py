"""Strings that a report, a portal or a reader may send: scripts, markup, formulas, directions, and very long ones."""

from __future__ import annotations

import random

_SCRIPTS = (
    "<script>window.harmed=1</script>",
    "<img src=x onerror=window.harmed=1>",
    '"><svg onload=window.harmed=1>',
    "javascript:window.harmed=1",
    "</table></div><iframe srcdoc='<script>parent.harmed=1</script>'>",
    "<a href='javascript:window.harmed=1'>东昌</a>",
    "<style>body{display:none}</style>",
    "<!-- --><base href=//evil.example>",
    "&lt;script&gt;",
    "&#x3c;img src=x onerror=window.harmed=1&#x3e;",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.harmed=1>",
    "' onmouseover='window.harmed=1",
    "<link rel=stylesheet href=https://evil.example/a.css>",
)
_MARKDOWN = (
    "# 标题",
    "**粗**",
    "[链接](javascript:alert(1))",
    "![图](https://evil.example/a.png)",
    "`code`",
    "~~x~~",
    "| a | b |\n|---|---|",
    "- 一\n- 二",
    ":material/home:",
    ":red[红]",
    "---",
    "<br>",
    ":sparkles:",
)
_LATEX = (r"$\href{javascript:alert(1)}{x}$", "$$\\frac{1}{0}$$", "\\(x\\)", "$E=mc^2$")
_FORMULAS = ("=1+1", '=HYPERLINK("https://evil.example")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1")
_SQL = ("'; DROP TABLE dim_report; --", '" OR 1=1 --', "%' OR '1'='1", "$years", "/* filter */", "{name}", "%s", "{}")
_SIGNS = (
    "\u202e反向\u202c",
    "\u200f右\u200e",
    "\u2066x\u2069",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "e\u0301" * 5,
    "\ufeff",
    "\u0000",
    "\x1b[31m",
    "\u0085",
    "\u2028",
    "\ud7ff",
    "𠀀𪚥",
    "ﷺ",
    "Z̴̧͖a̵l̷g̸o̶",
    "a\tb\nc\rd",
    " ",
    "",
)
_LONG = ("政" * 5_000, "<b>" * 1_000, "A" * 20_000, "&" * 3_000, "东昌区" * 800)
_ALL = (_SCRIPTS, _MARKDOWN, _LATEX, _FORMULAS, _SQL, _SIGNS)


def hostile_strings(count: int, seed: int = 7) -> list[str]:
    """Return so many strings: every one of the lists, then mixtures."""
    rng = random.Random(seed)
    found = [text for kind in (*_ALL, _LONG) for text in kind]
    while len(found) < count:
        parts = [rng.choice(rng.choice(_ALL)) for _ in range(rng.randint(1, 4))]
        found.append(rng.choice(("", "东昌区", "人民政府", " ")).join(parts) + str(len(found)))
    return found[:count]
