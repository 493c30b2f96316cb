"""Number formats of spreadsheets: the stored number -> the text that is printed, and whether both state the same.

Belongs here: the language of format codes. Keep out: where a workbook keeps its codes. A format that scales, rounds,
hides or spells a number is a doubt: the printed text then stands beside the code `number_format`, never a guess.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from pipelines.contracts.codes import code_list

DATE, FORMATTED, UNREADABLE = code_list("cell_note").named("date_format", "number_format", "unreadable_number")
GENERAL = "General"
# The codes behind the numbers below 164, as Chinese Excel has them; those left out are General.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00', 8: '"¥"#,##0.00;"¥"-#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", **dict.fromkeys(range(14, 18), "yyyy/m/d"), **dict.fromkeys(range(18, 22), "h:mm:ss"),
    22: "yyyy/m/d h:mm", **dict.fromkeys(range(27, 37), "yyyy/m/d"), 37: "#,##0;-#,##0", 38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-";@', 42: '"¥"#,##0;"¥"-#,##0;"-";@',
    43: '#,##0.00;-#,##0.00;"-";@', 44: '"¥"#,##0.00;"¥"-#,##0.00;"-";@', **dict.fromkeys(range(45, 48), "h:mm:ss"),
    48: "##0.0E+0", 49: "@", **dict.fromkeys(range(50, 59), "yyyy/m/d"),
}  # fmt: skip
# Excel shows this many digits of a number, and General as many characters as this.
_DIGITS, _GENERAL_WIDTH = 15, 11
_MAX_CODE, _MAX_PLACES = 255, 12
# What differs by less is the noise of binary fractions: the tables hold six decimals.
_NOISE = Decimal("1e-9")
_ONE, _HUNDRED, _THOUSAND = Decimal(1), Decimal(100), Decimal(1000)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|!(?P<marked>.)|_.|\*(?P<repeated>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式|@)|(?P<digits>[#0?.,]+)|(?P<percent>%)|(?P<date>[ymdhs]+|上午/下午|AM/PM|A/P)"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SPLIT = re.compile(r'((?:"[^"]*"?|\\.|!.|\[[^\]]*\]|[^;"\\!\[]|[\\!\[])*)(?:;|$)', re.DOTALL)
_PATTERN = re.compile(r"^[#0?,]*(?:\.[#0?]*,*)?$")
_WHOLE = re.compile(r"^(0|#,##0|#,###|#)(\.0*)?$")
_COLOURS = re.compile(
    r"^(?:black|blue|cyan|green|magenta|red|white|yellow|黑色|蓝色|青色|绿色|洋红|红色|白色|黄色|(?:color|颜色)\s*\d+)$",
    re.IGNORECASE,
)
_ELAPSED = re.compile(r"^(?:h+|m+|s+)$", re.IGNORECASE)
# The language of a code; longer ones choose other digits than ours as well.
_CURRENCY = re.compile(r"^\$([^-]*)(?:-[0-9A-Fa-f]{0,4})?$")
_LETTERS = re.compile(r"[A-Za-z]")
_NEGATIVE = re.compile(r"[-−－]|减")
_EPOCH, _EPOCH_1904, _LEAP_DAY = datetime(1899, 12, 30), datetime(1904, 1, 1), 60  # 1900-02-29 exists in Excel only
_LAST_DAY = 2_958_465


class Shown(NamedTuple):
    """The text of a cell as it is printed, and why its number cannot be taken from that text."""

    text: str
    doubt: str | None = None


class _Section(NamedTuple):
    """A part of a code: kind (general, number, words, date, unknown) and the text before and after the digits."""

    kind: str
    before: str = ""
    pattern: str = ""
    after: str = ""
    percent: bool = False


def plain_number(stored: str) -> Decimal | None:
    """Return a stored number with the digits Excel shows of it, None where the text is no number."""
    try:
        number = float(stored.replace("_", "?"))  # Python's numbers may have underscores
    except ValueError:
        return None
    return Decimal(f"{number:.{_DIGITS}g}") if isfinite(number) else None


@lru_cache(maxsize=1 << 15)
def shown_number(stored: str, code: str, from_1904: bool = False) -> Shown:
    """Return how a stored number is printed under a format code."""
    if stored.isdigit() and stored.isascii() and len(stored) <= _GENERAL_WIDTH and stored[0] != "0":
        template = _whole_number(code)
        if template is not None:
            before, grouped, after = template
            return Shown(f"{before}{int(stored):,}{after}" if grouped else f"{before}{stored}{after}")
    number = plain_number(stored)
    if number is None:
        return Shown(stored, UNREADABLE)
    section, sign = _section_for(number, code)
    if section.kind == "date":
        return Shown(_date(number, from_1904), DATE)
    if section.kind == "unknown":
        return Shown(_plain(number), FORMATTED)
    if section.kind == "general":
        return _general(number, section)
    if section.kind == "words":
        return Shown(section.before or _plain(number), FORMATTED)
    digits, stated = _digits(abs(number), section)
    text = f"{sign}{section.before}{digits}{section.after}".strip()
    negative = bool(sign) or _NEGATIVE.search(section.before) is not None
    same = abs((-stated if negative else stated) - number) <= _NOISE
    return Shown(text or _plain(number), None if same and digits else FORMATTED)


@lru_cache(maxsize=1024)
def _whole_number(code: str) -> tuple[str, bool, str] | None:
    """Return how a code prints whole numbers above zero: text before, in groups or not, text after.

    None where a code does more to them than that.
    """
    section = _sections(code)[0]
    if section.kind == "general" and not any(c.isdigit() for c in section.before + section.after):
        return section.before.lstrip(), False, section.after.rstrip()
    found = _WHOLE.match(section.pattern.rstrip("."))
    if section.kind != "number" or section.percent or found is None or _NEGATIVE.search(section.before):
        return None
    return section.before.lstrip(), "," in found[1], f"{found[2] or ''}{section.after}".rstrip()


def hides_text(code: str) -> bool:
    """Return whether a format code changes or hides text as well as numbers."""
    sections = _sections(code)
    last = sections[3] if len(sections) > 3 else sections[0]
    if len(sections) > 3:
        return last.kind != "general" or bool(last.before or last.after)
    return "@" in code and (last.kind == "unknown" or (last.kind == "general" and bool(last.before or last.after)))


def _section_for(number: Decimal, code: str) -> tuple[_Section, str]:
    """Return the section that prints a number, and the sign that is printed before it."""
    sections = _sections(code)
    if number < 0 and len(sections) > 1:
        return sections[1], ""
    if number == 0 and len(sections) > 2:
        return sections[2], ""
    return sections[0], "-" if number < 0 else ""


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    if len(code) > _MAX_CODE:
        return (_Section("unknown"),)
    parts = _SPLIT.findall(code)
    if len(parts) > 1 and not code.endswith(";"):
        parts = parts[:-1]  # the pattern also matches nothing at the end
    sections = tuple(_section(part) for part in parts[:4])
    whole = [part for part in parts[:3] if "[" in part]
    if any(re.search(r"\[[<>=]", part) for part in whole):
        return (_Section("unknown"),)  # conditions choose the section
    return sections or (_Section("general"),)


def _section(code: str) -> _Section:
    kind, pattern, percent, parts = "", "", False, ["", ""]
    for token in _TOKEN.finditer(code):
        name, text = token.lastgroup, token[token.lastgroup] if token.lastgroup else ""
        if name is None:
            continue
        if name in ("bracket", "repeated"):
            name, text = _bracket(text) if name == "bracket" else _repeated(text)
        is_twice = name == "general" and kind != ""  # the number is printed twice
        if is_twice or name in ("date", "unknown") or (name == "other" and _LETTERS.match(text)):
            return _Section("date" if name == "date" else "unknown")
        if name == "general":
            kind = "general"
        elif name == "digits":
            if pattern:
                return _Section("unknown")  # digits in several places: fractions, telephone numbers, shifted points
            kind, pattern = "number", text
        elif name == "percent":
            percent = True
            parts[bool(pattern)] += "%"
        else:
            parts[bool(kind)] += text
    kind = kind or "words"
    if kind == "number" and (not _PATTERN.match(pattern) or any(c.isdigit() for part in parts for c in part)):
        return _Section("unknown")
    return _Section(kind, parts[0], pattern, parts[1], percent)


def _repeated(text: str) -> tuple[str, str]:
    """Return what a character does that fills the cell: most are blanks and lines."""
    return "unknown" if text.isalnum() or _NEGATIVE.match(text) or text in ".,%+" else "quoted", ""


def _bracket(text: str) -> tuple[str, str]:
    if _COLOURS.match(text):
        return "quoted", ""
    if _ELAPSED.match(text):
        return "date", text
    found = _CURRENCY.match(text)
    return ("quoted", found[1]) if found else ("unknown", text)


def _digits(number: Decimal, section: _Section) -> tuple[str, Decimal]:
    """Return the printed digits of a number, and the number they state."""
    whole, _, decimals = section.pattern.partition(".")
    scale = _THOUSAND ** (len(section.pattern) - len(section.pattern.rstrip(",")))
    whole, decimals = whole.rstrip(",") if not decimals else whole, decimals.rstrip(",")
    places = min(len(decimals), _MAX_PLACES)
    shown = number * (_HUNDRED if section.percent else _ONE) / scale
    shown = shown.quantize(_ONE.scaleb(-places), ROUND_HALF_UP) if shown < Decimal("1e15") else shown
    text = f"{shown:,f}" if "," in whole else f"{shown:f}"
    left, _, right = text.partition(".")
    needed = whole.count("0")
    left = left.rjust(needed, "0") if left != "0" or needed else ""
    while right and decimals[len(right) - 1 : len(right)] in ("#", "?") and right.endswith("0"):
        right = right[:-1]
    stated = shown / _HUNDRED if section.percent else shown
    return f"{left}.{right}" if right else left, stated


def _general(number: Decimal, section: _Section) -> Shown:
    text = _plain(number)
    doubt = FORMATTED if any(c.isdigit() for c in section.before + section.after) else None
    digits = text.lstrip("-")
    if len(digits) > _GENERAL_WIDTH:
        whole = digits.partition(".")[0]
        if len(whole) > _GENERAL_WIDTH:
            return Shown(text, FORMATTED)  # printed as 1.23E+11
        places = max(_GENERAL_WIDTH - len(whole) - 1, 0)
        rounded = number.quantize(_ONE.scaleb(-places), ROUND_HALF_UP)
        text = _plain(rounded)
        if abs(rounded - number) > _NOISE:
            doubt = FORMATTED
    return Shown(f"{section.before}{text}{section.after}".strip(), doubt)


def _plain(number: Decimal) -> str:
    """Return a number without exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(number: Decimal, from_1904: bool) -> str:
    """Return a serial number as a date, a time, or both; what is beyond the calendar stays a number."""
    if not 0 <= number <= _LAST_DAY:
        return _plain(number)
    days = int(number)
    moment = timedelta(seconds=round((number - days) * 86_400))
    start = _EPOCH_1904 if from_1904 else _EPOCH
    if not from_1904 and days < _LEAP_DAY:
        start += timedelta(days=1)
    when = start + timedelta(days=days) + moment
    if not days:
        return f"{when:%H:%M:%S}"
    return f"{when:%Y-%m-%d %H:%M:%S}" if moment else f"{when:%Y-%m-%d}"
