"""Looks a library over, row by row."""

from dataclasses import dataclass, field

import numpy as np

from tools.library.library import Library
from tools.library.rows import StoredPassage

__all__ = ["Damage", "Integrity", "check"]

_UNIT = 1e-3
"""How far a vector's length may be from one; float32 sums stay within 1e-5."""


@dataclass(slots=True)
class Damage:
    """A document, and what is wrong with it."""

    name: str
    source: str
    missing: list[int] = field(default_factory=list)
    """Numbers of passages that its newest version has, and the library has not."""
    orphaned: list[str] = field(default_factory=list)
    """Keys of passages that an older, longer version has left behind."""
    misplaced: list[str] = field(default_factory=list)
    """Keys of rows that are not the key of the passage they hold."""
    repeated: list[str] = field(default_factory=list)
    """Every key of the document, where more rows are counted than can be read."""
    bad_vectors: list[str] = field(default_factory=list)
    """Keys of passages whose vector is not of unit length, or not a number."""

    @property
    def troubles(self) -> list[str]:
        """What is wrong, in words."""
        found = (
            (self.missing, "missing"),
            (self.orphaned, "left over from an older version"),
            (self.misplaced, "under a wrong key"),
            (self.bad_vectors, "with a vector that is not of unit length"),
        )
        said = [
            f"{len(those)} passage{'s' if len(those) > 1 else ''} {what}"
            for those, what in found
            if those
        ]
        return [*said, "some passage more than once"] if self.repeated else said

    @property
    def needs_source(self) -> bool:
        """Whether it must be ingested again, not only be rid of what is left over."""
        return bool(self.missing or self.misplaced or self.repeated or self.bad_vectors)


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a check found."""

    documents: int
    passages: int
    damaged: tuple[Damage, ...]
    """The documents that are not whole; a whole library has none."""


def check(library: Library) -> Integrity:
    """Look at every row of a library: its key, its place in its document, its vector.

    The newest version of a document is that of its first passage, which ingestion
    writes first.

    Raises:
        LibraryError: the engine failed.
    """
    grouped: dict[str, list[StoredPassage]] = {}
    for each in library.stored():
        grouped.setdefault(each.passage.document, []).append(each)
    found = [_check_document(name, rows) for name, rows in sorted(grouped.items())]
    passages = sum(map(len, grouped.values()))
    if library.count() != passages:
        for damage in found:
            rows = grouped[damage.name]
            if library.count(damage.name) != len(rows):
                damage.repeated = [row.key for row in rows]
    return Integrity(
        documents=len(grouped),
        passages=passages,
        damaged=tuple(each for each in found if each.troubles),
    )


def _check_document(name: str, rows: list[StoredPassage]) -> Damage:
    newest = min(rows, key=lambda row: row.passage.number).passage
    damage = Damage(name, newest.source)
    present = set()
    for row in rows:
        if row.key != row.passage.key:
            damage.misplaced.append(row.key)
        elif row.passage.number >= newest.count:
            damage.orphaned.append(row.key)
        elif row.passage.digest == newest.digest:
            present.add(row.passage.number)
        if not abs(float(np.linalg.norm(row.vector)) - 1) <= _UNIT:  # or not a number
            damage.bad_vectors.append(row.key)
    damage.missing = sorted(set(range(newest.count)) - present)
    return damage
