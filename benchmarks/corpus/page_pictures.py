"""Reports whose pages are pictures, as people send and publish them: numbered in a ZIP, shown by a page, in one file.

Belongs here: files around pictures of pages. Keep out: the pages themselves (`scan`).
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence

from PIL import Image

TITLE = "测试市东山区财政局2021年政府信息公开工作年度报告"


def jpeg(page: Image.Image, quality: int = 85) -> bytes:
    """Return a page as JPEG that states 200 dpi."""
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality, dpi=(200, 200))
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP archive, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def paged(pages: Sequence[Image.Image], kind: str) -> bytes:
    """Return pages as one TIFF or PDF."""
    out = io.BytesIO()
    stated = {"dpi": (200, 200)} if kind == "TIFF" else {"resolution": 200}
    plain = [page.convert("RGB") for page in pages]
    plain[0].save(out, kind, save_all=True, append_images=plain[1:], **stated)
    return out.getvalue()


def article(sources: Sequence[str], title: str = TITLE, *, lazy: bool = False) -> str:
    """Return the page of a portal whose article is pictures; `lazy`: a script loads them."""
    shown = (f'src="/images/loading.gif" data-original="{source}"' if lazy else f'src="{source}"' for source in sources)
    pictures = "\n".join(f'<p style="text-align:center"><img {attributes} alt=""></p>' for attributes in shown)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body><div class="header">'
        f'<a href="/"><img src="/images/logo.png" width="400" height="60"></a></div><h1>{title}</h1>'
        f'<p>发布日期：2022-01-20</p><div id="zoom">{pictures}<p><img src="/images/emot/1.gif" width="24" height="24">'
        '</p></div><div class="footer"><a href="/"><img src="/images/red.png"></a><img src="/images/gov_jiucuo.png">'
        "</div></body></html>"
    )


def inlined(pictures: Sequence[bytes]) -> str:
    """Return the page of an article with its pictures in it (data:)."""
    return article([f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" for data in pictures])


def web_archive(pictures: Sequence[bytes]) -> bytes:
    """Return the page of an article as a web archive with its pictures by their content ids."""
    page = article([f"cid:page{number}" for number in range(1, len(pictures) + 1)]).encode()
    kinds = [("text/html; charset=utf-8", "", page)]
    kinds += [("image/jpeg", f"Content-ID: <page{n}>\r\n", data) for n, data in enumerate(pictures, start=1)]
    parts = (
        f"--edge\r\nContent-Type: {kind}\r\n{ident}Content-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(data).decode()}\r\n"
        for kind, ident, data in kinds
    )
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="edge"; type="text/html"\r\n\r\n'
    return (head + "".join(parts) + "--edge--\r\n").encode()
