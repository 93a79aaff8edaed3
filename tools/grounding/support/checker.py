"""What reads a sentence and the text that it cites, behind one small interface.

Rules compare words. Whoever understands both texts can tell a far paraphrase from a
falsification: it may lift what rules left unclear and lower what they let pass, and
overrules nothing that they found (`tools.grounding.support.finding`).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tools.grounding.support.finding import Pair, Reading
from tools.grounding.wording.folding import normalise
from tools.grounding.wording.quotes import find_quote
from tools.grounding.wording.words import find_words

__all__ = ["Checker", "holds_words"]


class Checker(Protocol):
    """Reads sentences with the text that each of them cites, and nothing besides."""

    @property
    def identity(self) -> str:
        """What it is called where it is shown to people."""
        ...

    async def read(self, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
        """Return what it says of pairs; one of which it says nothing is not there.

        Raises:
            CiteloopError: it could not be asked.
        """
        ...


def holds_words(quotes: str, words: str) -> bool:
    """Whether words that a checker gives stand in the quotes that it has read.

    They are compared in the form that quotes are. Too few to be looked for as a quote
    (`Bounded`) have to stand there whole, and one after the other.
    """
    sought = _words_of(words)
    if not sought.strip():
        return False
    return sought in _words_of(quotes) or any(find_quote(words, quotes))


def _words_of(text: str) -> str:
    """Return the words of a text between blanks."""
    return f" {' '.join(find_words(normalise(text).text))} "
