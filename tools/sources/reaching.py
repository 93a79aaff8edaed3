"""Where a download may lead: what a name resolves to, and whether that is public.

A name is judged by what it resolves to, in whatever way it is spelt (`127.1`,
`0x7f000001`, `localhost.`), and what was judged is what is connected to.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

__all__ = ["Permit", "Resolve", "anywhere", "is_public", "resolve_name"]

Permit = Callable[[str], bool]
"""Whether a numeric address may be connected to."""
Resolve = Callable[[str, int], list[str]]
"""Returns the numeric addresses of a name, the one to try first at its head."""

_NOT_PUBLIC = [
    ip_network(each)
    for each in (
        "100.64.0.0/10",  # shared by the customers of a provider (RFC 6598)
        "168.63.129.16/32",  # Azure's own server, metadata among it
        "192.0.0.0/24",  # IETF; Oracle Cloud's metadata
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
    )
]
"""Not public either, whatever this Python's own tables say."""
_GLOBAL = ip_network("2000::/3")
"""All that is assigned for the Internet (IANA, "IPv6 Global Unicast")."""
_NOT_GLOBAL = [
    ip_network(each)
    for each in (
        "2001::/23",  # IETF; Teredo, which holds an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds an IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
]
_NAT64 = ip_network("64:ff9b::/96")
"""Networks without IPv4 reach it through these (RFC 6052)."""


def anywhere(address: str) -> bool:
    """Permit every address."""
    del address
    return True


def is_public(address: str) -> bool:
    """Permit what lies in the Internet, for all to reach.

    Not this computer, a private network, a link, a carrier's own network, a group, or
    where clouds tell a machine its secrets. An IPv4 address inside one of IPv6 counts.
    """
    try:
        found = ip_address(address)
    except ValueError:  # no numeric address
        return False
    return (
        _is_public_4(found) if isinstance(found, IPv4Address) else _is_public_6(found)
    )


def _is_public_4(address: IPv4Address) -> bool:
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


def _is_public_6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return _is_public_4(address.ipv4_mapped)
    if address in _NAT64:
        return _is_public_4(IPv4Address(int(address) & 0xFFFFFFFF))
    if any(address in network for network in _NOT_GLOBAL):
        return False
    return address in _GLOBAL and address.is_global


def resolve_name(host: str, port: int) -> list[str]:
    """Return what the system knows of a name.

    Raises:
        OSError: it knows nothing of it.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
