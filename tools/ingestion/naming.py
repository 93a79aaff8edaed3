"""What a document is called: its path in its source, as long as nobody else is.

A file keeps the name that the library has it under, whichever source leads to it:
`docs/sub` and `docs` hold the same files, and a citation shall find them again. Where
two sources have a document of one name (`one/README.md`, `two/README.md`), the second
is called by its folder as well, and stays so.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tools.documents.document import Document
from tools.library.rows import DocumentSummary
from tools.sources.jsonl import RECORDS

__all__ = ["Naming", "has_moved"]

_BETWEEN = re.compile(r"[/\\]+")


@dataclass(frozen=True, slots=True)
class _Taken:
    source: str
    digest: str


class Naming:
    """Gives each document of a run a name to itself."""

    def __init__(self, known: Mapping[str, DocumentSummary]) -> None:
        """Keep to the names that the library has."""
        self._known = known
        self._held = {_place(each.source, each.name): each for each in known.values()}
        """Where each document of the library lies, if it is a file."""
        self._taken: dict[str, _Taken] = {}
        self._seen: dict[str, str] = {}
        """Where the documents of this run lie, with their digests."""

    @property
    def taken(self) -> frozenset[str]:
        """The names of the documents so far."""
        return frozenset(self._taken)

    def find(self, source: str, name: str) -> tuple[str, str]:
        """Return name and source that the library has a document under, or its own."""
        known = self._known.get(name)
        if known and known.source == source:
            return name, source
        place = _place(source, name)
        if Path(place).is_symlink():
            place = os.path.realpath(place)
        if held := self._held.get(place):
            return held.name, held.source
        for longer in _longer_names(source, name):
            known = self._known.get(longer)
            if known and known.source == source and not _is_there(source, longer):
                return longer, source
        if known := self._same_record(source, name):
            return name, known.source
        return name, source

    def take(self, document: Document) -> Document | str | None:
        """Return a document under its name in the library, which is taken from now on.

        Returns:
            Why it cannot have one, or None for a file that was here before: sources
            overlap.
        """
        own = _place(document.source, document.name)
        is_file = os.path.lexists(own)
        place = os.path.realpath(own) if is_file else own
        name, source = self.find(document.source, document.name)
        is_seen = place in self._seen and (
            is_file or self._seen[place] == document.digest
        )
        if is_seen and not self._is_stale(document):
            return None
        named = replace(document, name=name, source=source)
        if self._clashes(named):
            if self._is_repeated(document):
                return None
            free = self._free_name(document)
            if free is None:
                return self._reason(named)
            named = replace(document, name=free)
        self._seen[place] = document.digest
        self._taken[named.name] = _Taken(document.source, document.digest)
        return named

    def _is_stale(self, document: Document) -> bool:
        """Whether the library has a file twice, and this older name of it is behind."""
        known = self._known.get(document.name)
        return (
            known is not None
            and known.source == document.source
            and known.digest != document.digest
            and document.name not in self._taken
        )

    def _clashes(self, document: Document) -> bool:
        if document.name in self._taken:
            return True
        known = self._known.get(document.name)
        if known is None or known.source == document.source or not known.digest:
            return False
        return known.digest != document.digest and not has_moved(known.source)

    def _is_repeated(self, document: Document) -> bool:
        """Whether a record came before, from a folder that holds its file as well."""
        taken = self._taken.get(document.name)
        return (
            taken is not None
            and taken.digest == document.digest
            and _holds_records(taken.source, document.source)
        )

    def _free_name(self, document: Document) -> str | None:
        taken = self._taken.get(document.name)
        if taken and taken.source == document.source:
            return None  # one source has it twice: nothing tells the two apart
        for longer in _longer_names(document.source, document.name):
            known = self._known.get(longer)
            is_free = known is None or known.source == document.source
            is_own = not _is_there(document.source, longer)
            if longer not in self._taken and is_free and is_own:
                return longer
        return None

    def _reason(self, document: Document) -> str:
        if document.name in self._taken:
            return "a document of this name came before it"
        return (
            "the library has another document of this name, from "
            f"{self._known[document.name].source}; "
            "ingest a folder above both, or remove that one first"
        )

    def _same_record(self, source: str, name: str) -> DocumentSummary | None:
        known = self._known.get(name)
        if known and _holds_records(known.source, source):
            return known
        return None


def has_moved(source: str) -> bool:
    """Whether a folder or an archive is not where it was; an address never moves."""
    return "://" not in source and not Path(source).exists()


def _place(source: str, name: str) -> str:
    """Return where a document lies: a path, or an address; one of a record is none."""
    return f"{source.rstrip('/')}/{name}"


def _is_there(source: str, name: str) -> bool:
    return "://" not in source and os.path.lexists(_place(source, name))


def _longer_names(source: str, name: str) -> Iterator[str]:
    """Yield a name behind more and more of the folders that its source lies in."""
    above = [part for part in _BETWEEN.split(source) if part]
    for start in range(len(above) - 1, -1, -1):
        yield "/".join([*above[start:], name])


def _holds_records(one: str, other: str) -> bool:
    """Whether one source is a file of records, and the other a folder that holds it."""
    if "://" in one or "://" in other:
        return False
    folder, file = sorted((one, other), key=len)
    return file.lower().endswith(RECORDS) and Path(folder) in Path(file).parents
