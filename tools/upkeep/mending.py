"""Mends what a check of a library found, from the sources that still hold it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.documents.document import Document
from tools.errors import CiteloopError
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.sources.named import read_source
from tools.upkeep.integrity import Health, Patient

__all__ = ["Repair", "repair"]


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done for one document."""

    name: str
    done: str
    """In words, also why nothing could be done."""


def repair(library: Library, health: Health) -> Iterator[Repair]:
    """Mend the documents that are not whole, and say of each what was done.

    What is left over is deleted. For the rest the source is brought up to date, as
    `citeloop ingest` does; a document that its source has no more is left as it is.

    Raises:
        LibraryError: the engine failed.
    """
    by_source: dict[str, list[Patient]] = {}
    for patient in health.patients:
        if patient.needs_source:
            by_source.setdefault(patient.source, []).append(patient)
            continue
        library.delete(patient.orphaned)
        yield Repair(patient.name, "deleted what was left over")
    for source, patients in by_source.items():
        yield from _ingest_again(library, source, patients)


def _ingest_again(
    library: Library, source: str, patients: list[Patient]
) -> Iterator[Repair]:
    there = _names_in(source)
    if isinstance(there, str):
        for patient in patients:
            yield Repair(patient.name, f"left as it is: {there}")
        return
    able = [patient for patient in patients if patient.name in there]
    for patient in able:
        # A document with all of its passages counts as unchanged. This one is told
        # apart by a gap, and by no row that a new one would not take the place of.
        library.delete([*_unfit(patient), *patient.orphaned])
    if able:
        ingest([source], library)
    for patient in patients:
        mended = patient.name in there
        what = "ingested again" if mended else f"left as it is: {source} has it no more"
        yield Repair(patient.name, what)


def _unfit(patient: Patient) -> list[str]:
    return list(
        dict.fromkeys([*patient.repeated, *patient.misplaced, *patient.bad_vectors])
    )


def _names_in(source: str) -> Mapping[str, None] | str:
    """Return the documents that a source has now, or why it cannot be read."""
    if "://" not in source and not Path(source).exists():
        return f"its source {source} is gone"
    try:
        found = list(read_source(source).documents)
    except CiteloopError as error:
        return str(error)
    return {each.name: None for each in found if isinstance(each, Document)}
