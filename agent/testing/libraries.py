"""Libraries of given texts, in memory."""

from collections.abc import Mapping
from functools import cache
from pathlib import PurePath

from tools.documents.document import Document, Form
from tools.embedding.context import embed_passages
from tools.embedding.embedder import Embedder
from tools.errors import UsageError
from tools.ingestion.report import Outcome
from tools.ingestion.selection import cut_document
from tools.library.library import Library
from tools.milvus.in_memory import InMemoryCollection

__all__ = ["library_of"]

_FORMS: dict[str, Form] = {
    ".md": "markdown", ".markdown": "markdown", ".rst": "rst", ".py": "code",
}  # fmt: skip


def library_of(texts: Mapping[str, str]) -> Library:
    """Return a library of some documents, in this process alone.

    The bundled embedder is loaded once in a process. A name ending in `.md`, `.rst` or
    `.py` says how its text is cut; any other is plain text.

    Raises:
        UsageError: a text has nothing that can be found.
    """
    embedder = _bundled()
    library = Library(InMemoryCollection(), embedder)
    for name, text in texts.items():
        form = _FORMS.get(PurePath(name).suffix.lower(), "text")
        document = Document(name, name, text, form, source="a test")
        passages = cut_document(document, embedder)
        if isinstance(passages, Outcome):
            raise UsageError(f"{name} cannot be in a library: {passages.reason}")
        library.write(passages, embed_passages(embedder, passages))
    return library


@cache
def _bundled() -> Embedder:
    from tools.embedding.loading import EmbedderRecipe

    return EmbedderRecipe("minilm").load()
