"""Reads harmony that has lost its tokens: `analysis…assistantfinal…`."""

import re

from agent.wire.turns.code import without_code
from agent.wire.turns.finish import ends_sentence
from agent.wire.turns.protocol import CALL, GLUED, RESIDUE, WRITTEN, inner_text
from agent.wire.turns.turn import Turn

__all__ = ["read_leaks"]

_BEGUN = re.compile(r"\A\s*+(?:(?:analysis|assistant)(?=\w)|commentary)")
_FINAL = re.compile(r"assistantfinal")
_SPOKEN_OF = re.compile(r"(?<!\S)assistant(?:final|analysis|commentary)(?=[ \t]+[a-z])")
"""A word of its own within a sentence: it may be what the sentence is about."""
_MARK = re.compile(r"[\[【]\d")
_LEAK = re.compile(r"(?<!\s)\s*(?:assistant)?analysis(?=\w)")
"""Harmony without its tokens: `analysisWe need …`; no prose writes it in one word."""
_STARTERS = frozenset({
    "A", "According", "After", "All", "Also", "An", "And", "As", "At", "Based",
    "Because", "Before", "Both", "But", "By", "Each", "Every", "For", "From", "He",
    "Here", "How", "However", "I", "If", "In", "It", "Its", "No", "None", "Not", "On",
    "Once", "Only", "She", "Since", "So", "Some", "That", "The", "Their", "There",
    "These", "They", "This", "Those", "To", "Two", "Under", "Until", "We", "What",
    "When", "Where", "Whether", "Which", "While", "Who", "With", "Yes", "You", "Your",
})  # fmt: skip
"""What sentences begin with, and identifiers in one word with `final` seldom do."""


def read_leaks(turn: Turn) -> Turn:
    """Return the turn with what is left of its channels taken for what it is.

    `analysis…assistantfinal…` is what a server leaves of harmony that drops its tokens
    but not the words between them (sglang #9244). What follows the last
    `assistantfinal` is the answer, and so is what stands before `assistantanalysis` if
    it is whole; without an end it is all reasoning. The rest stays as it is.
    """
    inner = inner_text(turn.text)
    begun = _BEGUN.match(inner) is not None
    finals = _finals(inner if begun else without_code(inner))
    if finals:
        said, thought = inner[finals[-1].end() :].strip(), inner[: finals[-1].start()]
        before = _said_before(thought, finals, begun=begun)
        if (said or begun) and not _loses_marks(before, said):
            thought = _LEAK.sub("", thought, count=1).strip()
            return read_leaks(turn.told_apart(said, thought))  # it may leak, too
        return turn
    if _LEAK.match(inner) and not CALL.fullmatch(inner):
        return turn.told_apart("", _LEAK.sub("", inner, count=1).strip())
    return _read_residue(turn, inner)


def _said_before(thought: str, finals: list[re.Match[str]], *, begun: bool) -> str:
    """Return what stands before the last final channel and may be an answer, too."""
    if len(finals) > 1:
        return thought[finals[-2].end() :]
    return "" if begun else thought


def _loses_marks(before: str, said: str) -> bool:
    """Whether what stands before the final channel cites, and what it says does not."""
    return bool(_MARK.search(before)) and not _MARK.search(said)


def _finals(text: str) -> list[re.Match[str]]:
    """Return where a final channel begins."""
    spoken_of = {found.start() for found in _SPOKEN_OF.finditer(text)}
    return [each for each in _FINAL.finditer(text) if each.start() not in spoken_of]


def _read_residue(turn: Turn, inner: str) -> Turn:
    """Return the turn with its text up to the channel that begins behind it."""
    plain = without_code(inner)
    found = RESIDUE.search(plain)
    if found is None:
        return _read_glued(turn, inner)
    said, rest = inner[: found.start()].strip(), inner[found.end() :].strip()
    in_doubt = _SPOKEN_OF.match(plain, found.start()) or not ends_sentence(said)
    if in_doubt or WRITTEN.search(plain, found.start()):
        return turn
    return turn.told_apart(said, rest)


def _read_glued(turn: Turn, inner: str) -> Turn:
    """Return the turn with its text without the `final` that runs into it.

    `finalState` may be a name: what is in doubt stays.
    """
    glued = GLUED.match(inner)
    if glued is None or (glued[1] and not _begins_sentence(glued[1])):
        return turn
    return turn.told_apart(inner[glued.start(1) :].strip(), "")


def _begins_sentence(word: str) -> bool:
    return word in _STARTERS or not word[:1].isascii()
