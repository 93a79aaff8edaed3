"""Milvus's import jobs, over its own REST interface (Milvus 2.4 or newer)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tools.bulk.folder import MISSING_EXTRA
from tools.errors import LibraryError, UsageError
from tools.milvus.engines import quiet
from tools.retries import retrying

__all__ = ["FINISHED", "ImportServer", "Job"]

FINISHED = "Completed"
_FAILED = "Failed"
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Job:
    """How far a job has come, in Milvus's words."""

    state: str
    progress: int
    """In percent."""
    reason: str
    """Why it failed; blank otherwise."""

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.state in {FINISHED, _FAILED}


@dataclass(frozen=True, slots=True)
class ImportServer:
    """The REST interface of a cluster; usually at the address of the library."""

    url: str
    token: str | None

    def start(self, collection: str, keys: Sequence[str]) -> str:
        """Begin to import files of the cluster's bucket, and return the job's id.

        Raises:
            LibraryError: the server refused, or has no such interface.
        """
        from_milvus = _bulk_writer().bulk_import
        # Not tried again: a second job would import every row twice.
        data = self._ask(
            lambda: from_milvus(
                url=self.url,
                collection_name=collection,
                files=[[key] for key in keys],
                api_key=self.token or "",
                timeout=_SECONDS,
            )
        )
        return str(data["jobId"])

    def look(self, job: str) -> Job:
        """Return how far a job has come; a server that is away is asked again."""
        from pymilvus.exceptions import MilvusException

        progress = _bulk_writer().get_import_progress

        def ask() -> Any:
            for attempt in retrying(MilvusException):
                with attempt:
                    return progress(
                        url=self.url,
                        job_id=job,
                        api_key=self.token or "",
                        timeout=_SECONDS,
                    )
            raise AssertionError("unreachable: the last attempt returns or raises")

        data = self._ask(ask)
        return Job(
            state=str(data.get("state", "")),
            progress=int(data.get("progress") or 0),
            reason=str(data.get("reason") or ""),
        )

    def _ask(self, call: Callable[[], Any]) -> dict[str, Any]:
        with self._named_failures():
            data: dict[str, Any] = call().json()["data"]
            return data

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except MilvusException as error:
            if "status code: 404" in error.message:
                raise LibraryError(
                    f"The server at {self.url} takes no import jobs (Milvus 2.4 or "
                    "newer does). Use `citeloop ingest`, or name its REST interface "
                    "with --import-url."
                ) from error
            raise LibraryError(
                f"The import at {self.url} failed: {error.message[:300]}. "
                "Run the same command again to go on."
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryError(
                f"What answers at {self.url} is not Milvus's import: name its REST "
                "interface with --import-url."
            ) from error


def _bulk_writer() -> Any:
    try:
        import pymilvus.bulk_writer
    except ImportError as error:
        raise UsageError(MISSING_EXTRA) from error
    quiet()
    return pymilvus.bulk_writer
