"""Pages as pictures -> the files that people send: PDF, TIFF, Word, ZIP, and web pages of nothing but pictures.

Belongs here: names and bytes of files around pictures. Keep out: what the pictures show. The same pictures make the
same bytes.
"""

from __future__ import annotations

import base64
import io
import re
import time
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2
from PIL import Image

Pages = Sequence[Image.Image]
Files = dict[str, bytes]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpg" ContentType="image/jpeg"/>\
<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="5270500" cy="7454900"/><wp:docPr id="{n}" name="图片 {n}"/>'
    '<a:graphic><a:graphicData uri="{d}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{n}" name="{n}"/><pic:cNvPicPr/>'
    '</pic:nvPicPr><pic:blipFill><a:blip r:embed="rId{n}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr'
    "/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
# No text of a file may tell when it was made.
_MADE = time.gmtime(1_700_000_000)
# The number that a program gives to a file, another one each time, at its end.
_FILE_ID = re.compile(rb"(?<=<)[0-9A-F]{32}(?=>)")


def pdf(pages: Pages, dpi: int | tuple[int, int], quality: int) -> Files:
    """Bind pages as a PDF of pictures, without text; those of a fax have two resolutions."""
    out = io.BytesIO()
    by_inch = dpi if isinstance(dpi, tuple) else (dpi, dpi)
    told: dict[str, Any] = {"creationDate": _MADE, "modDate": _MADE, "dpi": by_inch}
    if pages[0].mode != "1":  # those of one bit are packed as a fax packs them, which loses nothing
        told["quality"] = quality
    pages[0].save(out, "PDF", save_all=True, append_images=list(pages[1:]), **told)
    return {"report.pdf": out.getvalue()}


def tiff(pages: Pages, dpi: int | tuple[int, int], _quality: int = 0) -> Files:
    """Bind pages as one TIFF; pages of one bit as a fax stores them."""
    out = io.BytesIO()
    by_inch = dpi if isinstance(dpi, tuple) else (dpi, dpi)
    packed = "group4" if pages[0].mode == "1" else "tiff_lzw"
    pages[0].save(out, "TIFF", save_all=True, append_images=list(pages[1:]), dpi=by_inch, compression=packed)
    return {"report.tif": out.getvalue()}


def docx(pages: Pages, dpi: int, quality: int, *, png: bool = False, texts: Sequence[str] = ()) -> Files:
    """Put pages into a Word document as pictures, below paragraphs of text."""
    kind = "png" if png else "jpg"
    pictures = [encoded(page, kind, dpi, quality) for page in pages]
    names = {"w": _W, "r": _OFFICE, "wp": f"{_DRAWING}/wordprocessingDrawing"}
    names |= {"a": f"{_DRAWING}/main", "pic": f"{_DRAWING}/picture"}
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in names.items())
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    body += "".join(_PICTURE.format(n=n, d=_DRAWING) for n in range(1, len(pages) + 1))
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/image" Target="media/image{n}.{kind}"/>'
        for n in range(1, len(pages) + 1)
    )
    main = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    parts = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _relations(main),
        "word/document.xml": f"{_HEAD}<w:document {spaces}><w:body>{body}</w:body></w:document>".encode(),
        "word/_rels/document.xml.rels": _relations(relations),
        **{f"word/media/image{n}.{kind}": data for n, data in enumerate(pictures, start=1)},
    }
    return {"report.docx": zipped(parts)}


def _relations(inner: str) -> bytes:
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'.encode()


def zipped(files: Files) -> bytes:
    """Return files as a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def encoded(page: Image.Image, kind: str, dpi: int, quality: int) -> bytes:
    """Return a page as `png` or `jpg`."""
    out = io.BytesIO()
    if kind == "png":
        page.save(out, "PNG", dpi=(dpi, dpi))
    else:
        page.save(out, "JPEG", dpi=(dpi, dpi), quality=quality)
    return out.getvalue()


def zip_of_jpeg(pages: Pages, dpi: int, quality: int) -> Files:
    """Return a ZIP of 1.jpg, 2.jpg ... in the order of their names as text: 10 before 2."""
    named = {f"{n}.jpg": encoded(page, "jpg", dpi, quality) for n, page in enumerate(pages, start=1)}
    return {"report.zip": zipped(dict(sorted(named.items())))}


def zip_of_png(pages: Pages, dpi: int, quality: int) -> Files:
    """Return a ZIP of 第1页.png, 第2页.png ..."""
    named = {f"第{n}页.png": encoded(page, "png", dpi, quality) for n, page in enumerate(pages, start=1)}
    return {"report.zip": zipped(named)}


def html_with_data(pages: Pages, dpi: int, quality: int) -> Files:
    """Return a web page of pictures that it holds itself."""
    data = (base64.b64encode(encoded(page, "jpg", dpi, quality)).decode() for page in pages)
    return {"report.html": _page([f"data:image/jpeg;base64,{each}" for each in data])}


def html_beside(pages: Pages, dpi: int, quality: int) -> Files:
    """Return a web page of pictures that lie beside it, as browsers save it."""
    named = {f"report_files/W02024{n:04}.jpg": encoded(page, "jpg", dpi, quality) for n, page in enumerate(pages)}
    return {"report.html": _page(list(named)), **named}


def _page(sources: Sequence[str]) -> bytes:
    pictures = "\n".join(f'<p style="text-align:center"><img src="{source}"></p>' for source in sources)
    head = '<html><head><meta charset="utf-8"><title>政府信息公开工作年度报告</title></head>'
    return f'<!DOCTYPE html>\n{head}<body><div class="TRS_Editor">{pictures}</div></body></html>\n'.encode()


def after_text(text_pdf: bytes, pages: Pages, dpi: int, quality: int) -> Files:
    """Bind pages as pictures behind the pages of a PDF that holds text."""
    (scanned,) = pdf(pages, dpi, quality).values()
    whole, more = pypdfium2.PdfDocument(text_pdf), pypdfium2.PdfDocument(scanned)
    try:
        whole.import_pages(more)
        out = io.BytesIO()
        whole.save(out)
    finally:
        more.close()
        whole.close()
    return {"report.pdf": _FILE_ID.sub(lambda found: b"0" * len(found[0]), out.getvalue())}


Pack = Callable[[Pages, int, int], Files]


def docx_of_png(pages: Pages, dpi: int, quality: int) -> Files:
    """Put pages into a Word document as PNG."""
    return docx(pages, dpi, quality, png=True)
