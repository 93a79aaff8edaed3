"""Keys never reach a tape, in whichever form a server or a prompt holds them."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from urllib.parse import quote, quote_plus

from agent.recording.tape import Recording, Tape, TapeError

__all__ = ["known_keys", "require_no_key"]

_SHORTEST = 6
"""Characters: what is shorter is no key, and stands in any text."""
_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD")
"""A variable of the environment is a key's if a part of its name is one of these."""
_SAMPLE = 3
"""Bytes that base64 writes together: a key may begin at any of them."""


def known_keys(given: Iterable[str], environment: Mapping[str, str]) -> list[str]:
    """Return the keys that are known: those of settings, and of the environment."""
    found = [
        value
        for name, value in environment.items()
        if not {*name.upper().split("_")}.isdisjoint(_NAMES)
    ]
    return sorted({each for each in [*given, *found] if len(each) >= _SHORTEST})


def require_no_key(tape: Tape, keys: Iterable[str]) -> None:
    """Make sure that no key stands anywhere on a tape.

    A body is looked through as a whole, so that a key that is split over two chunks is
    found.

    Raises:
        TapeError: one does. Its text names the recording, and not the key.
    """
    forms = [form for key in keys for form in _forms(key)]
    header = _plain(asdict(tape.header))
    if any(form in header for form in forms):
        raise TapeError(
            "The tape is not written: its header holds a key. Take it out of the "
            "name of the model."
        )
    for number, each in enumerate(tape.recordings, 1):
        place = _place_of(each, forms)
        if place:
            raise TapeError(
                f"The tape is not written: recording {number} holds a key in its "
                f"{place}. Take it out of what is asked, or ask a server that does not "
                "send it back."
            )


def _place_of(recording: Recording, forms: Iterable[bytes]) -> str:
    request = recording.request
    asked = request if isinstance(request, bytes) else json.dumps(request).encode()
    raw = asked if isinstance(request, bytes) else _plain(request)
    places = {
        "request": asked + b"\n" + raw,
        "path": recording.path.encode(),
        "headers": json.dumps(dict(recording.headers)).encode(),
        "response": recording.body,
        "response, without its frames": _joined_texts(recording.body),
    }
    several = list(forms)
    found = (n for n, content in places.items() if any(f in content for f in several))
    return next(found, "")


def _plain(request: object) -> bytes:
    return json.dumps(request, ensure_ascii=False).encode(errors="replace")


def _joined_texts(body: bytes) -> bytes:
    """Return what the frames of a stream say one after the other, or a whole answer.

    A key that a model writes comes token by token, each in a frame of its own.
    """
    texts: dict[str, list[str]] = {}
    for line in body.split(b"\n"):
        if line.startswith(b"data:"):
            _add_texts(line[5:], texts)
    # One that is no stream may write a key in escapes that JSON does not need.
    _add_texts(body, texts)
    return "\n".join("".join(each) for each in texts.values()).encode(errors="replace")


def _add_texts(content: bytes, texts: dict[str, list[str]]) -> None:
    """Add the texts of a JSON value, each to those of its path; nothing for others."""
    with suppress(ValueError, RecursionError):
        for path, text in _texts(json.loads(content), ""):
            texts.setdefault(path, []).append(text)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, f"{path}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _texts(each, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


def _forms(key: str) -> Iterator[bytes]:
    """Yield a key plain, escaped as JSON and in addresses, and within base64."""
    yield key.encode()
    yield json.dumps(key)[1:-1].encode()
    yield json.dumps(key, ensure_ascii=False)[1:-1].encode()
    yield quote(key, safe="").encode()
    yield quote_plus(key).encode()
    for before in range(_SAMPLE):
        # Of each alignment, what does not depend on the bytes around it.
        whole = b64encode(b"\0" * before + key.encode()).rstrip(b"=")
        start = 0 if before == 0 else 4
        ragged = (before + len(key.encode())) % _SAMPLE
        inner = whole[start : len(whole) - (2 if ragged == 1 else 3 if ragged else 0)]
        if len(inner) >= _SHORTEST:
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")
