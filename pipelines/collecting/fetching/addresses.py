"""Which addresses may be connected to, and the ones that a host name stands for.

Belongs here: rules about IP addresses. Keep out: connecting (`transport`).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence

Resolve = Callable[[str, int], list[str]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ForbiddenAddress(Exception):
    """A host stands for an address that must not be connected to; the text names both."""


# Own list: what `ipaddress` calls global differs between Python versions. The first match names the refusal, so the
# narrow networks stand before those that hold them. IANA special-purpose registries, RFC 6890 and its successors.
_FORBIDDEN: tuple[tuple[str, str], ...] = (
    ("169.254.169.254/32", "metadata"),
    ("fd00:ec2::254/128", "metadata"),
    ("168.63.129.16/32", "metadata"),
    ("100.100.100.200/32", "metadata"),
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared (CGNAT)"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("::/96", "IPv4-compatible"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("2001::/32", "Teredo"),
    ("2001::/23", "reserved"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_NETWORKS: tuple[tuple[Network, str], ...] = tuple((ipaddress.ip_network(net), name) for net, name in _FORBIDDEN)
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Interface identifiers that carry an IPv4 address (ISATAP, RFC 5214), with and without the universal bit.
_ISATAP = (0x00005EFE, 0x02005EFE)


def forbidden_kind(address: str, allowed: Collection[str] | None = None) -> str | None:
    """Tell why an address must not be connected to, or None if it may.

    With `allowed`, the list of a test configuration, those very addresses may be connected to and no others.
    """
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    if allowed is not None:
        listed = {ipaddress.ip_address(item) for item in allowed}
        return None if number in listed and number.is_loopback else "not listed in the test configuration"
    if isinstance(number, ipaddress.IPv6Address) and number.scope_id is not None:
        return "scoped"
    for network, name in _NETWORKS:
        if number.version == network.version and number in network:
            return name
    if isinstance(number, ipaddress.IPv6Address):
        if number not in _GLOBAL_UNICAST:
            return "reserved"
        if (int(number) >> 32) & 0xFFFFFFFF in _ISATAP:
            return "ISATAP"
    return None


def system_resolve(host: str, port: int) -> list[str]:
    """Return every address that the system's resolver gives for a host, in its order. Raises OSError."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def checked_addresses(host: str, addresses: Sequence[str], allowed: Collection[str] | None) -> Sequence[str]:
    """Return the addresses of a host, all of them checked. One forbidden address among them forbids the host.

    Raises ForbiddenAddress.
    """
    for address in addresses:
        kind = forbidden_kind(address, allowed)
        if kind is not None:
            raise ForbiddenAddress(f"{host} stands for {address}: {kind}")
    return addresses
