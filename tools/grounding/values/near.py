"""Looks for values only where a text has a sign of them: most of it has none."""

import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["find_near", "words_of"]

_LETTERS_ALONE = bytes(
    code if chr(code).islower() else ord(" ") for code in range(0x80)
).ljust(0x100)
"""Bytes with a space for each that is no letter of ASCII in lower case."""


@lru_cache(maxsize=1024)
def words_of(text: str) -> frozenset[str]:
    """Return the words of ASCII letters that a text has, in lower case."""
    letters = text.casefold().encode("utf-8", "replace").translate(_LETTERS_ALONE)
    return frozenset(letters.decode().split())


def find_near(
    pattern: re.Pattern[str], sign: re.Pattern[str], reach: int, text: str
) -> Iterator[re.Match[str]]:
    """Yield what a pattern finds in a text, looking only from its signs on.

    Args:
        pattern: What it finds is never empty.
        sign: What each place of the pattern holds, and is quick to look for.
        reach: Characters that a place of the pattern may have before its first sign.
        text: In which it is looked for.
    """
    at = 0
    while hint := sign.search(text, at):
        found = pattern.search(text, max(at, hint.start() - reach))
        if not found:
            return
        yield found
        at = found.end()
