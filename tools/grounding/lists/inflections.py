"""Brings irregular forms of words to their lemmas, by the list beside it."""

from functools import lru_cache
from pathlib import Path

__all__ = ["lemma_of"]


def lemma_of(word: str) -> str:
    """Return the lemma of a word in lower case; itself if it is no irregular form."""
    return _lemmas().get(word, word)


@lru_cache(maxsize=1)
def _lemmas() -> dict[str, str]:
    text = Path(__file__).with_name("irregular.txt").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(row.split(" ", 1) for row in rows)
