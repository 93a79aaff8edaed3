"""Tells reasoning from text by the tags that models put around it."""

import re
from dataclasses import dataclass

from agent.wire.turns.code import without_code
from agent.wire.turns.finish import ends_sentence

__all__ = ["TAG_BEGINS", "Parted", "holds_tag", "part_thoughts"]

_NAMES = (
    r"think(?:ing)?|thoughts?|thought_process|reasoning(?:_content)?|reflection|"
    r"analysis|scratch_?pad|inner[_ -]?(?:thoughts?|monologue)|antthinking"
)
TAG_BEGINS = rf"</?(?:[a-z]{{1,12}}:)?(?:{_NAMES})\b|◁/?think|\[/?THINK\]"
"""A tag as far as it has to come to be known as one."""
_TAG = re.compile(
    rf"<\s*+(?P<closes>/?)\s*+(?:[a-z]{{1,12}}:)?(?:{_NAMES})(?:\s[^<>]{{0,200}}+)?"
    r"(?P<empty>/?)>|◁(?P<closes_kimi>/?)think▷|(?-i:\[(?P<closes_mistral>/?)THINK\])",
    re.IGNORECASE,
)
"""DeepSeek and Qwen, MiniMax (`mm:think`), Seed, Claude's prompts; Kimi; Magistral."""
_WRAPPED = re.compile(
    r"\A\s*+<(answer|final_answer|final|response|output)>(.*)</\1>\s*+",
    re.DOTALL | re.IGNORECASE,
)
"""What a thought is followed by where both are tagged, as in DeepSeek-R1's paper."""
_NEAR = 80
_GOES_ON = tuple(".,;:)?!")
"""What goes on with a sentence that speaks of a tag."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A text, told apart."""

    text: str
    """What is said."""
    thought: str
    """What was only thought."""


def holds_tag(text: str) -> bool:
    """Whether a tag of reasoning stands in a text, but in its code."""
    return _TAG.search(without_code(text)) is not None


def part_thoughts(text: str) -> Parted | None:
    """Return what a text says and what it thinks; None if it is in doubt, or says all.

    A closing tag without an opening one ends a thought whose beginning stood in the
    prompt (sglang #36285, gaia #3945). A tag in the middle of a sentence may be spoken
    of or meant; a text that is not whole before a thought that is never closed has
    lost its rest: neither is decided here.
    """
    parting = _Parting(text)
    for tag in _TAG.finditer(without_code(text)):
        if not parting.take(tag):
            return None
    return parting.end()


class _Parting:
    """Goes through a text from tag to tag."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._said: list[str] = []
        self._thought: list[str] = []
        self._depth = 0
        self._at = 0

    def take(self, tag: re.Match[str]) -> bool:
        """Take a tag and what stands before it; False if it is in doubt."""
        closes = tag["closes"] or tag["closes_kimi"] or tag["closes_mistral"]
        (self._thought if self._depth else self._said).append(
            self._text[self._at : tag.start()]
        )
        self._at = tag.end()
        if tag["empty"]:
            return True
        if closes:
            return self._close()
        self._depth += 1
        return self._depth > 1 or self._may_turn()

    def end(self) -> Parted | None:
        """Return what was told apart, None if nothing was or the text lacks its end."""
        rest = self._text[self._at :]
        (self._thought if self._depth else self._said).append(rest)
        said = "".join(self._said).strip()
        if not self._at or (self._depth and said and not ends_sentence(said)):
            return None
        wrapped = _WRAPPED.fullmatch(said)
        thought = "\n".join(filter(None, map(str.strip, self._thought)))
        return Parted(wrapped[2].strip() if wrapped else said, thought)

    def _close(self) -> bool:
        if self._depth:
            self._depth -= 1
            return True
        following = self._text[self._at : self._at + _NEAR].lstrip(" \t")[:1]
        goes_on = following.islower() or following in _GOES_ON
        sure = self._may_turn() or not following or not goes_on
        self._thought += self._said
        self._said = []
        return sure

    def _may_turn(self) -> bool:
        """Whether what was said so far is at a place where a thought may begin."""
        said = "".join(self._said[-2:])
        line = said.rstrip(" \t")
        return not line or line.endswith("\n") or ends_sentence(said)
