"""Moves a library between engines: passages and vectors, without embedding again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NoReturn

import numpy as np

from tools.errors import LibraryError, UsageError
from tools.library.library import Library
from tools.library.rows import StoredPassage
from tools.milvus.engines import is_embedded
from tools.milvus.milvus_collection import stored_identity
from tools.milvus.schema import Identity

__all__ = [
    "CopyReport",
    "KeptVectors",
    "Listener",
    "Place",
    "copy_library",
    "copy_passages",
    "ignore",
]

_BATCH = 500
_NAMED = 3
"""Documents that a message names before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a library is, and what opens it."""

    uri: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy did, and what both libraries hold after it."""

    written: int
    """Passages that were written; those that were there already are not."""
    documents: int
    passages: int
    """What the source holds, and now the target as well."""
    others: int
    """Documents of the target that the source does not have."""
    notice: str | None
    """What the target's engine lacks, in words."""


Listener = Callable[[int, int], None]
"""Told how many passages of how many have been looked at."""


def ignore(done: int, total: int) -> None:
    """Listen to nothing."""
    del done, total


def copy_library(source: Place, target: Place, listen: Listener = ignore) -> CopyReport:
    """Copy every passage of one library into another, which is made if need be.

    The target gets the source's embedder; full-text search depends on its own engine.
    A copy that was interrupted is completed by the next.

    Raises:
        UsageError: both are the same place.
        LibraryError: one of them cannot be opened, or holds vectors of another
            embedder, or the target is not whole at the end.
    """
    if _same(source.uri, target.uri):
        raise UsageError(f"{source.uri} cannot be copied to itself.")
    vectors = KeptVectors(stored_identity(source.uri, source.token))
    with (
        Library.open(source.uri, vectors, source.token) as giving,
        Library.open(target.uri, vectors, target.token, create=True) as taking,
    ):
        return copy_passages(giving, taking, listen)


def copy_passages(
    source: Library, target: Library, listen: Listener = ignore
) -> CopyReport:
    """Copy every passage between two open libraries, and compare them at the end.

    Raises:
        LibraryError: an engine failed, or a document is not whole in the target.
    """
    target.prepare(like=source.identity)
    wanted = {each.name: each for each in source.summaries()}
    kept = {each.name: each for each in target.summaries()}
    whole = {
        name
        for name, each in wanted.items()
        if each.digest and name in kept and kept[name].digest == each.digest
    }
    total = sum(each.passages for each in wanted.values())
    seen = written = 0
    for batch in _batches(source.stored()):
        fresh = [each for each in batch if each.passage.document not in whole]
        if fresh:
            vectors = np.asarray([each.vector for each in fresh], np.float32)
            target.write([each.passage for each in fresh], vectors)
        seen += len(batch)
        written += len(fresh)
        listen(seen, total)
    for name, each in wanted.items():
        if name in kept and name not in whole:
            target.delete(sorted(set(kept[name].keys) - set(each.keys)))
    _compare(source, target)
    return CopyReport(
        written, len(wanted), total, len(kept.keys() - wanted.keys()), target.notice
    )


def _compare(source: Library, target: Library) -> None:
    """Raise a `LibraryError` unless each document of the source is in the target."""
    there = {each.name: each for each in target.summaries()}
    differing = [
        each.name
        for each in source.summaries()
        if each.name not in there
        or set(there[each.name].keys) != set(each.keys)
        or there[each.name].digest != each.digest
    ]
    if not differing:
        return
    named = ", ".join(differing[:_NAMED])
    more = f" and {len(differing) - _NAMED} more" if len(differing) > _NAMED else ""
    raise LibraryError(
        f"{target.uri} is not a whole copy of {source.uri}: {named}{more} differ. "
        "Was one of them written to meanwhile? Run the same command again."
    )


def _batches(stored: Iterator[StoredPassage]) -> Iterator[tuple[StoredPassage, ...]]:
    while batch := tuple(islice(stored, _BATCH)):
        yield batch


def _same(one: str, other: str) -> bool:
    if is_embedded(one) != is_embedded(other):
        return False
    if is_embedded(one):
        return Path(one).resolve() == Path(other).resolve()
    return one.rstrip("/").casefold() == other.rstrip("/").casefold()


class KeptVectors:
    """Stands in for the embedder of a library whose vectors are only moved."""

    language = ""
    max_tokens = 0

    def __init__(self, identity: Identity) -> None:
        """Be of an identity and a dimension, and no more."""
        self.identity = identity.embedder
        self.dimension = identity.dimension

    def embed_passages(self, texts: object) -> NoReturn:
        """Raise: this is a bug of whoever calls it."""
        del texts
        raise AssertionError("a copy moves vectors and makes none")

    embed_queries = count_tokens = embed_passages
