"""Our own labelled sentences as answers, with what was shown for them."""

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.support_statements import ROOT, Row
from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.embedder import Embedder
from tools.evidence.evidence import Evidence
from tools.grounding.citation import DraftCitation
from tools.sources.named import read_source

__all__ = ["Passages", "answered"]


class Passages:
    """The passages of documents, as ingestion cuts them."""

    def __init__(self, data: Path, embedder: Embedder) -> None:
        self._data = data
        self._embedder = embedder
        self._passages: dict[str, list[Passage]] = {}

    def holding(self, document: str, quote: str) -> Passage:
        for each in self._of(document):
            if quote in each.text:
                return each
        raise ValueError(f"no passage of {document} holds {quote!r}")

    def _of(self, document: str) -> list[Passage]:
        if document not in self._passages:
            folder = ROOT if (ROOT / document).is_file() else self._data
            (read,) = read_source(str(folder / document)).documents
            assert isinstance(read, Document)
            self._passages[document] = split_document(
                read, self._embedder.count_tokens, self._embedder.max_tokens
            )
        return self._passages[document]


def answered(
    rows: Sequence[Row], passages: Passages
) -> tuple[str, list[DraftCitation], Evidence]:
    """Return an answer of these sentences, its quotes, and the passages shown."""
    evidence = Evidence()
    quotes: list[DraftCitation] = []
    sentences: list[str] = []
    for row in rows:
        numbers: list[int] = []
        for cited in row.cited:
            found = passages.holding(cited.document, cited.quote)
            shown = evidence.show(
                found.document, found.title, found.heading, found.start_line, found.text
            )
            quotes.append(DraftCitation(source=shown.id, quote=cited.quote))
            numbers.append(shown.id)
        marks = "".join(f"[{each}]" for each in dict.fromkeys(numbers))
        sentences.append(f"{row.sentence.rstrip('.')} {marks}.")
    return " ".join(sentences), list(dict.fromkeys(quotes)), evidence
