"""Which documents of the sources are to be embedded, and what is said of the others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from tools.documents import Document
from tools.library import DocumentSummary
from tools.sources import read_source

__all__ = ["Note", "select_documents"]

Note = Callable[[Literal["unchanged", "skipped"], str, str], None]
"""Told the verb, the name and the reason of each document that is left out."""


def select_documents(
    specs: Iterable[str], known: Mapping[str, DocumentSummary], note: Note
) -> Iterator[Document]:
    """Yield the documents that are new or have changed.

    Args:
        specs: What `tools.sources.read_source` takes.
        known: What is there already, by name.
        note: Told of every other document.

    Raises:
        UsageError: a source does not exist.
    """
    seen: set[str] = set()
    for spec in specs:
        for found in read_source(spec).documents:
            if not isinstance(found, Document):
                note("skipped", found.name, found.reason)
                continue
            reason = _refusal(found, known.get(found.name), seen)
            if reason:
                note("skipped", found.name, reason)
                continue
            seen.add(found.name)
            there = known.get(found.name)
            if there and there.digest == found.digest:
                note("unchanged", found.name, "")
                continue
            yield found


def _refusal(
    document: Document, known: DocumentSummary | None, seen: set[str]
) -> str | None:
    """Say why a document may not take its name, as `tools.ingest` does."""
    if len(document.name.encode("utf-8", "surrogatepass")) > 1000:
        return "its name is longer than 1,000 bytes"
    if document.name in seen:
        return "a document of this name came before it"
    if known is None or known.source == document.source or not known.digest:
        return None
    if known.digest == document.digest or _has_moved(known.source):
        return None
    return (
        f"the library has another document of this name, from {known.source}; "
        "ingest a folder above both, or remove that one first"
    )


def _has_moved(source: str) -> bool:
    return "://" not in source and not Path(source).exists()
