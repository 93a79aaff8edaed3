"""Whose key each is: a key goes only to the origin that it was set for.

A key belongs to the address in force where it was set: that of its own layer or, if
that names none, of those below. If a layer above puts another origin in place of it,
the key is not sent. A key that was set without an address is for the one that the
user's own flags, variables and file name, or a project file that the user approved.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from agent.settings.layers import Layer, first_of, origin_of, rank_of
from agent.settings.providers import PROVIDERS

__all__ = ["KEYS", "Key", "Withheld", "same_origin", "withheld"]

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Key:
    """A secret setting, and what tells where it goes."""

    name: str
    address: Callable[[list[Layer]], str | None]
    """Returns the address that some layers put in force."""
    places: tuple[str, ...]
    """The settings that it is read from."""


def _endpoint(layers: list[Layer]) -> str | None:
    provider = PROVIDERS.get(str(first_of("provider", layers)))
    named_above = rank_of("provider", layers) < rank_of("base_url", layers)
    address = None if named_above else first_of("base_url", layers)
    if address is None and provider:
        return provider.base_url
    return str(address) if address else None


def _of(name: str) -> Callable[[list[Layer]], str | None]:
    def address(layers: list[Layer]) -> str | None:
        found = first_of(name, layers)
        return str(found) if found else None

    return address


KEYS = (
    Key("api_key", _endpoint, ("base_url", "provider")),
    Key("embedder_api_key", _of("embedder_base_url"), ("embedder_base_url",)),
    Key("reranker_api_key", _of("reranker_base_url"), ("reranker_base_url",)),
    Key("library_token", _of("library"), ("library",)),
)
"""Every setting that is a secret."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A key that is not sent, for it was set for somebody else."""

    name: str
    reason: str
    """In words, with where it was set."""


def withheld(layers: list[Layer]) -> Iterator[Withheld]:
    """Yield the keys that the address in force is not the one of."""
    for key in KEYS:
        rank = rank_of(key.name, layers)
        there, meant = key.address(layers), key.address(layers[rank:])
        if rank == len(layers) or not (_origin(there) and _origin(meant)):
            continue
        if not same_origin(there, meant):
            where = origin_of(key.name, layers)
            reason = f"{where} was set for {_shown(meant)}, not for {_shown(there)}"
            yield Withheld(key.name, reason)


def same_origin(one: str | None, other: str | None) -> bool:
    """Whether two addresses have one scheme, host and port (RFC 6454)."""
    origin = _origin(one)
    return origin is not None and origin == _origin(other)


def _origin(address: str | None) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit((address or "").strip())
        port = parts.port
    except ValueError:
        return None
    if not parts.scheme or not parts.hostname:
        return None
    host = parts.hostname.rstrip(".")
    return parts.scheme, host, port or _PORTS.get(parts.scheme)


def _shown(address: str | None) -> str:
    scheme, host, port = _origin(address) or ("", "", None)
    default = port is None or port == _PORTS.get(scheme)
    return f"{scheme}://{host}" if default else f"{scheme}://{host}:{port}"
