"""Members of archives: names, links, bombs, passwords, nesting and damage, each costing only itself."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
import zlib

import pytest

from pipelines.reading import Limits, ReadError
from pipelines.reading.archive import Member, members, read_member

LIMITS = Limits()


def packed(*files: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return data.getvalue()


def listed(data: bytes, limits: Limits = LIMITS) -> dict[str, Member]:
    return {member.name: member for member in members(data, limits)}


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return data.replace(old, new)


def test_members_are_read_by_their_place() -> None:
    inner = packed(("c.txt", b"third"))
    data = packed(("a.txt", b"first"), ("in.zip", inner), ("b.txt", b"second"))
    found = listed(data)
    assert list(found) == ["a.txt", "in.zip", "in.zip!/c.txt", "b.txt"]
    for member in found.values():
        assert read_member(data, member.place, LIMITS) == member.data


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_flag_are_what_their_bytes_spell(encoding: str) -> None:
    name = "年度报告.txt".encode(encoding)
    data = renamed(packed(("x" * len(name), b"1")), b"x" * len(name), name)
    assert list(listed(data)) == ["年度报告.txt"]


def test_a_name_that_says_it_is_utf_8_and_is_not_costs_no_member() -> None:
    data = packed(("年报一.txt", b"1"), ("b.txt", b"2"))
    broken = renamed(data, "年报一".encode(), "年报表单".encode("gb18030") + b"x")
    assert [(m.name, m.data) for m in members(broken, LIMITS)] == [("年报表单x.txt", b"1"), ("b.txt", b"2")]
    assert read_member(broken, "0", LIMITS) == b"1"


def test_a_name_in_gbk_that_is_utf_8_by_chance_is_chinese() -> None:
    name = "摹拢".encode("gb18030")
    assert name.decode("utf-8") == "ġ£"
    assert list(listed(renamed(packed(("xxxx.txt", b"1")), b"xxxx", name))) == ["摹拢.txt"]


def test_the_unicode_path_of_a_member_is_its_name() -> None:
    info = zipfile.ZipInfo("nianbao.txt")
    path = "年报.txt".encode()
    field = b"\x01" + zlib.crc32(b"nianbao.txt").to_bytes(4, "little") + path
    info.extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert list(listed(packed((info, b"1")))) == ["年报.txt"]


def test_names_are_labels_only() -> None:
    found = listed(
        packed(("../../etc/passwd", b"1"), ("/abs.txt", b"2"), ("a!/b.txt", b"3"), ("line\nbreak.txt", b"4"))
    )
    assert list(found) == ["%2E%2E/%2E%2E/etc/passwd", "abs.txt", "a%21/b.txt", "line%0Abreak.txt"]


def test_two_members_of_one_name_are_two() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("a.txt", b"1"), ("a.txt", b"2"))
    assert [(m.name, m.data) for m in members(data, LIMITS)] == [("a.txt", b"1"), ("a.txt#2", b"2")]


def test_no_label_is_given_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("a.txt#2", b"1"), ("a.txt", b"2"), ("a.txt", b"3"))
    assert list(listed(data)) == ["a.txt#2", "a.txt", "a.txt#3"]


def test_a_file_with_the_name_of_a_folder_is_a_file() -> None:
    assert list(listed(packed(("d/", b"report"), ("e/", b"")))) == ["d/"]


def test_folders_are_no_files_and_nothing_else_is_left_out() -> None:
    names = ("__MACOSX/._a.txt", "d/.DS_Store", "d/Thumbs.db", "d/a.txt")
    assert list(listed(packed(("d/", b""), *((name, b"1") for name in names)))) == list(names)


def test_a_link_is_refused_and_not_followed() -> None:
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert listed(packed((info, b"/etc/passwd")))["link.txt"].reason == "not_a_file"


def test_a_member_with_a_password_costs_only_itself() -> None:
    data = bytearray(packed(("a.txt", b"secret"), ("b.txt", b"open")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    found = listed(bytes(data))
    assert (found["a.txt"].reason, found["b.txt"].data) == ("encrypted", b"open")


def test_a_bomb_is_never_unpacked_whole() -> None:
    found = listed(packed(("bomb.txt", b"\0" * 30_000_000), ("a.txt", b"fine")))
    assert (found["bomb.txt"].reason, found["a.txt"].data) == ("archive_bomb", b"fine")


def test_many_members_that_are_too_much_together() -> None:
    noise = random.Random(1).randbytes(60_000)
    found = listed(packed(*((f"{n}.bin", noise) for n in range(5))), Limits(decoded_bytes=150_000))
    assert [member.reason for member in found.values()] == [None, None, "archive_bomb", "archive_bomb", "archive_bomb"]


def test_too_many_members_are_not_listed() -> None:
    with pytest.raises(ReadError, match="archive_bomb"):
        listed(packed(*((f"{n}", b"") for n in range(20))), Limits(members=10))


def test_members_of_inner_archives_count_too() -> None:
    inner = packed(*((f"{n}", b"") for n in range(6)))
    found = listed(packed(("a.zip", inner), ("b.zip", inner)), Limits(members=13))
    assert (found["a.zip"].reason, found["b.zip"].reason) == (None, "archive_bomb")


def test_reading_members_one_by_one_uses_up_no_budget() -> None:
    data = packed(("a.bin", random.Random(1).randbytes(60_000)))
    for _ in range(5):
        assert len(read_member(data, "0", Limits(decoded_bytes=100_000))) == 60_000


def test_archives_nest_twice_and_no_deeper() -> None:
    data = packed(("report.txt", b"1"))
    for _ in range(3):
        data = packed(("in.zip", data))
    found = listed(data)
    assert found["in.zip!/in.zip"].reason == "archive_too_deep"
    assert list(found) == ["in.zip", "in.zip!/in.zip"]


def test_a_broken_archive_in_an_archive_costs_only_itself() -> None:
    broken = packed(("c.txt", b"1" * 500))[:-30]
    found = listed(packed(("in.zip", broken), ("a.txt", b"fine")))
    assert (found["in.zip"].reason, found["a.txt"].data) == ("truncated", b"fine")


def test_a_flipped_byte_is_damage() -> None:
    data = bytearray(packed(("a.txt", b"0123456789" * 9), method=zipfile.ZIP_STORED))
    data[data.index(b"0123456789") + 3] ^= 1
    assert listed(bytes(data))["a.txt"].reason == "damaged"


@pytest.mark.parametrize("tenth", range(10))
def test_an_archive_cut_anywhere_is_refused(tenth: int) -> None:
    data = packed(("a.txt", random.Random(1).randbytes(3_000)), ("b.txt", b"second"))
    with pytest.raises(ReadError) as caught:
        listed(data[: len(data) * tenth // 10])
    assert caught.value.reason in ("truncated", "damaged")


def test_an_unknown_packing_is_named() -> None:
    found = listed(packed(("a.txt", b"1" * 99), method=zipfile.ZIP_LZMA))
    assert found["a.txt"].reason == "unsupported_format"
