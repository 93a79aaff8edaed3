"""Puts files into an object store that speaks S3, from which Milvus imports them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.bulk.folder import MISSING_EXTRA
from tools.errors import CredentialsError, LibraryError, UsageError

__all__ = ["ObjectStore", "open_store"]

_SECONDS = 60
"""For a connection and for each part of a file."""
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A place in a bucket: the bucket that the Milvus cluster itself uses."""

    address: str
    """As the user named it."""
    bucket: str
    prefix: str
    """Ends in `/`, or is blank."""
    client: Any

    def upload(self, path: Path) -> str:
        """Put a file there unless it is, and return its key in the bucket.

        Raises:
            CredentialsError: the keys are refused.
            LibraryError: the store cannot be reached, or has no such bucket.
        """
        key = f"{self.prefix}{path.name}"
        with _named_failures(self):
            if self._size(key) != path.stat().st_size:
                self.client.fput_object(self.bucket, key, str(path))
        return key

    def _size(self, key: str) -> int | None:
        from minio.error import S3Error

        try:
            size: int | None = self.client.stat_object(self.bucket, key).size
        except S3Error as error:
            if error.code in {"NoSuchKey", "NoSuchObject"}:
                return None
            raise
        return size


def open_store(address: str, environment: Callable[[str], str | None]) -> ObjectStore:
    """Return the object store at an address; nothing is sent yet.

    Args:
        address: `http(s)://host:port/bucket/prefix`, or `s3://bucket/prefix` at
            Amazon or wherever `AWS_ENDPOINT_URL` says.
        environment: Looks up the variables that every S3 tool reads:
            `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`,
            `AWS_REGION`; or `MINIO_ACCESS_KEY`, `MINIO_SECRET_KEY`.

    Raises:
        UsageError: the address is none, or the extra is not installed.
        CredentialsError: no keys are set.
    """
    endpoint, bucket, prefix = _parse(address, environment("AWS_ENDPOINT_URL"))
    access = environment("AWS_ACCESS_KEY_ID") or environment("MINIO_ACCESS_KEY")
    secret = environment("AWS_SECRET_ACCESS_KEY") or environment("MINIO_SECRET_KEY")
    if not (access and secret):
        raise CredentialsError(
            "The object store needs keys. Set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY (or MINIO_ACCESS_KEY and MINIO_SECRET_KEY)."
        )
    try:
        import urllib3
        from minio import Minio
    except ImportError as error:
        raise UsageError(MISSING_EXTRA) from error
    parts = urlsplit(endpoint)
    client = Minio(
        parts.netloc,
        access_key=access,
        secret_key=secret,
        session_token=environment("AWS_SESSION_TOKEN"),
        secure=parts.scheme == "https",
        region=environment("AWS_REGION"),
        http_client=urllib3.PoolManager(
            timeout=urllib3.Timeout(_SECONDS),
            retries=urllib3.Retry(2, backoff_factor=1),
        ),
    )
    return ObjectStore(address, bucket, prefix, client)


def _parse(address: str, endpoint: str | None) -> tuple[str, str, str]:
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise UsageError(
            "The address of the object store holds a password: set "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead."
        )
    path = parts.path.strip("/")
    if parts.scheme == "s3":
        place = f"{parts.netloc}/{path}"
        base = endpoint or "https://s3.amazonaws.com"
    else:
        place, base = path, f"{parts.scheme}://{parts.netloc}"
    bucket, _, prefix = place.strip("/").partition("/")
    if parts.scheme not in {"s3", "http", "https"} or not (bucket and parts.netloc):
        raise UsageError(
            f"{address} is no place in an object store: name http://host:9000/bucket/"
            "prefix or s3://bucket/prefix."
        )
    return base, bucket, f"{prefix}/" if prefix else ""


@contextmanager
def _named_failures(store: ObjectStore) -> Iterator[None]:
    from minio.error import MinioException, S3Error
    from urllib3.exceptions import HTTPError

    try:
        yield
    except S3Error as error:
        if error.code in _REFUSED:
            raise CredentialsError(
                f"The object store at {store.address} refused the keys "
                f"({error.code}). Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from error
        raise LibraryError(
            f"The object store at {store.address} failed: {error.code}: "
            f"{error.message}. Mend that and run the same command again."
        ) from error
    except (HTTPError, MinioException, ValueError, OSError) as error:
        raise LibraryError(
            f"The object store at {store.address} cannot be reached: "
            f"{str(error).splitlines()[0][:200]}. Correct --object-store, or run the "
            "same command again."
        ) from error
