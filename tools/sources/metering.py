"""Meters a source while it is read: bytes of its files, for those who wait."""

from dataclasses import dataclass
from typing import IO

from tools.sources.found import Found

__all__ = ["Meter", "metered"]


@dataclass(slots=True)
class Meter:
    """How far a source has been read."""

    size: int = 0
    """Bytes of its files, packed as they are."""
    read: int = 0
    """How many of them were read; estimated within an archive."""


def metered(found: Found, file: IO[bytes], meter: Meter) -> Found:
    """Yield what is found in a file, and keep the meter at its place in it.

    An archive begins with the list at its end, and may be read in any order.
    """
    before = meter.read
    for each in found:
        meter.read = max(meter.read, before + file.tell())
        yield each
