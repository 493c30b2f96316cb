"""Addresses of a cluster, and which of them may be used: its engine executes whatever it is sent.

Belongs here: telling a safe address from an open one. Keep out: connecting (`cluster`, `node`).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pipelines.spreading.spread import INSECURE_SWITCH, ClusterFailed

_PORT = 8786


def checked_address(address: str, *, is_insecure: bool) -> str:
    """Return a scheduler's address. Raises ClusterFailed for one of another kind, and for TCP beyond this machine.

    Whoever reaches a scheduler without TLS can make it and its nodes execute anything.
    """
    split = urlsplit(address)
    if split.scheme not in ("tcp", "tls") or not split.hostname:
        raise ClusterFailed.of("spreading.address", address=address, port=str(_PORT))
    if split.scheme == "tcp" and not is_insecure and not is_this_machine(split.hostname):
        raise ClusterFailed.of("spreading.open_to_all", address=address, switch=INSECURE_SWITCH)
    return address if split.port else f"{address.rstrip('/')}:{_PORT}"


def is_this_machine(host: str) -> bool:
    """Tell whether a host is a loopback address or localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
