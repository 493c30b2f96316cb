from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipelines.collecting.fetching.addresses import ForbiddenAddress, checked_addresses, forbidden_kind

V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "shared (CGNAT)"),
        ("100.100.100.200", "metadata"),
        ("169.254.169.254", "metadata"),
        ("169.254.1.1", "link-local"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("fd00:ec2::254", "metadata"),
        ("fd12::1", "private"),
        ("fe80::1", "link-local"),
        ("ff02::1", "multicast"),
        ("::ffff:127.0.0.1", "IPv4-mapped"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("64:ff9b::7f00:1", "NAT64"),
        ("64:ff9b:1::7f00:1", "NAT64"),
        ("2001:0:1:2::1", "Teredo"),
        ("2002:7f00:1::", "6to4"),
        ("2400::5efe:7f00:1", "ISATAP"),
        ("fe80::1%eth0", "scoped"),
        ("4000::1", "reserved"),
        ("localhost", "not an address"),
        ("0x7f.1", "not an address"),
    ],
)
def test_a_forbidden_address_is_named(address: str, kind: str) -> None:
    assert forbidden_kind(address) == kind


@pytest.mark.parametrize("address", ["61.150.65.235", "1.1.1.1", "2400:3200::1", "2606:4700::1111"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert forbidden_kind(address) is None


@examples(deadline=None)
@given(st.one_of(V4, V6))
def test_nothing_that_python_calls_not_global_is_allowed(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if forbidden_kind(str(address)) is None:
        assert address.is_global
        assert not (address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local)


@examples(deadline=None)
@given(V4, st.sampled_from([0xFFFF << 32, 0, 0x64FF9B << 96]))
def test_no_form_that_carries_another_address_is_allowed(inner: ipaddress.IPv4Address, prefix: int) -> None:
    assert forbidden_kind(str(ipaddress.IPv6Address(prefix | int(inner)))) is not None


@examples(deadline=None)
@given(V4, st.integers(0, 2**80 - 1))
def test_no_6to4_and_no_teredo_is_allowed(inner: ipaddress.IPv4Address, rest: int) -> None:
    assert forbidden_kind(str(ipaddress.IPv6Address(0x2002 << 112 | int(inner) << 80 | rest))) == "6to4"
    assert forbidden_kind(str(ipaddress.IPv6Address(0x20010000 << 96 | rest))) == "Teredo"


@examples(deadline=None)
@given(st.one_of(V4, V6))
def test_a_test_configuration_allows_its_own_addresses_only(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    allowed = ("127.0.0.2", "::1")
    assert (forbidden_kind(str(address), allowed) is None) == (str(address) in allowed)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.3", "::ffff:127.0.0.2", "1.1.1.1", "8.8.8.8"])
def test_a_test_configuration_refuses_everything_else(address: str) -> None:
    assert forbidden_kind(address, ("127.0.0.2",)) is not None
    assert forbidden_kind(address, ()) is not None


def test_one_forbidden_address_among_several_forbids_the_host() -> None:
    with pytest.raises(ForbiddenAddress, match=r"rebound\.example stands for 10\.0\.0\.1: private"):
        checked_addresses("rebound.example", ["1.1.1.1", "10.0.0.1"], None)
