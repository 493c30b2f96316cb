"""PDF files made by hand, object by object: hostile ones, and plain ones with passengers."""

from __future__ import annotations

import zlib
from collections.abc import Callable

Objects = dict[int, bytes]
_TEXT = b"BT /F1 12 Tf 72 700 Td (Annual report 2020) Tj ET"


def stream(data: bytes, entries: bytes = b"", *, deflated: bool = False) -> bytes:
    """Return a stream object."""
    if deflated:
        data, entries = zlib.compress(data, 9), entries + b"/Filter/FlateDecode"
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data)


def pdf(objects: Objects, trailer: bytes = b"") -> bytes:
    """Return a file with a table of its objects; object 1 is the root."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    size, start = max(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %b \n" % (offsets.get(number, 0), b"n" if number in offsets else b"f")
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def one_page(
    content: bytes = stream(_TEXT), page: bytes = b"", root: bytes = b"", more: Objects | None = None
) -> bytes:
    """Return a file of one page, with more entries in its page and in its root."""
    box = b"" if b"MediaBox" in page else b"/MediaBox[0 0 595 842]"
    resources = b"" if b"Resources" in page else b"/Resources<</Font<</F1 5 0 R>>>>"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R%b>>" % root,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%b%b%b>>" % (box, resources, page),
        4: content,
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    return pdf(objects | (more or {}))


def page_tree_loop() -> bytes:
    """Return pages that are their own parents."""
    tree = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 100000>>"}
    return pdf(tree | {3: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 100000/Parent 2 0 R>>"})


def deep_page_tree(depth: int = 20_000) -> bytes:
    """Return a page below that many nodes."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for number in range(2, depth):
        objects[number] = b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 1)
    return pdf(objects | {depth: b"<</Type/Page/MediaBox[0 0 9 9]>>"})


def many_pages(count: int = 10_000) -> bytes:
    """Return a file of that many empty pages."""
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(count))
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count)}
    return pdf(objects | {n + 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>" for n in range(count)})


def claimed_pages() -> bytes:
    """Return a file of one page that claims two thousand millions."""
    return one_page(more={2: b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>"})


def xref_loop() -> bytes:
    """Return a file whose table of objects continues in itself."""
    data = one_page()
    start = data[data.rindex(b"startxref") + 9 :].split()[0]
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev " + start)


def huge_page() -> bytes:
    """Return a page of many square kilometres."""
    return one_page(page=b"/MediaBox[0 0 1000000000 1000000000]")


def content_bomb(megabytes: int = 100) -> bytes:
    """Return a page whose content unpacks to that many megabytes of blanks."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    return one_page(content=b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(data), data))


def filter_chain(depth: int = 5) -> bytes:
    """Return a content packed over and over."""
    data = b" " * 30_000_000
    for _ in range(depth):
        data = zlib.compress(data, 9)
    filters = b"/FlateDecode" * depth
    return one_page(content=b"<</Length %d/Filter[%b]>>stream\n%b\nendstream" % (len(data), filters, data))


def many_paths(count: int = 1_500_000) -> bytes:
    """Return a page of that many little lines."""
    return one_page(content=stream(b"1 1 m 2 2 l S\n" * count))


def many_rectangles(count: int = 20_000) -> bytes:
    """Return a page ruled by that many rectangles, no two alike."""
    lines = (b"%d.%03d %d.%03d 9 9 re S\n" % (n % 590, n % 997, n % 840, n % 991) for n in range(count))
    return one_page(content=stream(b"".join(lines)))


def many_letters(count: int = 15_000) -> bytes:
    """Return a page on which that many letters stand all over each other."""
    lines = (b"1 0 0 1 %d %d Tm (0)Tj\n" % (n % 590, n % 840) for n in range(count))
    return one_page(content=stream(b"BT /F1 1 Tf " + b"".join(lines) + b"ET"))


def form_loop() -> bytes:
    """Return a drawing that draws itself twice."""
    form = stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")
    return one_page(stream(b"/X Do"), b"/Resources<</XObject<</X 6 0 R>>>>", more={6: form})


def form_tree(depth: int = 30) -> bytes:
    """Return drawings that each draw the next one ten times."""
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    forms = {6 + n: stream(b"/X Do " * 10, entries % (7 + n)) for n in range(depth)}
    forms[6 + depth] = stream(b"0 0 1 1 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return one_page(stream(b"/X Do"), b"/Resources<</XObject<</X 6 0 R>>>>", more=forms)


def huge_image(side: int = 100_000) -> bytes:
    """Return a page with one picture of that many pixels in a square, nearly all of them missing."""
    image = stream(
        b"x", b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB" % (side, side)
    )
    return one_page(stream(b"500 0 0 700 50 50 cm /X Do"), b"/Resources<</XObject<</X 6 0 R>>>>", more={6: image})


def deep_arrays(depth: int = 1_000_000) -> bytes:
    """Return a page with an entry of arrays in arrays."""
    return one_page(page=b"/X " + b"[" * depth + b"]" * depth)


def with_script() -> bytes:
    """Return a page that wants to run a script, start a program and send a form when it is opened."""
    actions = b"/OpenAction<</S/JavaScript/JS(while\\(1\\)app.alert\\(1\\);)>>/AA<</WC<</S/Launch/F(/bin/true)>>>>"
    return one_page(root=actions + b"/AcroForm<</XFA 6 0 R/Fields[]>>", more={6: stream(b"<xfa/>")})


def with_file() -> bytes:
    """Return a page with another file inside."""
    files = b"/Names<</EmbeddedFiles<</Names[(x.exe) 6 0 R]>>>>"
    return one_page(root=files, more={6: b"<</Type/Filespec/F(x.exe)/EF<</F 7 0 R>>>>", 7: stream(b"MZ" * 999)})


def broken_encryption() -> bytes:
    """Return a file that says it is encrypted, by a password that nobody has."""
    entry = b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<%b>/U<%b>>>/ID[<00><00>]" % (b"0a" * 32, b"0b" * 32)
    data = one_page()
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R" + entry)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a page tree that loops": page_tree_loop,
    "a deep page tree": deep_page_tree,
    "10,000 pages": many_pages,
    "two thousand million pages claimed": claimed_pages,
    "a table of objects that loops": xref_loop,
    "a huge page": huge_page,
    "a content bomb": content_bomb,
    "packed five times": filter_chain,
    "millions of lines": many_paths,
    "thousands of rectangles": many_rectangles,
    "thousands of letters on each other": many_letters,
    "a drawing of itself": form_loop,
    "drawings in drawings": form_tree,
    "a huge picture": huge_image,
    "deep arrays": deep_arrays,
    "a script": with_script,
    "a file inside": with_file,
    "encrypted": broken_encryption,
}
