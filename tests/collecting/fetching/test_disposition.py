"""Names of files as servers state them: every way of writing them, nothing that a path or a screen could trip on."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collecting.fetching.disposition import file_name, suffix_of
from pipelines.collecting.records import Received, Request
from tests.collecting.fetching.fetchers import fetcher
from tests.collecting.fetching.server import Server, page

NAME = "2025年年度报告.docx"


def raw(encoding: str) -> str:
    """Return a header as it is read: each byte a character."""
    return f'attachment; filename="{NAME}"'.encode(encoding).decode("latin-1")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (f"attachment; filename*=UTF-8''{quote(NAME)}", NAME),
        (f"attachment; filename*=gbk''{quote(NAME, encoding='gbk')}", NAME),
        (f"attachment; filename*=utf-8'zh-CN'{quote(NAME)}; filename=a.doc", NAME),
        (f"attachment; filename=a.doc; filename*=UTF-8''{quote(NAME)}", NAME),
        (f"attachment; filename*=\"UTF-8''{quote(NAME)}\"", NAME),
        (f"attachment; filename*=unknown-8''{quote(NAME)}", NAME),
        ("attachment; filename*=UTF-8''; filename=a.doc", "a.doc"),
        (f"attachment;filename={quote(NAME)}", NAME),
        (f'attachment;filename="{quote(NAME, encoding="gbk")}"', NAME),
        ('attachment; filename="100%.doc"', "100%.doc"),
        (raw("utf-8"), NAME),
        (raw("gbk"), NAME),
        (f"attachment; filename={NAME}", NAME),
        ("attachment; filename==?UTF-8?B?5bm05oql?=", "年报"),
        ('attachment; filename="=?gb2312?Q?=C4=EA=B1=A8?=.doc"', "年报.doc"),
        ('attachment; filename="=?x?B?YQ==?=.doc"', "=_x_B_YQ==_=.doc"),
        ("ATTACHMENT; FileName = a.doc ; size=3", "a.doc"),
        ('inline; name=x; filename="a;b.doc"', "a;b.doc"),
        (r'attachment; filename="a \"b\".doc"', "a _b_.doc"),
        ('attachment; filename="a.doc', "a.doc"),
        ("attachment; filename=a.doc; filename=b.doc", "a.doc"),
        ('attachment; filename="", attachment; filename="b.doc"', "b.doc"),
        (r'attachment; filename="C:\temp\nb\a.doc"', "a.doc"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename=..%2F..%2fetc%2Fpasswd", "passwd"),
        ("attachment; filename*=UTF-8''..%5C..%5Ca.doc", "a.doc"),
        ('attachment; filename="a\x00\x1b[31m\r\n.doc"', "a[31m .doc"),
        ("attachment; filename*=UTF-8''a%E2%80%AEcod.exe", "acod.exe"),
        ('attachment; filename="a\t  b.doc "', "a b.doc"),
        (f'attachment; filename="{"年" * 5000}.docx"', "年" * 195 + ".docx"),
        (f"attachment; filename*=UTF-8''{'a' * 5000}", "a" * 200),
        ('attachment; filename=""', None),
        ("attachment; filename=", None),
        ('attachment; filename=".."', None),
        ('attachment; filename="a/"', None),
        ("attachment", None),
        ("filename", None),
        ("attachment; myfilename=a.doc", None),
        ("", None),
        (None, None),
    ],
)
def test_a_name_is_read_however_it_is_written_and_nothing_else_of_it_is_left(
    header: str | None, name: str | None
) -> None:
    assert file_name(header) == name


@given(st.text(max_size=60) | st.builds(lambda text: f'attachment; filename="{text}"', st.text(max_size=300)))
def test_whatever_a_header_holds_a_name_is_one_short_line_without_a_folder(header: str) -> None:
    name = file_name(header)
    if name is not None:
        assert 0 < len(name) <= 200 and name == name.strip(". ")
        assert not set(name) & set('/\\<>:"|?*')
        assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") for char in name)


def test_a_long_header_is_read_in_no_time() -> None:
    for header in ('attachment; filename="' + "\\" * 100_000, "; filename=" * 50_000, "a" * 10**6):
        file_name(header)


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.DOCX", ".docx"), ("a", ""), ("一、总体.情况如下所示等等等", ""), (None, "")]
)
def test_the_ending_of_a_name(name: str | None, suffix: str) -> None:
    assert suffix_of(name) == suffix


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_the_bytes_of_a_header_reach_the_reader_of_names(encoding: str) -> None:
    text = page(b"%PDF-1.4\n" + b"x" * 900, headers=["Content-Type: application/pdf", "X: y"])
    stated = b'Content-Disposition: attachment; filename="' + NAME.encode(encoding) + b'"'
    with Server({"/x": text.replace(b"X: y", stated)}) as server, fetcher(server) as client:
        outcome = client.fetch(Request(server.url("/x"), kind="attachment"))
    assert isinstance(outcome, Received)
    assert file_name(outcome.response.headers["content-disposition"]) == NAME
