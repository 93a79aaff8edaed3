"""The file of a tape: JSON Lines, `citeloop.tape/1`.

A header, then of each recording a request, a response, its chunks as they were split,
and how it ended. A number tells apart recordings that ran side by side.
"""

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.recording.tape import Chunk, Header, Recording, Tape, TapeError

__all__ = ["MAX_TAPE_BYTES", "SCHEMA", "read_tape", "tape_lines"]

SCHEMA = "citeloop.tape/1"
MAX_TAPE_BYTES = 256 * 2**20
_ENDS = ("eof", "cancelled", "error")
_DEEPEST = 100
"""Levels of a request: what compares them goes down level by level."""
_NO_LINE = (
    ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError,
)  # fmt: skip
"""What a line raises that is not one of a tape."""


def tape_lines(tape: Tape) -> Iterator[str]:
    """Yield the lines of a tape's file."""
    yield _line(type="header", schema=SCHEMA, **asdict(tape.header))
    for number, each in enumerate(tape.recordings, 1):
        yield _line(
            type="request", number=number, method=each.method, path=each.path,
            **_written("body", each.request),
        )  # fmt: skip
        if each.status is not None:
            yield _line(
                type="response", number=number, status=each.status,
                headers=dict(each.headers),
            )  # fmt: skip
        for chunk in each.chunks:
            yield _line(
                type="chunk", number=number, ms=round(chunk.ms, 3),
                **_written("text", chunk.data),
            )  # fmt: skip
        yield _line(
            type="end", number=number, how=each.end, error=each.error,
            ms=round(each.ms, 3),
        )  # fmt: skip


def _line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _written(name: str, content: Mapping[str, Any] | bytes) -> dict[str, Any]:
    """Return bytes as text where they are, else as base64; an object as it is."""
    if not isinstance(content, bytes):
        return {name: dict(content)}
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}


def read_tape(path: Path) -> Tape:
    """Return what a file holds.

    Raises:
        TapeError: it cannot be read, is too large, or is no tape.
    """
    try:
        if path.stat().st_size > MAX_TAPE_BYTES:
            raise TapeError(f"{path} is larger than {MAX_TAPE_BYTES // 2**20} MiB.")
        text = path.read_bytes().decode()
    except OSError as error:
        raise TapeError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TapeError(f"{path} is no tape: it is not UTF-8.") from error
    return _Reader(path).read(text)


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._header: Header | None = None
        self._parts: dict[int, dict[str, Any]] = {}
        self._done: dict[int, Recording] = {}

    def read(self, text: str) -> Tape:
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                fields = json.loads(line)
                self._take(fields.pop("type"), fields)
            except _NO_LINE:
                raise TapeError(
                    f"{self._path}, line {number} is no line of {SCHEMA}."
                ) from None
        if self._header is None:
            raise TapeError(f"{self._path} is no tape: it has no header of {SCHEMA}.")
        if self._parts:
            raise TapeError(
                f"{self._path} is cut off: {len(self._parts)} of its recordings have "
                "no end. Record it again with --record."
            )
        return Tape(
            self._header, tuple(self._done[each] for each in sorted(self._done))
        )

    def _take(self, kind: str, fields: dict[str, Any]) -> None:
        if kind == "header":
            self._head(fields)
            return
        take = {
            "request": self._request,
            "response": self._response,
            "chunk": self._chunk,
            "end": self._end,
        }[kind]
        take(int(fields.pop("number")), fields)

    def _head(self, fields: dict[str, Any]) -> None:
        if fields.pop("schema") != SCHEMA or self._header is not None:
            raise ValueError(SCHEMA)
        prompts = fields.pop("prompts")
        if not all(
            isinstance(each, str) for each in [*fields.values(), *prompts.values()]
        ):
            raise TypeError(SCHEMA)
        self._header = Header(prompts=prompts, **fields)

    def _request(self, number: int, fields: dict[str, Any]) -> None:
        if number in self._parts or number in self._done:
            raise ValueError(number)
        path = fields["path"]
        if not (_is_field(path) and path.startswith("/")):
            raise ValueError(path)
        self._parts[number] = {
            "method": str(fields["method"]), "path": path,
            "request": _read(fields), "status": None, "headers": {}, "chunks": [],
        }  # fmt: skip

    def _response(self, number: int, fields: dict[str, Any]) -> None:
        status, headers = int(fields["status"]), fields["headers"]
        if not 100 <= status <= 599:
            raise ValueError(status)
        if not all(_is_field(k) and _is_field(v) for k, v in headers.items()):
            raise ValueError(headers)
        self._parts[number] |= {"status": status, "headers": dict(headers)}

    def _chunk(self, number: int, fields: dict[str, Any]) -> None:
        content = _read(fields)
        if not isinstance(content, bytes):
            raise TypeError(number)
        self._parts[number]["chunks"].append(Chunk(_ms(fields), content))

    def _end(self, number: int, fields: dict[str, Any]) -> None:
        if fields["how"] not in _ENDS:
            raise ValueError(fields["how"])
        parts = self._parts.pop(number)
        parts["chunks"] = tuple(parts["chunks"])
        self._done[number] = Recording(
            **parts, end=fields["how"], error=str(fields["error"]), ms=_ms(fields)
        )  # fmt: skip


def _is_field(text: object) -> bool:
    """Return whether a text can stand in the head of a response, and in one line."""
    return isinstance(text, str) and text.isascii() and text.isprintable()


def _ms(fields: Mapping[str, Any]) -> float:
    ms = float(fields["ms"])
    if not 0 <= ms < math.inf:
        raise ValueError(ms)
    return ms


def _require_shallow(value: object, levels: int = _DEEPEST) -> None:
    if levels == 0:
        raise RecursionError
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            _require_shallow(each, levels - 1)


def _read(fields: Mapping[str, Any]) -> Mapping[str, Any] | bytes:
    if "body" in fields:
        body = fields["body"]
        if not isinstance(body, dict):
            raise TypeError("body")
        _require_shallow(body)
        return body
    if "base64" in fields:
        return b64decode(fields["base64"], validate=True)
    return str(fields["text"]).encode()
