"""A request in the form in which it is compared with those of a tape.

What differs from run to run and means nothing is taken out: ids of calls are numbered
by their order of appearance, `user` and `seed` are left out, keys are sorted.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["canonical", "first_difference", "hash_of", "leaves"]

_LEFT_OUT = frozenset({"user", "seed"})
_IDS = frozenset({"id", "tool_call_id", "call_id"})
"""Keys whose texts name a call."""
Leaves = dict[str, Any]
"""Each value that holds no other, under its path, as `messages[0].role`."""


def canonical(request: Mapping[str, Any] | bytes) -> Any:
    """Return a request in the form that is compared; bytes stay as they are."""
    if isinstance(request, bytes):
        return request
    kept = {name: value for name, value in request.items() if name not in _LEFT_OUT}
    return _named(kept, {})


def _named(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: known.setdefault(each, f"call {len(known) + 1}")
            if key in _IDS and isinstance(each, str)
            else _named(each, known)
            for key, each in sorted(value.items())
        }
    if isinstance(value, list):
        return [_named(each, known) for each in value]
    return value


def hash_of(method: str, path: str, request: Mapping[str, Any] | bytes) -> str:
    """Return what is equal for requests that mean the same: SHA-256, in hex."""
    form = canonical(request)
    body = form if isinstance(form, bytes) else json.dumps(form).encode()
    head = f"{method} {path}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


def leaves(request: Mapping[str, Any] | bytes) -> Leaves:
    """Return the leaves of a request in its canonical form."""
    form = canonical(request)
    return {"": form} if isinstance(form, bytes) else dict(_leaves(form, ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]")
    else:
        yield path, value


def first_difference(recorded: Leaves, asked: Leaves) -> tuple[str, Any, Any] | None:
    """Return the first path at which two requests differ, and both values.

    A value that one of them has not is None. None is returned for equal ones.
    """
    for path in [*asked, *(each for each in recorded if each not in asked)]:
        if path not in recorded or path not in asked or recorded[path] != asked[path]:
            return path, recorded.get(path), asked.get(path)
    return None
