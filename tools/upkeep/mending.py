"""Mends what a check of a library found, from the sources that still hold it."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from tools.documents.document import Document
from tools.errors import CiteloopError
from tools.ingestion.ingest import ingest
from tools.ingestion.selection import Selection
from tools.library.library import Library
from tools.sources.downloading import PUBLIC, Downloads
from tools.sources.named import read_source
from tools.upkeep.integrity import Damage, Integrity

__all__ = ["Mended", "mend"]


@dataclass(frozen=True, slots=True)
class Mended:
    """A document that was damaged, and what was done for it."""

    name: str
    done: str
    """In words, also why nothing could be done."""


def mend(
    library: Library, integrity: Integrity, downloads: Downloads = PUBLIC
) -> Iterator[Mended]:
    """Mend the documents that are not whole, and say of each what was done.

    What is left over is deleted. For the rest the source is brought up to date, as
    `citeloop ingest` does; a document that its source has no more is left as it is.

    Raises:
        LibraryError: the engine failed.
    """
    by_source: dict[str, list[Damage]] = {}
    for damage in integrity.damaged:
        if damage.needs_source:
            by_source.setdefault(damage.source, []).append(damage)
            continue
        library.delete(damage.orphaned)
        yield Mended(damage.name, "deleted what was left over")
    for source, damaged in by_source.items():
        yield from _ingest_again(library, source, damaged, downloads)


def _ingest_again(
    library: Library, source: str, damaged: list[Damage], downloads: Downloads
) -> Iterator[Mended]:
    there = _names_in(source, Selection(library.summaries()), downloads)
    if isinstance(there, str):
        for damage in damaged:
            yield Mended(damage.name, f"left as it is: {there}")
        return
    able = [damage for damage in damaged if damage.name in there]
    for damage in able:
        # A document with all of its passages counts as unchanged. This one is told
        # apart by a gap, and by no row that a new one would not take the place of.
        library.delete([*_unfit(damage), *damage.orphaned])
    if able:
        ingest([source], library, downloads=downloads)
    for damage in damaged:
        mended = damage.name in there
        what = "ingested again" if mended else f"left as it is: {source} has it no more"
        yield Mended(damage.name, what)


def _unfit(damage: Damage) -> list[str]:
    return list(
        dict.fromkeys([*damage.repeated, *damage.misplaced, *damage.bad_vectors])
    )


def _names_in(
    source: str, selection: Selection, downloads: Downloads
) -> Set[str] | str:
    """Return the documents that a source has now, or why it cannot be read."""
    if "://" not in source and not Path(source).exists():
        return f"its source {source} is gone"
    try:
        found = list(read_source(source, downloads).documents)
    except CiteloopError as error:
        return str(error)
    return {selection.name_of(each) for each in found if isinstance(each, Document)}
