"""Quirks of a Word document: runs raised, struck and hidden, broken links of parts, other containers."""

from __future__ import annotations

import base64
import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import partial

from benchmarks.corpus.docx import packed, write
from benchmarks.corpus.layouts import html, page
from benchmarks.corpus.printing import Printout
from benchmarks.corpus.quirks.quirk import Quirk
from benchmarks.corpus.spans import report_blocks

Parts = dict[str, str]
_DOCUMENT, _STYLES, _LINKS = "word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FIGURE = '<w:t xml:space="preserve">{}</w:t>'
_DATED = 'w:id="9" w:author="a" w:date="2021-01-20T09:00:00Z"'
_STYLED = (
    '<w:style w:type="character" w:styleId="gone"><w:name w:val="gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="old"><w:name w:val="old"/><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="up"><w:name w:val="up"/><w:rPr>'
    '<w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="upper"><w:name w:val="upper"/><w:basedOn w:val="up"/></w:style>'
    "</w:styles>"
)


def _run(properties: str, text: str = "7") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


_SHOWN = "<w:r><w:t>{}</w:t></w:r>"
# The runs that stand in place of the run of a figure ({}).
_RUNS = {
    "superscript": _SHOWN + _run('<w:vertAlign w:val="superscript"/>'),
    "superscript first": _run('<w:vertAlign w:val="superscript"/>') + _SHOWN,
    "subscript": _SHOWN + _run('<w:vertAlign w:val="subscript"/>'),
    "raised": _SHOWN + _run('<w:position w:val="12"/><w:sz w:val="12"/>'),
    "style raised": _SHOWN + _run('<w:rStyle w:val="up"/>'),
    "style based on raised": _SHOWN + _run('<w:rStyle w:val="upper"/>'),
    "circled": _SHOWN + _run("", "①"),
    "enclosed field": _SHOWN
    + '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> EQ \\o\\ac(○,2)</w:instrText></w:r>'
    + '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "strike": _run("<w:strike/>", "88") + _SHOWN,
    "double strike": _run("<w:dstrike/>", "88") + _SHOWN,
    "style struck": _run('<w:rStyle w:val="old"/>', "88") + _SHOWN,
    "strike off": '<w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>{}</w:t></w:r>',
    "vanish": _run("<w:vanish/>") + _SHOWN,
    "web hidden": _run("<w:webHidden/>") + _SHOWN,
    "special vanish": _run("<w:specVanish/><w:vanish/>") + _SHOWN,
    "style hidden": _run('<w:rStyle w:val="gone"/>') + _SHOWN,
    "white": _run('<w:color w:val="FFFFFF"/>') + _SHOWN,
    "nearly white": _run('<w:color w:val="FEFEFE"/>') + _SHOWN,
    "no filling": _SHOWN
    + _run(
        '<w14:textFill xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:noFill/></w14:textFill>'
    ),
    "colour of its ground": _SHOWN + _run('<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FF0000"/>'),
    "one percent wide": _SHOWN + _run('<w:w w:val="1"/>'),
    "unknown alternate": '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice xmlns:zz="urn:zz" Requires="zz">'
    + _run("")
    + "</mc:Choice><mc:Fallback>"
    + _SHOWN
    + "</mc:Fallback></mc:AlternateContent>",
    "one point": _run('<w:sz w:val="2"/>') + _SHOWN,
    "deleted": f"<w:del {_DATED}><w:r><w:delText>7</w:delText></w:r></w:del>" + _SHOWN,
    "moved away": f"<w:moveFrom {_DATED}><w:r><w:t>7</w:t></w:r></w:moveFrom>" + _SHOWN,
    "inserted": f"<w:ins {_DATED}>" + _SHOWN + "</w:ins>",
    "footnote": _SHOWN + '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>',
    "comment": _SHOWN + '<w:r><w:commentReference w:id="2"/></w:r>',
    "ruby": "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>7</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{}</w:t></w:r>"
    "</w:rubyBase></w:ruby></w:r>",
    "field result": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =7 </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + _SHOWN + '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "simple field": '<w:fldSimple w:instr=" =7 ">' + _SHOWN + "</w:fldSimple>",
    "content control": "<w:sdt><w:sdtPr><w:placeholder/></w:sdtPr><w:sdtContent>" + _SHOWN + "</w:sdtContent></w:sdt>",
    "placeholder": "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + _SHOWN + "</w:sdtContent></w:sdt>",
    "smart tag": '<w:smartTag w:uri="urn:x" w:element="n">' + _SHOWN + "</w:smartTag>",
    "symbol": _SHOWN + '<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>',
    "soft hyphen": _SHOWN + "<w:r><w:softHyphen/></w:r>",
    "tab": "<w:r><w:tab/></w:r>" + _SHOWN,
    "bookmark": '<w:bookmarkStart w:id="7" w:name="_7"/>' + _SHOWN + '<w:bookmarkEnd w:id="7"/>',
    "two lines": _run("", "88") + "<w:r><w:br/></w:r>" + _SHOWN,
}


def _parts(rng: random.Random, printout: Printout) -> Parts:
    blocks = report_blocks(rng, printout, one_table=rng.random() < 0.5)
    with zipfile.ZipFile(io.BytesIO(write(rng, blocks))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _in_runs(markup: str, rng: random.Random, printout: Printout, figures: list[str]) -> bytes | None:
    parts = _parts(rng, printout)
    text = parts[_DOCUMENT]
    for figure in figures:
        inner = re.escape(_FIGURE.format(figure))
        run = re.compile(rf"<w:r>(?:<w:rPr>(?:(?!</w:r>).)*</w:rPr>)?{inner}</w:r>")
        if not run.search(text):
            return None  # a run is cut within the figure
        text = run.sub(re.sub(r"\\", r"\\\\", markup.format(figure)), text)
    styles = parts[_STYLES].replace("</w:styles>", _STYLED)
    return packed({**parts, _DOCUMENT: text, _STYLES: styles})


def _in_package(change: Callable[[Parts], Parts], rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    return packed(change(_parts(rng, printout)))


def _unlinked(parts: Parts) -> Parts:
    return {**parts, _LINKS: re.sub("<Relationship Id.*?/>", "", parts[_LINKS])}


def _misnamed(parts: Parts) -> Parts:
    return {**parts, _LINKS: parts[_LINKS].replace("styles.xml", "styles9.xml")}


def _without_styles(parts: Parts) -> Parts:
    return {name: text for name, text in parts.items() if name != _STYLES}


def _bad_encoding(parts: Parts) -> Parts:
    return {**parts, _DOCUMENT: parts[_DOCUMENT].replace('encoding="UTF-8"', 'encoding="UTF-x"')}


def _strict(parts: Parts) -> Parts:
    names = {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
        _OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    for old, new in names.items():
        parts = {name: text.replace(old, new) for name, text in parts.items()}
    return parts


def _table_in_cells(parts: Parts) -> Parts:
    inner = r"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='560'/></w:tblGrid><w:tr><w:tc>\2</w:tc></w:tr></w:tbl><w:p/>"
    text = re.sub(
        r"(<w:tc><w:tcPr>(?:(?!</w:tcPr>).)*</w:tcPr>)((?:(?!</?w:tc>).)*)</w:tc>",
        rf"\1{inner}</w:tc>",
        parts[_DOCUMENT],
    )
    return {**parts, _DOCUMENT: text}


def _flat(rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    """Return the parts in one file, as `Save as: Word XML document` writes them."""
    parts = _parts(rng, printout)
    kinds = dict(re.findall(r'PartName="([^"]+)" ContentType="([^"]+)"', parts[_TYPES]))
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    inner = "".join(
        f'<pkg:part pkg:name="/{name}" pkg:contentType="{kinds.get("/" + name, rels)}"><pkg:xmlData>'
        f"{re.sub(r'<[?]xml.*?[?]>', '', text)}</pkg:xmlData></pkg:part>"
        for name, text in parts.items()
        if name != _TYPES
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    return f'{head}<pkg:package xmlns:pkg="{_PACKAGE}">{inner}</pkg:package>'.encode()


def _chunk(name: str, dress: Callable[[str], str], rng: random.Random, printout: Printout, _: list[str]) -> bytes:
    """Return a document that only includes a page, as converters of web pages write it."""
    parts = _parts(rng, printout)
    begin, end = parts[_DOCUMENT].index("<w:body>"), parts[_DOCUMENT].index("</w:body>")
    text = f'{parts[_DOCUMENT][:begin]}<w:body><w:altChunk r:id="c1"/>{parts[_DOCUMENT][end:]}'
    link = f'<Relationship Id="c1" Type="{_OFFICE}/aFChunk" Target="{name}"/></Relationships>'
    links = parts[_LINKS].replace("</Relationships>", link)
    kind = "message/rfc822" if name.endswith("mht") else "text/html"
    types = parts[_TYPES].replace("<Override", f'<Default Extension="{name[-3:]}" ContentType="{kind}"/><Override', 1)
    chunk = dress(page(rng, printout, html))
    return packed({**parts, _DOCUMENT: text, _LINKS: links, _TYPES: types, f"word/{name}": chunk})


def _with_charset(text: str) -> str:
    return text.replace("<body>", '<head><meta charset="utf-8"></head><body>', 1)


def _archived(text: str) -> str:
    coded = base64.encodebytes(_with_charset(text).encode()).decode()
    return (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b7"\n\n--b7\nContent-Location: file:///C:/a.htm\n'
        f'Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n{coded}\n--b7--\n'
    )


_W2003 = "http://schemas.microsoft.com/office/word/2003/wordml"


def _word_2003(rng: random.Random, printout: Printout, _: list[str]) -> bytes | None:
    """Return the text as Word 2003 wrote it into one file: other names for merged cells and no parts."""
    parts = _parts(rng, printout)
    text = parts[_DOCUMENT]
    if any(f"<w:{name} " in text for name in ("ins", "del", "moveTo", "moveFrom", "sdt")) or "<w:sdt>" in text:
        return None  # it had other marks for these
    for old, new in (("<w:vMerge/>", "<w:vmerge/>"), ('<w:vMerge w:val="restart"/>', '<w:vmerge w:val="restart"/>')):
        text = text.replace(old, new)
    body = re.sub(r'xml:space="preserve"', "", text[text.index("<w:body>") : text.index("</w:document>")])
    styles = re.sub(r".*?(<w:style .*</w:style>).*", r"<w:styles>\1</w:styles>", parts[_STYLES], flags=re.DOTALL)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>'
    return f'{head}<w:wordDocument xmlns:w="{_W2003}">{styles}{body}</w:wordDocument>'.encode()


_PACKAGES: dict[str, Callable[[Parts], Parts]] = {
    "styles not linked": _unlinked,
    "styles misnamed": _misnamed,
    "styles missing": _without_styles,
    "bad encoding name": _bad_encoding,
    "strict names": _strict,
    "table in every cell": _table_in_cells,
}
QUIRKS = (
    *(Quirk("docx", name, partial(_in_runs, markup)) for name, markup in _RUNS.items()),
    *(Quirk("docx", name, partial(_in_package, change)) for name, change in _PACKAGES.items()),
    Quirk("docx", "one xml file", _flat),
    Quirk("docx", "html chunk", partial(_chunk, "afchunk.htm", _with_charset)),
    Quirk("docx", "mhtml chunk", partial(_chunk, "afchunk.mht", _archived)),
    Quirk("docx", "word 2003 xml", _word_2003),
)
