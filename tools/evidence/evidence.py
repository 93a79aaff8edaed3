"""What a conversation has seen of the documents: the numbered sources to cite."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

__all__ = ["Evidence", "Source"]


class Source(BaseModel):
    """Consecutive lines of a document that a tool has shown, under their number."""

    model_config = ConfigDict(frozen=True)

    id: int
    """What the model cites: `[3]`. Numbers are never used twice in a conversation."""
    document: str
    title: str
    heading: str
    start_line: int
    """1-based line of the document."""
    end_line: int
    text: str
    """The lines as they stand in the document."""


class Evidence:
    """The sources that were shown, numbered from 1 in order of appearance."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        """Take the sources of a conversation that goes on."""
        self._sources = {source.id: source for source in sources}
        self._ids = {_place(source): source.id for source in self._sources.values()}

    def __iter__(self) -> Iterator[Source]:
        """Return the sources by their numbers."""
        return iter(self._sources.values())

    def __len__(self) -> int:
        """Return how many sources there are."""
        return len(self._sources)

    def get(self, number: int) -> Source | None:
        """Return the source of this number, None if none was shown."""
        return self._sources.get(number)

    def find(self, document: str, start_line: int, text: str) -> Source | None:
        """Return the source for these lines if they were shown before."""
        number = self._ids.get((document, start_line, text.rstrip("\n")))
        return self._sources.get(number) if number else None

    def show(
        self, document: str, title: str, heading: str, start_line: int, text: str
    ) -> Source:
        """Return the source for these lines, under the number it has or a new one."""
        body = text.rstrip("\n")
        source = Source(
            id=max(self._sources, default=0) + 1,
            document=document,
            title=title,
            heading=heading,
            start_line=start_line,
            end_line=start_line + body.count("\n"),
            text=body,
        )
        known = self._ids.setdefault(_place(source), source.id)
        return self._sources.setdefault(known, source)


def _place(source: Source) -> tuple[str, int, str]:
    return source.document, source.start_line, source.text
