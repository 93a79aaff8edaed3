"""A library's rows: from a passage to what is stored of it, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.documents.document import document_key
from tools.documents.passage import Passage
from tools.library.full_text import full_text
from tools.milvus.collection import Row
from tools.milvus.schema import Identity
from tools.text.spelling import composed

__all__ = [
    "DESCRIPTION_FIELDS",
    "PASSAGE_FIELDS",
    "STORED_FIELDS",
    "SUMMARY_FIELDS",
    "Description",
    "DocumentSummary",
    "StoredPassage",
    "description_of",
    "passage_of",
    "row_of",
    "stored_of",
    "summary_of",
]

PASSAGE_FIELDS = (
    "document",
    "title",
    "heading",
    "number",
    "count",
    "start_line",
    "end_line",
    "text",
    "digest",
    "source",
    "metadata",
)
"""The fields that `passage_of` reads."""
STORED_FIELDS = (*PASSAGE_FIELDS, "key", "dense")
"""The fields that `stored_of` reads."""
SUMMARY_FIELDS = ("document", "title", "source", "digest", "count", "key")
"""The fields that `summary_of` reads."""
DESCRIPTION_FIELDS = ("document", "title", "metadata")
"""The fields that `description_of` reads."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a search can be restricted by."""

    title: str
    metadata: Mapping[str, str]
    """The fields of its front matter."""


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What the library knows of one document."""

    name: str
    title: str
    source: str
    digest: str
    """Empty where the document is not whole: an ingestion was interrupted."""
    passages: int
    keys: tuple[str, ...]
    """The primary keys of its passages."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the engine keeps it."""

    key: str
    """Its primary key there; equal to the passage's own, or the row is wrong."""
    passage: Passage
    vector: NDArray[Any]
    """float32 of shape (dimension,)."""


def row_of(passage: Passage, vector: NDArray[Any], identity: Identity) -> Row:
    """Return what is stored of a passage, by the names of the fields."""
    row = Row(
        key=passage.key,
        document_key=document_key(passage.document),
        document=passage.document,
        title=passage.title,
        heading=passage.heading,
        number=passage.number,
        count=passage.count,
        start_line=passage.start_line,
        end_line=passage.end_line,
        text=passage.text,
        digest=passage.digest,
        source=passage.source,
        metadata=dict(passage.metadata),
        dense=vector.tolist(),
    )
    if identity.full_text:
        row["indexed"] = full_text(passage)
    return row


def passage_of(row: Row) -> Passage:
    """Return the passage of a row with the fields of `PASSAGE_FIELDS`."""
    return Passage(
        document=row["document"],
        title=row["title"],
        heading=row["heading"],
        number=row["number"],
        count=row["count"],
        start_line=row["start_line"],
        end_line=row["end_line"],
        text=row["text"],
        digest=row["digest"],
        source=row["source"],
        metadata=row["metadata"],
    )


def stored_of(row: Row) -> StoredPassage:
    """Return a passage as it is kept, of a row with the fields of `STORED_FIELDS`."""
    vector = np.asarray(row["dense"], np.float32)
    return StoredPassage(row["key"], passage_of(row), vector)


def description_of(row: Row) -> Description:
    """Return what a search is restricted by, of a document's first row."""
    metadata = row["metadata"] or {}
    return Description(
        row["title"], {composed(field): value for field, value in metadata.items()}
    )


def summary_of(name: str, rows: Sequence[Row]) -> DocumentSummary:
    """Return what all rows of a document tell of it together."""
    digests = {row["digest"] for row in rows}
    whole = len(digests) == 1 and len(rows) == rows[0]["count"]
    return DocumentSummary(
        name=name,
        title=rows[0]["title"],
        source=rows[0]["source"],
        digest=rows[0]["digest"] if whole else "",
        passages=len(rows),
        keys=tuple(row["key"] for row in rows),
    )
