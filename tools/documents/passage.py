"""A passage of a document: the unit that is searched, read and cited."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.documents.document import document_key

__all__ = ["Hit", "Passage", "join_passages"]


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is searched, read and cited: consecutive lines of a document.

    The passages of a document hold each of its characters once, in order, so that
    the document can be shown from them.
    """

    document: str
    title: str
    heading: str
    """The headings it stands under, outermost first, joined by ` › `."""
    number: int
    """Its place in the document, from 0."""
    count: int
    """How many passages the document has."""
    start_line: int
    """1-based line of the document where it begins."""
    end_line: int
    """1-based line of its last character, inclusive."""
    text: str
    digest: str = ""
    """The digest of the document that it was cut from."""
    source: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its primary key; safe in any filter, for it holds only digits and letters."""
        return f"{document_key(self.document)}_{self.number:06d}"

    @property
    def heading_path(self) -> str:
        """Title and headings, for the index and for display."""
        if self.heading.split(" › ")[0] == self.title:
            return self.heading
        return " › ".join(part for part in (self.title, self.heading) if part)

    @property
    def continues(self) -> bool:
        """Whether the document goes on after it."""
        return self.number + 1 < self.count


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found."""

    passage: Passage
    score: float
    """Higher is better; comparable within one query only."""
    cosine: float
    """Cosine of the query's and the passage's vectors, -1 to 1."""


def join_passages(passages: list[Passage]) -> list[tuple[int, str]]:
    """Return the numbered lines of a document, from all or some of its passages.

    A line that is cut over two passages is joined again where both are given.
    """
    lines: list[tuple[int, list[str]]] = []
    for passage in sorted(passages, key=lambda each: each.number):
        for number, line in enumerate(passage.text.split("\n"), passage.start_line):
            if number > passage.end_line:
                break  # what follows a final newline belongs to the next passage
            if lines and lines[-1][0] == number:
                lines[-1][1].append(line)
            else:
                lines.append((number, [line]))
    return [(number, "".join(parts)) for number, parts in lines]
