"""What a zip may unpack to: archives, and the formats that are zips inside."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

__all__ = ["MAX_FILE", "MAX_RATIO", "bomb", "check_package"]

MAX_FILE = 64 * 1024 * 1024
"""Bytes of one file, in an archive after unpacking; also of one record."""
MAX_RATIO = 200
"""Unpacked over packed size; text packs to a tenth, a bomb to a thousandth."""
_MAX_PARTS = 20_000
_MAX_PACKAGE = 4 * MAX_FILE


def bomb(entry: ZipInfo) -> str | None:
    """Say why an entry is not unpacked, if it is not."""
    if entry.file_size > MAX_FILE:
        return "larger than 64 MiB"
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1024):
        return "unpacks to more than 200 times its size"
    return None


def check_package(content: bytes) -> str | None:
    """Say why a file that is a zip of parts is not unpacked, if it is not.

    A part never unpacks to more than it declares: `zipfile` stops there.
    """
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return f"cut off or damaged ({error})"
    if len(parts) > _MAX_PARTS:
        return f"it has {len(parts):,} parts"
    if sum(part.file_size for part in parts) > _MAX_PACKAGE:
        return "its parts unpack to more than 256 MiB"
    reasons = ((part, bomb(part)) for part in parts)
    return next(
        (f"its part {part.filename} {why}" for part, why in reasons if why), None
    )
