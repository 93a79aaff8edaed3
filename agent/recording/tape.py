"""A tape: what was asked of a server, and what came back with its times."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tools.errors import UsageError

__all__ = [
    "Chunk",
    "End",
    "Header",
    "Recording",
    "Tape",
    "TapeError",
]

End = Literal["eof", "cancelled", "error"]
"""How a response ended: by itself, left by the client, or by a transport that broke."""


class TapeError(UsageError):
    """A file is no tape, or not one that can be played."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that came together."""

    ms: float
    """Since the request was sent."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """One request, and what came back."""

    method: str
    path: str
    """Of the address, with its query: never the host."""
    request: Mapping[str, Any] | bytes
    """The body: a JSON object, or bytes that are none."""
    status: int | None
    """None if no head came."""
    headers: Mapping[str, str]
    """Of the response, those of an allow-list."""
    chunks: tuple[Chunk, ...]
    end: End
    error: str = ""
    """The class of what broke the transport, as `ReadError`."""
    ms: float = 0.0
    """Until its end."""

    @property
    def body(self) -> bytes:
        """All that came."""
        return b"".join(chunk.data for chunk in self.chunks)


@dataclass(frozen=True, slots=True)
class Header:
    """What a tape was made by, and what is pinned while it is played."""

    citeloop: str
    """The version."""
    started: str
    """ISO 8601, UTC."""
    today: str
    """The date that prompts say, ISO 8601: the same while it is played."""
    model: str
    """The one that was asked."""
    settings: str
    """A hash of the settings that requests depend on."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """The hash of each prompt, by its name."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A header, and recordings in the order in which they were asked for."""

    header: Header
    recordings: tuple[Recording, ...]

    @property
    def answered(self) -> tuple[str, ...]:
        """The models that answered, by their own names; each once."""
        return self._said("model")

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The `system_fingerprint` of the responses; each once."""
        return self._said("system_fingerprint")

    def _said(self, name: str) -> tuple[str, ...]:
        found = (_first_of(each.body, name) for each in self.recordings)
        return tuple(dict.fromkeys(each for each in found if each))


def _first_of(body: bytes, name: str) -> str:
    """Return the first text under a name, in a body of whichever form."""
    mark = f'"{name}"'.encode()
    at = body.find(mark)
    if at < 0:
        return ""
    rest = body[at + len(mark) : at + len(mark) + 300].lstrip(b" :\t")
    try:
        value, _ = json.JSONDecoder().raw_decode(rest.decode(errors="replace"))
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""
