"""A document: a source as it was read, which is cut into passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from json import JSONEncoder
from typing import Literal

__all__ = ["Document", "Form", "document_key"]

Form = Literal["markdown", "rst", "code", "text"]
"""By which signs a text is cut: headings, titles, definitions, or blank lines."""
_ENCODER = JSONEncoder(ensure_ascii=True, sort_keys=True)
_SPLITTER = 3
"""Raised when passages are cut, embedded or indexed differently: all are renewed."""


@dataclass(frozen=True, slots=True)
class Document:
    """A source as it was read, before it is split into passages."""

    name: str
    """What citations call it: a relative path, or the `_id` of a record."""
    title: str
    text: str
    """The whole text; its lines are the lines that citations count."""
    form: Form
    source: str
    """Where it was ingested from: the folder, archive or address that was named."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    remarks: Sequence[str] = field(default=(), compare=False)
    """What reading it had to guess or leave out, for the report of an ingestion."""

    @property
    def digest(self) -> str:
        """A hash of all that decides its passages; equal means unchanged."""
        parts = [_SPLITTER, self.title, self.text, self.form, dict(self.metadata)]
        content = _ENCODER.encode(parts).encode()
        return blake2b(content, digest_size=16).hexdigest()


def document_key(name: str) -> str:
    """Return the name of a document as 32 hexadecimal digits."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
