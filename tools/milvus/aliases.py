"""The name `citeloop` at a server: an alias, which moves from one library to the next.

A name is that of a collection or of an alias, never of both; searches take either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tools.milvus.connection import connect
from tools.milvus.engines import COLLECTION, TIMEOUT, has_full_text
from tools.milvus.failures import named_failures
from tools.milvus.schema import Identity, create

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = ["Alias", "open_alias"]


@contextmanager
def open_alias(uri: str, token: str | None) -> Iterator["Alias"]:
    """Give the alias of a server's library for as long as the context lasts.

    What Milvus raises inside is raised as a `LibraryError`.
    """
    client = connect(uri, token)
    try:
        with named_failures(uri):
            yield Alias(client, uri)
    finally:
        client.close()


class Alias:
    """The name that searches use, and the collections that it can be moved to."""

    def __init__(self, client: "MilvusClient", uri: str) -> None:
        """Take what `open_alias` has connected to."""
        self.uri = uri
        self._client = client

    def has_full_text(self) -> bool:
        """Whether the server has BM25."""
        return has_full_text(self._client, self.uri)

    def is_collection(self) -> bool:
        """Whether the name is that of a collection, not of an alias."""
        return self._is_taken() and self._holder() == COLLECTION

    def point_to(self, name: str) -> str | None:
        """Let the alias name a collection, and return the one that it named before.

        A collection of the alias's name gets another.
        """
        if self.is_collection():
            return self._take_name(name)
        if not self._is_taken():
            self._client.create_alias(name, COLLECTION, timeout=TIMEOUT)
            return None
        old = self._holder()
        self._client.alter_alias(name, COLLECTION, timeout=TIMEOUT)
        return old if old != name else None

    def has(self, name: str) -> bool:
        """Whether there is a collection of this name."""
        return bool(self._client.has_collection(name, timeout=TIMEOUT))

    def make(self, name: str, identity: Identity) -> None:
        """Make a collection for an import.

        What is imported into a loaded collection is not searched until later: it is
        not loaded yet.
        """
        create(self._client, self.uri, identity, name)
        self._client.release_collection(name, timeout=TIMEOUT)

    def load(self, name: str, seconds: float) -> None:
        """Load a collection, so that it can be searched."""
        self._client.load_collection(name, timeout=seconds)

    def count(self, name: str) -> int:
        """Return how many rows a loaded collection has."""
        rows = self._client.query(
            name,
            filter="",
            output_fields=["count(*)"],
            consistency_level="Strong",
            timeout=TIMEOUT,
        )
        return int(rows[0]["count(*)"])

    def drop(self, name: str) -> None:
        """Drop a collection, with its rows."""
        self._client.drop_collection(name, timeout=TIMEOUT)

    def _take_name(self, name: str) -> str:
        """Rename the collection that has the alias's name; back, if that is in vain."""
        old = f"{COLLECTION}_before_{name.removeprefix(COLLECTION + '_')}"
        self._client.rename_collection(COLLECTION, old, timeout=TIMEOUT)
        try:
            self._client.create_alias(name, COLLECTION, timeout=TIMEOUT)
        except BaseException:
            self._client.rename_collection(old, COLLECTION, timeout=TIMEOUT)
            raise
        return old

    def _is_taken(self) -> bool:
        return self.has(COLLECTION)

    def _holder(self) -> str:
        """Return the collection that the name leads to."""
        found = self._client.describe_collection(COLLECTION, timeout=TIMEOUT)
        name: str = found["collection_name"]
        return name
