"""What a source yields: documents, and what could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.documents.document import Document

__all__ = ["Found", "Skipped"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was named or found and could not be read."""

    name: str
    reason: str
    holds_more: bool = False
    """Whether it stands for documents whose number and names are not known."""


Found = Iterator[Document | Skipped]
