"""Which documents of the sources are to be embedded, and what is said of the others."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Literal

from tools.documents.document import Document
from tools.library.rows import DocumentSummary
from tools.sources.named import read_source

__all__ = ["Note", "refusal", "sample_texts", "select_documents"]

Note = Callable[[Literal["unchanged", "skipped"], str, str], None]
"""Told the verb, the name and the reason of each document that is left out."""
_LONGEST_NAME = 1000
"""Bytes of a name: those of its parts are stored beside it."""
_SAMPLES = 100


def select_documents(
    specs: Iterable[str], known: Mapping[str, DocumentSummary], note: Note
) -> Iterator[Document]:
    """Yield the documents that are new or have changed.

    Args:
        specs: What `tools.sources.named.read_source` takes.
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
            reason = refusal(found, known.get(found.name), seen)
            if reason:
                note("skipped", found.name, reason)
                continue
            seen.add(found.name)
            there = known.get(found.name)
            if there and there.digest == found.digest:
                note("unchanged", found.name, "")
                continue
            yield found


def sample_texts(specs: Iterable[str]) -> list[str]:
    """Return the texts of the first hundred documents, which tell the language."""
    texts = (
        found.text
        for spec in specs
        for found in read_source(spec).documents
        if isinstance(found, Document)
    )
    return list(islice(texts, _SAMPLES))


def refusal(
    document: Document, known: DocumentSummary | None, seen: Container[str]
) -> str | None:
    """Return why a document may not take its name, None if it may.

    Args:
        document: That is to be ingested.
        known: What the library has under its name.
        seen: The names of this run.
    """
    if len(document.name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
        return f"its name is longer than {_LONGEST_NAME:,} bytes"
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
    """Whether a folder or an archive is not where it was; an address never moves."""
    return "://" not in source and not Path(source).exists()
