"""Which words may stand for each other, and which turn a sentence round, by two lists.

All is asked and answered in stems, as `cues.stem_of` gives them.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

__all__ = ["are_opposites", "are_synonyms", "opposites_of", "synonyms_of"]

_FOLDER = Path(__file__).parent
_ONE_WORD = frozenset(["forms", "spellings"])
"""Sections of the synonyms whose lines are one word in several shapes."""
_NONE: frozenset[str] = frozenset()


def are_opposites(stem: str, other: str) -> bool:
    """Whether one word turns a sentence round where the other stood."""
    return other in opposites_of(stem)


def are_synonyms(stem: str, other: str) -> bool:
    """Whether one word says what the other says; a word does so of itself."""
    return stem == other or other in synonyms_of(stem)


@lru_cache(maxsize=8192)
def opposites_of(stem: str) -> frozenset[str]:
    """Return the words that turn a sentence round where a word stood, in all forms."""
    return _related(stem, _opposites())


@lru_cache(maxsize=8192)
def synonyms_of(stem: str) -> frozenset[str]:
    """Return the words that may stand for a word, in all forms, and its own others."""
    others = _related(stem, _synonyms()) | _shapes().get(stem, _NONE)
    return others - {stem}


def _related(stem: str, relation: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return what a relation joins to a word, whichever form of either it names."""
    shapes = _shapes()
    return frozenset(
        form
        for own in shapes.get(stem, (stem,))
        for other in relation.get(own, ())
        for form in shapes.get(other, (other,))
    )


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    return _joined(stems for _, stems in _read("opposites.txt"))


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, frozenset[str]]:
    return _joined(
        stems for kind, stems in _read("synonyms.txt") if kind not in _ONE_WORD
    )


@lru_cache(maxsize=1)
def _shapes() -> dict[str, frozenset[str]]:
    """Return the stems of words that have several, each with all of its word."""
    shapes = _joined(
        stems for kind, stems in _read("synonyms.txt") if kind in _ONE_WORD
    )
    return {stem: others | {stem} for stem, others in shapes.items()}


def _joined(groups: Iterable[list[str]]) -> dict[str, frozenset[str]]:
    """Return each stem of some groups with those that share one with it."""
    joined: dict[str, set[str]] = {}
    for group in groups:
        for stem in group:
            joined.setdefault(stem, set()).update(group)
    return {stem: frozenset(others - {stem}) for stem, others in joined.items()}


@lru_cache(maxsize=2)
def _read(name: str) -> list[tuple[str, list[str]]]:
    """Return the lines of a list: the section that each is in, and its stems."""
    lines = []
    kind = ""
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            lines.append((kind, line.partition(" | ")[2].split()))
    return lines
