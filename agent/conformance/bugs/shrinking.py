"""The smallest request that still fails, by delta debugging.

After Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002),
on a tree instead of a list: each part of the request is left out, the largest first,
and texts are halved, until nothing more can go or the budget is spent.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["MOST_TRIES", "Shrunk", "shrink"]

MOST_TRIES = 80
"""Requests: each costs an answer of the model."""
_KEPT = frozenset({"model", "messages"})
"""Without these no server answers at all."""
_KEPT_OF_MESSAGE = frozenset({"role", "content"})
"""Nor is a message one without these; its content is shortened."""
_SHORTEST = 8
"""Characters: a text is not cut below."""
Path = tuple[str | int, ...]
Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is left of a request."""

    request: Request
    tries: int
    whole: bool
    """Whether nothing more can be left out; else the budget was spent."""


async def shrink(
    request: Request,
    fails: Callable[[Request], Awaitable[bool]],
    most: int = MOST_TRIES,
) -> Shrunk:
    """Return the smallest request found that fails as the given one does.

    A model may answer otherwise each time, so a part counts as needed if the request
    once did not fail without it: what is left may be larger than it had to be, and it
    has failed when it was last sent.

    Args:
        request: One that fails.
        fails: Sends a request, and says whether it fails in the same way.
        most: Requests that may be sent.
    """
    tries = 0
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(request):
            if tries >= most:
                return Shrunk(request, tries, whole=False)
            tries += 1
            if await fails(smaller):
                request, changed = smaller, True
                break
    return Shrunk(request, tries, whole=True)


def _smaller(request: Request) -> Iterator[Request]:
    """Yield a request with one part less, the largest part first."""
    places = sorted(_places(request), key=lambda place: -_size(request, place))
    for place in places:
        if _may_go(request, place):
            yield _changed(request, place)
    for place in places:
        text = _at(request, place)
        if isinstance(text, str) and len(text) >= 2 * _SHORTEST and place[0] != "model":
            yield _changed(request, place, text[: len(text) // 2])


def _may_go(request: Request, place: Path) -> bool:
    if len(place) == 1:
        return place[0] not in _KEPT
    if place[0] == "messages" and place[-1] in _KEPT_OF_MESSAGE:
        return len(place) != len(("messages", 0, "role"))
    return place != ("messages", 0) or len(request["messages"]) > 1


def _places(value: Any, above: Path = ()) -> Iterator[Path]:
    if isinstance(value, Mapping):
        inner: Iterator[tuple[str | int, Any]] = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    else:
        return
    for key, each in inner:
        yield (*above, key)
        yield from _places(each, (*above, key))


def _at(value: Any, place: Path) -> Any:
    for key in place:
        value = value[key]
    return value


def _size(request: Request, place: Path) -> int:
    return len(json.dumps(_at(request, place), ensure_ascii=False))


def _changed(value: Any, place: Path, text: str | None = None) -> Any:
    """Return a copy without what is at a place, or with a text there."""
    key, rest = place[0], place[1:]
    copy: Any = dict(value) if isinstance(value, Mapping) else list(value)
    if rest:
        copy[key] = _changed(copy[key], rest, text)
    elif text is None:
        del copy[key]
    else:
        copy[key] = text
    return copy
