"""Asks a worker what a document is made of, unless it is plain to see."""

from tools.documents.document import Document
from tools.documents.outline import Outline, outline_of_line
from tools.sources.formats.conversion import outline_of
from tools.sources.formats.converted import RefusalError
from tools.sources.found import Skipped

__all__ = ["outline_or_reason"]


def outline_or_reason(document: Document) -> Outline | Skipped:
    """Return the outline of a document, or why there is none."""
    if line := outline_of_line(document.text, document.form):
        return line
    try:
        return outline_of(document)
    except RefusalError as error:
        return Skipped(document.name, str(error))
