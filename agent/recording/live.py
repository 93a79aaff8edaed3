"""A tape beside the server as it is now: the same requests, and the shapes compared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import httpx2

from agent.recording.tape import Recording, Tape
from tools.errors import ModelError

__all__ = ["Change", "compare_live"]

Level = Literal["info", "warning", "error"]
_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Change:
    """How a server answers otherwise than on the tape."""

    level: Level
    """A new field is an info, one that is gone or another model that answers a warning,
    another type or status an error."""
    recording: int
    """Its number, from 1."""
    said: str


async def compare_live(tape: Tape, base_url: str, key: str) -> list[Change]:
    """Send each request of a tape, and return what of the answers has another shape.

    Args:
        tape: With the requests, which are sent as they are.
        base_url: Of the server.
        key: Sent as a bearer token.

    Raises:
        ModelError: the server cannot be reached.
    """
    origin = str(httpx2.URL(base_url).copy_with(path="/", query=None)).rstrip("/")
    changes: list[Change] = []
    headers = {"authorization": f"Bearer {key or 'none'}"}
    async with httpx2.AsyncClient(headers=headers, timeout=_SECONDS) as client:
        for number, each in enumerate(tape.recordings, 1):
            content, kind = _content(each)
            try:
                response = await client.request(
                    each.method, origin + each.path, content=content, headers=kind
                )
            except httpx2.HTTPError as error:
                raise ModelError(
                    f"{origin} cannot be asked: {type(error).__name__}. Correct "
                    "--base-url, or start the server."
                ) from error
            found = _changes(each, response.status_code, response.content)
            changes += (Change(level, number, said) for level, said in found)
    return changes


def _content(recording: Recording) -> tuple[bytes | None, dict[str, str]]:
    if isinstance(recording.request, bytes):
        return recording.request or None, {}
    return json.dumps(recording.request).encode(), {"content-type": "application/json"}


def _changes(
    recording: Recording, status: int, body: bytes
) -> Iterator[tuple[Level, str]]:
    if status != recording.status:
        yield "error", f"status {status}, recorded {recording.status}"
        return
    before, now = _shape(recording.body), _shape(body)
    for path in sorted(now.keys() - before.keys()):
        yield "info", f"{path} is new"
    for path in sorted(before.keys() - now.keys()):
        yield "warning", f"{path} is gone"
    for path in sorted(before.keys() & now.keys()):
        if before[path].isdisjoint(now[path]):
            then, today = ("/".join(sorted(each[path])) for each in (before, now))
            yield "error", f"{path} is {today}, recorded {then}"
    then, today = _model(recording.body), _model(body)
    if then and today and then != today:
        yield "warning", f"another model answered: {today}, recorded {then}"


def _payloads(body: bytes) -> Iterator[Any]:
    """Yield the JSON values of a body, which is one of them or a stream of frames."""
    lines = body.split(b"\n") if b"data:" in body[:200] else [body]
    for line in lines:
        try:
            yield json.loads(line.removeprefix(b"data:"))
        except (ValueError, RecursionError):
            continue


def _shape(body: bytes) -> dict[str, set[str]]:
    """Return the types that stand at each path, over all frames; lists as one item."""
    shape: dict[str, set[str]] = {}
    for payload in _payloads(body):
        for path, kind in _kinds(payload, ""):
            shape.setdefault(path, set()).add(kind)
    return shape


def _kinds(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _kinds(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for each in value:
            yield from _kinds(each, f"{path}[]")
    elif path:
        yield path, _kind(value)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"


def _model(body: bytes) -> str:
    found = (each.get("model") for each in _payloads(body) if isinstance(each, dict))
    return next((each for each in found if isinstance(each, str)), "")
