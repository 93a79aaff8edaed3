"""One spelling of a name: a letter and its accent are one character, or two.

A Mac writes `Zürich.md` with two for its `ü` (NFD), people and models write one (NFC).
"""

from collections.abc import Iterable
from unicodedata import normalize

__all__ = ["composed", "same_name"]


def composed(name: str) -> str:
    """Return a name in its composed form, to compare it by."""
    return name if name.isascii() else normalize("NFC", name)


def same_name(wanted: str, names: Iterable[str]) -> str | None:
    """Return that of the names which is the one that is wanted, however it is spelled.

    None where there is none; the first where several differ in their spelling alone.
    """
    if wanted.isascii():
        return None
    form = composed(wanted)
    return next((name for name in names if composed(name) == form), None)
