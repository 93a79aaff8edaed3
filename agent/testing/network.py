"""No connection leaves this machine while a test runs."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tools.errors import CiteloopError

__all__ = ["NetworkRefusedError", "Refusals", "refuse_network"]

_NAMED = ("connect", "connect_ex", "sendto")
_LOOKED_UP = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
_HOMES = {"localhost", "localhost.localdomain", "ip6-localhost", ""}


class NetworkRefusedError(CiteloopError):
    """A test that may not speak to the network has tried to.

    It is no `OSError`: clients catch those, and try again.
    """


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was refused so far."""

    hosts: list[str] = field(default_factory=list)
    """In the order in which they were asked for; a name may stand there again."""


def refuse_network(replace: Callable[[object, str, object], None]) -> Refusals:
    """Refuse connections and look-ups to any but the loopback; return what was refused.

    Sockets of a file system, and those that something in C opens by itself (gRPC,
    uvloop), are not looked at.

    Args:
        replace: Sets an attribute until the test is over, as `monkeypatch.setattr`.
    """
    refusals = Refusals()

    def refuse(host: str) -> None:
        if is_here(host):
            return
        refusals.hosts.append(host)
        raise NetworkRefusedError(
            f"A test with `no_network` tried to reach {host}. Give it `chat_server`, a "
            "tape or a fake, or leave `no_network` out."
        )

    for name in _NAMED:
        replace(socket.socket, name, _watched(getattr(socket.socket, name), refuse))
    for name in _LOOKED_UP:
        replace(socket, name, _looking_up(getattr(socket, name), refuse))
    return refusals


def is_here(host: str) -> bool:
    """Whether a host is this machine, by its name or its number alone."""
    if host.lower() in _HOMES:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback or address.is_unspecified


def _watched(
    method: Callable[..., Any], refuse: Callable[[str], None]
) -> Callable[..., Any]:
    def watched(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1] if arguments else None
        if self.family in (socket.AF_INET, socket.AF_INET6) and address:
            try:
                refuse(str(address[0]))
            except NetworkRefusedError:
                self.close()  # callers close it after an `OSError` alone
                raise
        return method(self, *arguments)

    return watched


def _looking_up(
    function: Callable[..., Any], refuse: Callable[[str], None]
) -> Callable[..., Any]:
    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not _is_number(text):
            refuse(str(text or ""))
        return function(host, *arguments, **named)

    return look_up


def _is_number(host: Any) -> bool:
    """Whether nobody is asked what a host is; connecting to it is another question."""
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True
