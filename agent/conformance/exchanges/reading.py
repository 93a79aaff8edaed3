"""What a response says: one record for a bare client's reading and for ours."""

from dataclasses import dataclass
from typing import Any

__all__ = ["ReadCall", "Reading", "Usage", "read_usage"]


@dataclass(frozen=True, slots=True)
class ReadCall:
    """A tool call as it was read."""

    index: int | None
    """In a stream as it was sent; else its place."""
    id: str
    """Blank if none was sent."""
    name: str
    """Blank if none was sent."""
    arguments: str
    """All its pieces joined."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the server counted; None where it says nothing, or no whole number."""

    prompt: int | None = None
    completion: int | None = None
    total: int | None = None
    reasoning: int | None = None
    """`completion_tokens_details.reasoning_tokens`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a response says."""

    content: str = ""
    reasoning: str = ""
    """Of the first field that had any."""
    reasoning_fields: tuple[str, ...] = ()
    """Every field that reasoning came in."""
    calls: tuple[ReadCall, ...] = ()
    finishes: tuple[str, ...] = ()
    """Each finish reason that was sent, in order; one is right."""
    usage: Usage | None = None
    models: tuple[str, ...] = ()
    """Each name that `model` had, once."""
    repairs: tuple[str, ...] = ()
    """What Citeloop put right; none in a bare client's reading."""
    fault: str = ""
    """Why Citeloop could not use it (a `FaultKind`); blank in a bare client's."""

    @property
    def finish(self) -> str | None:
        """The last finish reason."""
        return self.finishes[-1] if self.finishes else None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the calls."""
        return tuple(call.name for call in self.calls)


def read_usage(given: Any) -> Usage | None:
    """Return a server's count; None if it is no object."""
    if not isinstance(given, dict):
        return None
    details = given.get("completion_tokens_details")
    inner = details if isinstance(details, dict) else {}
    return Usage(
        _whole(given.get("prompt_tokens")),
        _whole(given.get("completion_tokens")),
        _whole(given.get("total_tokens")),
        _whole(inner.get("reasoning_tokens")),
    )


def _whole(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) else None
