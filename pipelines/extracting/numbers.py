"""Printed text of a value cell -> status and exact number; amounts -> yuan. Blank is not zero."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.forms.units import NO_UNITS, YUAN, PrintedUnits, printed_units, whole_units
from pipelines.reading.marks import without_marks

VALUE, BLANK, NIL_MARK, TEXT, AMBIGUOUS, ABSENT = code_list("cell_status").named(
    "value", "blank", "nil_mark", "text", "ambiguous", "absent"
)
BRACKETED_NOTE, TOO_MANY_DIGITS, NUMBER_MARK = code_list("cell_note").named(
    "bracketed_note", "too_many_digits", "number_mark"
)
UNITS_CONTRADICT, UNKNOWN_UNIT, LARGER_UNIT, SIGN_UNCLEAR = code_list("cell_note").named(
    "units_contradict", "unknown_unit", "larger_unit", "sign_unclear"
)
_DOUBTS = frozenset((UNITS_CONTRADICT, UNKNOWN_UNIT, LARGER_UNIT, SIGN_UNCLEAR))
IN_CELL, IN_HEADER, INFERRED, NO_UNIT = code_list("unit_source").named("cell", "header", "inferred", "none")
# DECIMAL(18,6) holds twelve digits before the point; anything longer is no figure of a report.
_MAX_INTEGER_DIGITS = 12
# Of DECIMAL(18, 2), as amounts in yuan are kept.
_BEYOND_TABLES = Decimal(10) ** 16
_MAX_DECIMALS = 6

# No leading zeros: 000 is three glued cells, not a number. At most three groups: no more digits than above.
_PLAIN_COUNT = re.compile(
    rf"([1-9][0-9]{{0,{_MAX_INTEGER_DIGITS - 1}}}|0|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,3}})(件)?"
)
_NUMBER = r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*|0)"
_COUNT = re.compile(rf"^([+-]?)({_NUMBER})(?:\.0+)?(?:件次|人次|批次|[件项批条次个宗起份例户部])?(\(.*\))?$")
_CHANGE = re.compile(
    rf"^([+-]|新?增加?了?|减少?了?)?(?:(?<=.)(\())?({_NUMBER})(?:\.0+)?(?(2)\))(?:批次|[件项批条次个])?(\(.*\))?$"
)
_CURRENCY = ("人民币", "RMB", "CNY")
_RENMINBI = "(?:人民币|RMB|CNY|rmb|cny)"
_AMOUNT = re.compile(
    rf"^{_RENMINBI}?[¥￥]?:?([+-]?)({_NUMBER}(?:\.\d+)?){_RENMINBI}?([十百千万亿]*元|[万亿])?(?:整|{_RENMINBI})*(\(.*\))?$"
)
_NIL = re.compile(r"^(?:[-—–―－─_/\\~]+|无)$")
_UNCHANGED = frozenset(
    (
        "未增未减",
        "不增不减",
        "无增减",
        "未增减",
        "无变化",
        "没有变化",
        "持平",
        "0/0",
        "+0/-0",
        "+(0)-(0)",
        "增0减0",
        "增0/减0",
    )
)
# Two numbers in one cell are two cells glued together; which is which cannot be known.
_TWO_NUMBERS = re.compile(r"\d\s+\d")
# Traditional forms of the words that stand beside numbers.
_SIMPLIFIED = dict(zip("減條個項戶宗萬億圓圆仟佰拾無變沒幣負", "减条个项户宗万亿元元千百十无变没币负", strict=True))
_INVISIBLE = dict.fromkeys("\xad\u200b\u200c\u200d\ufeff\u200e\u200f\u2060")
_FOLD = str.maketrans({**_SIMPLIFIED, "−": "-", "﹣": "-", **_INVISIBLE})
_BRACKET = re.compile(r"[(（]")
_BRACKETS = re.compile(r"[()]+")
# Money in a note, with a number before it or not: 其中罚没30万, 合0.5万元.
_NOTED_MONEY = re.compile(r"[十百千万亿]*元|(?<=\d)[万亿]")
# The amount once more, in another unit: 500（0.05万元）.
_SAME_AMOUNT = re.compile(rf"[(](?:折?合|即|约|为|=)*({_NUMBER}(?:\.\d+)?)([十百千万亿]*元|[万亿])整?[)]")
_WHOLE_UNITS = {"万": "万元", "亿": "亿元"}
_LESS = re.compile(r"[减负降撤↓]|取消|废止|注销|(?<!\d)-")
_MORE = re.compile(r"[增升↑+]")
_ONLY_LESS = frozenset(("减", "减少", "减少了", "负", "负数", "负值"))
# A header of a change that says 减 and no 增.
DECREASE = "减"
_CENT = Decimal("0.01")
_WHOLE_YUAN = Decimal(10_000)


class Parsed(NamedTuple):
    """A value cell as read: status, the printed number, the unit printed in the cell, and why, where it is odd."""

    status: str
    value: Decimal | None = None
    unit: str | None = None
    note: str | None = None


class Yuan(NamedTuple):
    """An amount in yuan with the source of its unit: cell, header, inferred or none; `unit` is the unit assumed."""

    yuan: Decimal | None
    unit_source: str
    unit: str | None


_BLANK_CELL = Parsed(BLANK)


@lru_cache(maxsize=32768)
def parse_value(text: str, kind: str) -> Parsed:
    """Read the text of a cell of a count, change or amount column.

    A mark beside a number (101①, 12¹) may be that of a footnote or a part of the number: the cell is then ambiguous.
    In a bracketed note a mark is a part of the note.
    """
    found = _PLAIN_COUNT.fullmatch(text)
    if found is not None and (found[2] is None or kind != "amount"):  # as most are, of every kind
        return Parsed(VALUE, Decimal(found[1].replace(",", "")))
    plain = without_marks(text)
    if plain == text:
        return _unmarked(text, kind)
    parsed = _unmarked(plain, kind)
    number = _BRACKET.split(text, maxsplit=1)[0]
    noted = parsed.note == BRACKETED_NOTE and number == without_marks(number)
    return parsed if parsed.status == TEXT or noted else Parsed(AMBIGUOUS, note=NUMBER_MARK)


def _unmarked(text: str, kind: str) -> Parsed:
    folded = unicodedata.normalize("NFKC", text).translate(_FOLD).strip()
    if _TWO_NUMBERS.search(folded):
        return Parsed(TEXT)
    folded = "".join(folded.split())
    if not folded:
        return _BLANK_CELL
    if _NIL.match(folded):
        return Parsed(NIL_MARK)
    if kind == "amount":
        return _amount(folded)
    if kind == "change" and folded in _UNCHANGED:
        return Parsed(VALUE, Decimal(0))
    found = (_CHANGE if kind == "change" else _COUNT).match(folded)
    if not found:
        return Parsed(TEXT)
    *sign, digits, bracketed = found.groups()
    parsed = _number("-" if (sign[0] or "").startswith(("-", "减")) else "", digits, None, bracketed)
    if not bracketed or parsed.value is None:
        return parsed
    declared, mentioned = _bracketed_units(bracketed)
    if parsed.value and (declared._replace(single=()) != NO_UNITS or mentioned.several or mentioned.unknown):
        return Parsed(AMBIGUOUS, note=LARGER_UNIT)
    return _with_noted_sign(parsed, sign[0], bracketed) if kind == "change" else parsed


def _with_noted_sign(parsed: Parsed, sign: str | None, bracketed: str) -> Parsed:
    """Give a change the sign that stands after it: 5（减少） is -5, 增5（减少3） may be any number."""
    less, more = _LESS.search(bracketed), _MORE.search(bracketed)
    value = parsed.value or Decimal(0)
    if not value:  # 增0（减5） is none
        return Parsed(AMBIGUOUS, note=SIGN_UNCLEAR) if less and re.search("[1-9]", bracketed) else parsed
    if less and not sign and bracketed.strip("()") in _ONLY_LESS:
        return parsed._replace(value=-value)
    if (less and more and sign) or (not less and (not more or value > 0)) or (less and not more and value < 0):
        return parsed
    return Parsed(AMBIGUOUS, note=SIGN_UNCLEAR)


def _amount(folded: str) -> Parsed:
    found = _AMOUNT.match(folded)
    if not found:
        return Parsed(TEXT)
    sign, digits, word, bracketed = found.groups()
    unit = _WHOLE_UNITS.get(word, word)
    if unit is None and folded.startswith(("￥", "¥")):
        unit = "元"
    if unit is not None and unit not in YUAN:
        return Parsed(TEXT)
    parsed = _number(sign.replace("+", ""), digits, unit, bracketed)
    if not bracketed or not parsed.value:
        return parsed
    declared, _ = _bracketed_units(bracketed)
    others = (*declared.unknown, *declared.single, *(each for each in declared.several if f"{each}元" not in YUAN))
    if others or len(declared.money) > 1:
        return Parsed(AMBIGUOUS, note=UNKNOWN_UNIT if others else UNITS_CONTRADICT)
    if not declared.money:
        return parsed
    (own,) = declared.money
    if unit not in (None, own) and not (word in ("万", "亿") and own == "元"):
        return Parsed(AMBIGUOUS, note=UNITS_CONTRADICT)
    return parsed._replace(unit=unit or own, note=BRACKETED_NOTE if _is_noted(bracketed) else None)


def _bracketed_units(bracketed: str) -> tuple[PrintedUnits, PrintedUnits]:
    """Return the units that stand alone in brackets after a number, and those that a note there mentions."""
    declared = mentioned = NO_UNITS
    for part in _BRACKETS.split(bracketed):
        if (whole := whole_units(part)) is not None:
            declared = declared.with_those_of(whole)
        else:
            mentioned = mentioned.with_those_of(printed_units(part))
    return declared, mentioned


def _is_noted(bracketed: str) -> bool:
    """Tell whether brackets hold more than a unit and the name of the currency."""
    return any(part and whole_units(part) is None and part not in _CURRENCY for part in _BRACKETS.split(bracketed))


def _number(sign: str, digits: str, unit: str | None, bracketed: str | None) -> Parsed:
    plain = digits.replace(",", "")
    whole, _, decimals = plain.partition(".")
    if len(whole.lstrip("0")) > _MAX_INTEGER_DIGITS or len(decimals.rstrip("0")) > _MAX_DECIMALS:
        return Parsed(TEXT, note=TOO_MANY_DIGITS)
    return Parsed(VALUE, Decimal(f"{sign}{plain}") + 0, unit, BRACKETED_NOTE if bracketed else None)


def in_doubt(parsed: Parsed, text: str, kind: str, beside: str | None) -> str | None:
    """Return why a number that is read alone cannot be used, where labels or headers say in which unit it stands.

    `beside` is that unit: one of money for amounts; for counts any multiple, and what else changes the number.
    """
    if not parsed.value:
        return None  # 0 is 0 in every unit
    if kind != "amount":
        return None if beside is None else SIGN_UNCLEAR if DECREASE in beside.split("/") else LARGER_UNIT
    unit = parsed.unit or beside
    if parsed.unit is not None and beside not in (None, parsed.unit) and _is_currency_alone(text):
        return UNITS_CONTRADICT
    if unit is not None and unit not in YUAN:
        return UNITS_CONTRADICT if set(unit.split("/")) <= YUAN.keys() else UNKNOWN_UNIT
    return _noted_doubt(parsed, text, unit) if parsed.note == BRACKETED_NOTE else None


def _is_currency_alone(text: str) -> bool:
    """Tell whether a text has ¥ and no unit in words: 万元 in its header is then the unit of ¥500."""
    return any(sign in text for sign in "¥￥") and not any(word in text for word in "元圆圓万萬亿億")


def _noted_doubt(parsed: Parsed, text: str, unit: str | None) -> str | None:
    """Return why a note of money makes an amount doubtful: another unit where it has none itself, another amount."""
    folded = "".join(unicodedata.normalize("NFKC", text).translate(_FOLD).split())
    note = folded[folded.index("(") :]
    noted = {_WHOLE_UNITS.get(word, word) for word in _NOTED_MONEY.findall(note)}
    if parsed.unit is None and noted - {unit}:
        return UNITS_CONTRADICT
    for digits, word in _SAME_AMOUNT.findall(note):
        other = Decimal(digits.replace(",", "")) * YUAN.get(_WHOLE_UNITS.get(word, word), 0)
        if unit is None or (parsed.value or 0) * YUAN[unit] != other:
            return UNITS_CONTRADICT
    return None


def to_yuan(value: Decimal, cell_unit: str | None, header_unit: str | None) -> Yuan:
    """Turn a printed amount into yuan, exactly.

    Unit from the cell, else the header, else inferred: 1-2 decimals are 元, 3-6 are 万元, a whole number of 10,000
    or more is 元; a smaller whole number stays without yuan. 0 is 0 yuan. What cents cannot hold stays without yuan,
    and so does what no table can (`is_beyond_tables`).
    """
    unit = cell_unit or header_unit
    if unit is not None:
        return _exact(value, unit, IN_CELL if cell_unit else IN_HEADER)
    if value == 0:
        return Yuan(Decimal(0), NO_UNIT, None)
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if decimals:
        return _exact(value, "元" if decimals <= 2 else "万元", INFERRED)
    return _exact(value, "元", INFERRED) if abs(value) >= _WHOLE_YUAN else Yuan(None, NO_UNIT, None)


def _exact(value: Decimal, unit: str, source: str) -> Yuan:
    yuan = value * YUAN[unit]
    holds = abs(yuan) < _BEYOND_TABLES and yuan == yuan.quantize(_CENT)
    return Yuan(yuan if holds else None, source, unit)


def is_beyond_tables(value: Decimal, unit: str | None) -> bool:
    """Tell whether an amount is more yuan than tables hold: more than the country has, so the print is wrong."""
    return unit is not None and abs(value) * YUAN[unit] >= _BEYOND_TABLES


def is_sign_word(text: str) -> bool:
    """Tell whether a text is 增 or 减 without a number: a cell of a change column, or the rest of its header."""
    return unicodedata.normalize("NFKC", text).translate(_FOLD).strip() in ("增", "减", "增减", "增/减")


def looks_like_value(text: str) -> bool:
    """Tell whether a text can be the content of a value cell of any kind (a number, a sign word, a nil mark)."""
    return text.isdecimal() or (len(text) <= 24 and _is_value(text))


@lru_cache(maxsize=16384)
def _is_value(text: str) -> bool:
    change = parse_value(text, "change")
    if change.status in (VALUE, NIL_MARK) or change.note in _DOUBTS or is_sign_word(text):
        return True
    amount = parse_value(text, "amount")
    if NUMBER_MARK in (change.note, amount.note):
        # A mark alone may number a label: ⑴ and ⒈ do, ① may be a cell.
        return any(map(str.isdecimal, text)) or unicodedata.normalize("NFKC", text).strip().isdecimal()
    return amount.status == VALUE or amount.note in _DOUBTS
