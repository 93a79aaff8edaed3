"""Finds the JSON payloads in the bytes of a response.

A stream of server-sent events and one JSON object are both read here, whatever was
asked for: OpenRouter answers a stream request that fails with one object, and some
proxies stream what was not asked for as a stream. Wherever the bytes are split, the
payloads are the same.
"""

import json
import re
from typing import Any

__all__ = ["END", "Frames", "Payload"]

Payload = dict[str, Any]
END: Payload = {}
"""Follows the last payload of a response that came to its own end."""

_DONE = b"[DONE]"
_EVENT = re.compile(rb"(?:data|event|id|retry|error)?:")
_MOST_LOOKS = 8
_TOLD = len(b"retry:")
"""From so many bytes on it is clear whether they begin an event."""


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
        self._rest = b""
        self._data: list[bytes] = []
        self._whole: bool | None = None
        """Whether it is one JSON object; None until its first byte is here."""
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
        return _is_json(self._rest)

    def feed(self, data: bytes) -> list[Payload]:
        """Return the payloads that these bytes complete; none of a whole object."""
        if self._whole is None:
            data = self._begin(self._rest + data)
        if self._whole is False:
            return self._lines(data)
        self._rest += data
        self._open += data.count(b"{") - data.count(b"}")
        return []

    def finish(self) -> list[Payload]:
        """Return what is left when the response is at its end."""
        if self.empty or self.broken or self.done:
            return []
        if self._whole is False:
            return self._lines(b"\n\n")
        self.foreign = self._whole is None or self.foreign
        return self._parse(self._rest)

    def _begin(self, data: bytes) -> bytes:
        """Tell the two forms apart by the first bytes; return what is to be read."""
        self._rest = b""
        start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start:
            return data[:0]
        self.empty = False
        if start[:1] in b"{[":
            self._whole = True
        elif _EVENT.match(start):
            self._whole = False
        elif len(start) >= _TOLD:
            self._whole = self.foreign = True
        return start

    def _lines(self, data: bytes) -> list[Payload]:
        if self._skip_newline and data:
            data = data.removeprefix(b"\n")
            self._skip_newline = False
        if data:
            self._skip_newline = data.endswith(b"\r")
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, self._rest = (self._rest + data).split(b"\n")
        payloads: list[Payload] = []
        for line in lines:
            if self.broken or self.done:
                break
            payloads += self._line(line)
        return payloads

    def _line(self, line: bytes) -> list[Payload]:
        """Take one line; a blank one ends an event."""
        if not line:
            data, self._data = b"\n".join(self._data), []
            return self._parse(data) if data else []
        name, _, value = line.partition(b":")
        if name == b"data":
            ended = self._end_early()
            self._data.append(value.removeprefix(b" "))
            return ended
        if name == b"error" and value.strip():
            # How llama.cpp once reported a failure in the middle of a stream.
            return [{"error": each} for each in self._parse(value)]
        return []

    def _end_early(self) -> list[Payload]:
        """End an event that lacks its blank line, as some proxies send them."""
        if not self._data:
            return []
        data = b"\n".join(self._data)
        if not _is_json(data):
            return []
        self._data = []
        return self._parse(data)

    def _parse(self, data: bytes) -> list[Payload]:
        if data.startswith(_DONE):
            self.done = True
            return []
        try:
            payload = json.loads(data)
        except (ValueError, RecursionError):
            payload = None
        if isinstance(payload, list) and len(payload) == 1:
            payload = payload[0]
        if isinstance(payload, dict):
            return [payload]
        self.broken = True
        return []


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
