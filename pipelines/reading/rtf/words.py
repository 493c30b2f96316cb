"""The vocabulary of Rich Text: characters with a name, destinations without text, and the numbers that words can have.

Belongs here: lists of words. Keep out: what is done with them (`rtf.walk`), and those of rows (`rtf.rows`).
"""

from __future__ import annotations

CHARACTERS = {
    "tab": " ", "line": "\n", "page": "\n", "column": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002",
    "qmspace": "\u2005",
}  # fmt: skip
SYMBOLS = {"~": "\xa0", "_": "-", "\t": " "}
SILENT = "-:|"
# Destinations that are no part of the text and need no mark to say so.
MUTED = frozenset((
    "info", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "fldinst",
    "nonshppict", "shprslt", "sp", "nonesttables", "xe", "tc", "rxe", "txe", "private", "ftnsep", "ftnsepc", "ftncn",
    "aftnsep", "aftnsepc", "aftncn", "pntxta", "pntxtb", "annotation", "themedata", "objdata", "listtable", "revtbl",
    "filetbl", "falt", "panose", "background",
))  # fmt: skip
# Destinations that readers may pass over, and that hold text all the same.
STARRED = frozenset(
    ("shppict", "shpinst", "nesttableprops", "ud", "cs", "ts", "ds", "moMath", "moMathPara", "do", "pn", "fldrslt")
)
DROP_DOWN = 2
# The largest number that each word can have: a larger one was text, whose separating space is lost.
_SWITCHES = (
    "b",
    "i",
    "ul",
    "v",
    "strike",
    "striked",
    "deleted",
    "caps",
    "scaps",
    "outl",
    "shad",
    "embo",
    "impr",
    "hlhidden",
)
_PLAIN = ("loch", "hich", "dbch", "ltrch", "rtlch", "sub", "super", "nosupersub", "ulnone", "ql", "qc", "qr", "qj")
LARGEST = {
    **dict.fromkeys(_SWITCHES, 1), "v": 0, "deleted": 0,
    **dict.fromkeys(_PLAIN, -1), **dict.fromkeys(("fs", "afs", "up", "dn"), 3_276),
    **dict.fromkeys(("insrsid", "charrsid", "delrsid", "rtlrsid"), 0xFFFFFF),
    **dict.fromkeys(("lang", "langfe", "langnp", "langfenp", "alang"), 0xFFFF),
}  # fmt: skip
