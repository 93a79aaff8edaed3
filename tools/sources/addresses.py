"""Reads what an http(s) address leads to."""

from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from tools.errors import UsageError
from tools.sources.archives import read_archive
from tools.sources.files import read_file
from tools.sources.formats.table import format_of, format_of_type
from tools.sources.found import Found
from tools.sources.metering import Meter, metered

__all__ = ["is_address", "read_address"]

_MAX_DOWNLOAD = 1024 * 1024 * 1024


def is_address(spec: str) -> bool:
    """Whether what was named is an http(s) address."""
    return urlsplit(spec).scheme in {"http", "https"}


def read_address(address: str, meter: Meter) -> Found:
    """Yield what an address leads to: one file, or those of an archive."""
    import httpx2

    from tools.retries import retrying

    try:
        for attempt in retrying(httpx2.TransportError):
            with attempt:
                content, kind = _download(address)
    except httpx2.HTTPStatusError as error:
        status = error.response
        raise UsageError(
            f"{address} answered {status.status_code} {status.reason_phrase}."
        ) from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise UsageError(f"{address} cannot be read: {reason}.") from error
    meter.size = len(content)
    file = BytesIO(content)
    parts = urlsplit(address)
    name = f"{parts.netloc}{parts.path}".rstrip("/")
    typed = _with_ending(name, kind)
    if content.startswith(b"PK\x03\x04") and not _is_zipped(typed):
        return metered(read_archive(file, name, address), file, meter)
    return metered(read_file(file, typed, address), file, meter)


def _download(address: str) -> tuple[bytes, str]:
    import httpx2

    content = bytearray()
    with httpx2.stream("GET", address, follow_redirects=True, timeout=30) as response:
        response.raise_for_status()
        for part in response.iter_bytes():
            content += part
            if len(content) > _MAX_DOWNLOAD:
                raise UsageError(f"{address} is larger than 1 GiB.")
        return bytes(content), response.headers.get("content-type", "")


def _with_ending(name: str, content_type: str) -> str:
    """Return a name with the ending that fits a content type."""
    kind = format_of_type(content_type)
    if kind is None or PurePosixPath(name).suffix.lower() in kind.suffixes:
        return name
    return f"{name}{kind.suffixes[0]}"


def _is_zipped(name: str) -> bool:
    kind = format_of(name)
    return kind is not None and kind.zipped
