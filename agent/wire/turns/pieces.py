"""A text that comes in pieces, of which some say again what was said.

Some servers end a stream with the whole text (ragflow #15286, hermes-browser-extension
#11), some send in each piece all so far (hermes-agent #35592), some send each piece
twice (luthien-proxy #61). A model may repeat itself, too: a piece is only taken for a
repetition if it begins with all of a text that is longer than a word or two.
"""

import json
from itertools import pairwise

__all__ = ["Pieces", "is_json_object", "united_arguments"]

_LEAST = 12
"""Characters of a text from which on no piece begins with all of it by chance."""
_LEAST_PIECES = 3
_LEAST_PAIRS = 4


class Pieces:
    """The pieces of one text, in their order."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.repeated = False
        """Whether a piece said again what was said."""
        self._pieces: list[str] = []
        self._length = 0

    def take(self, piece: str) -> str:
        """Take a piece; return what it adds, as far as that can be told by now."""
        beyond = self._beyond(piece) if self._may_repeat(piece) else None
        self.repeated = self.repeated or beyond is not None
        added = piece if beyond is None else beyond
        if added:
            self._pieces.append(added)
            self._length += len(added)
        return added

    def take_whole(self, text: str) -> str:
        """Take the whole text so far, as the server has it; return what it adds.

        Where it says something else, the longer one is the whole: a gateway may have
        put the marks in only here (ragflow #15443).
        """
        so_far = "".join(self._pieces)
        said, again = so_far.strip(), text.strip()
        if not said:
            return self.take(text)
        self.repeated = True
        if again in {"", said} or said.startswith(again) or said.endswith(again):
            return ""
        if again.startswith(said):
            return self._append(again[len(said) :], so_far.rstrip())
        if len(again) < len(said):
            self.repeated = False
            return self._append(text, so_far)
        self._pieces = [text]
        self._length = len(text)
        return ""

    def united(self) -> str:
        """Return the text."""
        whole = _cumulative(self._pieces) or _every_other(self._pieces)
        self.repeated = self.repeated or whole is not None
        return "".join(self._pieces) if whole is None else whole

    def _append(self, added: str, so_far: str) -> str:
        self._pieces = [so_far, added]
        self._length = len(so_far) + len(added)
        return added

    def _may_repeat(self, piece: str) -> bool:
        return self._length >= _LEAST and len(piece) + _LEAST >= self._length

    def _beyond(self, piece: str) -> str | None:
        """Return what a piece adds that says all so far; None if it does not."""
        so_far, again = "".join(self._pieces).lstrip(), piece.lstrip()
        said = so_far.rstrip()
        if len(said) < _LEAST or not again.startswith(said):
            return None
        rest = again[len(said) :]
        if not rest.strip():
            return ""
        return rest[len(so_far) - len(said) :] if rest[:1].isspace() else rest


def united_arguments(pieces: list[str]) -> str:
    """Return the arguments of a call that came in pieces.

    What is valid decides: all pieces together, or the last one if it says all of them
    again (opencodex #361), or what each said so far.
    """
    given = [each for each in pieces if each]
    joined = "".join(given)
    if len(given) < 2 or is_json_object(joined) or not is_json_object(given[-1]):
        return joined
    *before, last = given
    grew = all(last.startswith(each) for each in before)
    return last if grew or _is_same("".join(before), last) else joined


def is_json_object(text: str) -> bool:
    """Whether a text is one JSON object."""
    return isinstance(_parsed(text), dict)


def _is_same(one: str, other: str) -> bool:
    return other.startswith(one) or _parsed(one) == _parsed(other)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _cumulative(pieces: list[str]) -> str | None:
    """Return the last piece if each one says all so far; None if not."""
    if len(pieces) < _LEAST_PIECES or len(pieces[-1]) < _LEAST:
        return None
    grew = all(later.startswith(before) for before, later in pairwise(pieces))
    return pieces[-1] if grew and pieces[0] != pieces[-1] else None


def _every_other(pieces: list[str]) -> str | None:
    """Return the text if each of its pieces came twice; None if not."""
    firsts, seconds = pieces[::2], pieces[1::2]
    if len(firsts) < _LEAST_PAIRS or firsts != seconds:
        return None
    return "".join(firsts) if len(set(firsts)) > 1 else None
