"""Finds the JSON payloads in the bytes of a response.

A stream of server-sent events and one JSON object are both read here, whatever was
asked for: OpenRouter answers a stream request that fails with one object, and some
proxies stream what was not asked for as a stream. Wherever the bytes are split, the
payloads are the same.
"""

import json
import re
from typing import Any

__all__ = ["END", "MAX_PAYLOAD_BYTES", "Frames", "Payload"]

Payload = dict[str, Any]
END: Payload = {}
"""Follows the last payload of a response that came to its own end."""

_DONE = b"[DONE]"
_EVENT = re.compile(rb"(?:data|event|id|retry|error)?:")
_MOST_LOOKS = 8
_TOLD = len(b"retry:")
"""From so many bytes on it is clear whether they begin an event."""
MAX_PAYLOAD_BYTES = 8 * 2**20
"""Of one payload: what `tools.responses` lets an object have, too. It is not imported
from there, for what reads a turn needs no package."""
_FAILED = re.compile(rb"error|exception|[\w.]{0,40}[._](?:error|failed)")
"""Names of events that tell of a failure, whatever their data are."""


class Frames:
    """Takes bytes as they come, and gives the payloads that are complete."""

    def __init__(self) -> None:
        """Begin with a response of which nothing was read."""
        self.broken = False
        """Whether a payload is no JSON object: what follows it is not read."""
        self.done = False
        """Whether the stream said that it is at its end."""
        self.foreign = False
        """Whether this is no API: a page, for example."""
        self.empty = True
        """Whether nothing but white space came."""
        self.overlong = False
        """Whether one payload is longer than any is: what follows it is not read."""
        self._rest = bytearray()
        """What came since the last end of a line."""
        self._looked = 0
        """Up to where it is known to be one line, and blanks."""
        self._first: int | None = None
        """Where its first line ends."""
        self._data: list[bytes] = []
        self._size = 0
        """Bytes of `_data`."""
        self._failed = False
        """Whether the event that is read is named as one that tells of a failure."""
        self._whole: bool | None = None
        """Whether it is one JSON object; None until its first byte is here."""
        self._several: bool | None = None
        """Whether each line is an object of its own (NDJSON); None until it shows."""
        self._skip_newline = False
        self._open = 0
        """How many braces of the object open and do not close, in its strings too."""
        self._looks = 0

    @property
    def ended(self) -> bool:
        """Whether the response was said, or seen, to be whole."""
        return self.done or bool(self._whole and not self.broken)

    def is_closed(self) -> bool:
        """Whether one JSON object is here to its last brace.

        Parsed only where as many braces close as open, and a few times at most.
        """
        if not self._whole or self._open or self._looks >= _MOST_LOOKS:
            return False
        self._looks += 1
        return _read_object(bytes(self._rest)) is not None

    @property
    def is_over(self) -> bool:
        """Whether what follows is of no use."""
        return self.done or self.broken or self.overlong or self.foreign

    def feed(self, data: bytes) -> list[Payload]:
        """Return the payloads that these bytes complete; none of a whole object."""
        if self._whole is None:
            self._rest += data
            begun = self._begin(bytes(self._rest))
            if begun is None:
                return []
            data = begun
            self._rest.clear()
        if self._whole:
            self._rest += data
            self._open += data.count(b"{") - data.count(b"}")
            self._measure()
            data = self._split()
        return [] if self._whole else self._lines(data)

    def finish(self) -> list[Payload]:
        """Return what is left when the response is at its end."""
        if self.empty or self.broken or self.done or self.overlong:
            return []
        if self._whole is False:
            return self._lines(b"\n\n")
        self.foreign = self._whole is None or self.foreign
        return self._parse(bytes(self._rest))

    def _begin(self, data: bytes) -> bytes | None:
        """Tell the two forms apart by the first bytes; return what is to be read.

        None is returned until it is clear which form it is.
        """
        start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start:
            self._rest.clear()
            return None
        self.empty = False
        if start[:1] in b"{[":
            self._whole = True
        elif _EVENT.match(start):
            self._whole = False
        elif len(start) >= _TOLD:
            self._whole = self.foreign = True
        return None if self._whole is None else start

    def _split(self) -> bytes:
        """Return what to read by lines, if the first is an object and more follow.

        Ollama's streams are so, and those of some proxies (ollama #13128, #1728).
        """
        if self._several is False or self.overlong:
            return b""
        start, self._looked = self._looked, len(self._rest)
        if self._first is None:
            self._first = start = self._rest.find(b"\n", start)
        if self._first < 0:
            self._first = None
            return b""
        if not self._rest[start:].strip():
            return b""  # it may be the last
        self._several = _read_object(bytes(self._rest[: self._first])) is not None
        self._whole = not self._several
        return self._taken() if self._several else b""

    def _taken(self) -> bytes:
        data = bytes(self._rest)
        self._rest.clear()
        return data

    def _measure(self) -> None:
        """Stop at a payload that has no end."""
        if len(self._rest) + self._size > MAX_PAYLOAD_BYTES:
            self.overlong = True
            self._rest.clear()

    def _lines(self, data: bytes) -> list[Payload]:
        if self._skip_newline and data:
            data = data.removeprefix(b"\n")
            self._skip_newline = False
        if data:
            self._skip_newline = data.endswith(b"\r")
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *more = data.split(b"\n")
        self._rest += first
        payloads: list[Payload] = []
        for rest in more:
            line = bytes(self._rest)
            self._rest[:] = rest
            if self.broken or self.done or self.overlong:
                break
            payloads += self._line(line)
        self._measure()
        return payloads

    def _line(self, line: bytes) -> list[Payload]:
        """Take one line; a blank one ends an event."""
        if not line:
            return self._end()
        if line[:1] == b"{":
            # An object by itself: each line, or the words of a server that fails.
            ended = self._end_early()
            found = _read_object(line)
            self.broken = self.broken or (found is None and bool(self._several))
            return ended if found is None else [*ended, found]
        name, _, value = line.partition(b":")
        if name == b"data":
            ended = self._end_early()
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
            return ended
        if name == b"event":
            ended = self._end_early()
            self._failed = bool(_FAILED.fullmatch(value.strip()))
            return ended
        if name == b"error" and value.strip():
            # How llama.cpp once reported a failure in the middle of a stream.
            return [{"error": each} for each in self._parse(value)]
        return []

    def _end(self) -> list[Payload]:
        """Return the payload of an event that is at its end."""
        data, self._data = b"\n".join(self._data), []
        failed, self._failed, self._size = self._failed, False, 0
        if not failed:
            return self._parse(data) if data else []
        # hebo-gateway #71, langchainjs #1698, eca #559: any words, or none.
        found = _read_object(data)
        if found is not None:
            return [found if found.get("error") else {"error": found}]
        words = data.decode(errors="replace").strip().strip('"')
        return [{"error": {"message": words or "it sent an error without a word"}}]

    def _end_early(self) -> list[Payload]:
        """End an event that lacks its blank line, as some proxies send them.

        Each of theirs is one line; an event of several is at its end where it says so.
        """
        if len(self._data) != 1 or _read_object(self._data[0]) is None:
            return []
        return self._end()

    def _parse(self, data: bytes) -> list[Payload]:
        if data.startswith(_DONE):
            self.done = True
            return []
        found = _read_object(data)
        if found is not None:
            return [found]
        self.broken = True
        return []


def _read_object(data: bytes) -> Payload | None:
    """Return the one JSON object that some bytes are, None if they are none."""
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(payload, list) and len(payload) == 1:
        payload = payload[0]
    return payload if isinstance(payload, dict) else None
