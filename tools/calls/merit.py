"""Which of two answers to one question is the better one, by what was checked."""

from dataclasses import dataclass
from typing import Self

from tools.grounding.citation import Draft, Resolved

__all__ = ["Merit"]

_ECHOES = ("the answer was not accepted", "your answer was not accepted")
"""How a small model repeats what it was told of its answer."""


@dataclass(frozen=True, slots=True)
class Merit:
    """What the check makes of an answer, in numbers."""

    says_something: bool
    """Whether it is neither blank nor an echo of what was said of another one."""
    grounded: bool
    problems: int
    checked: int
    """Sentences that carry sound citations alone, and that these bear out."""

    @classmethod
    def of(cls, draft: Draft, resolved: Resolved) -> Self:
        """Return the merit of a draft that was resolved."""
        sound = {each.id for each in resolved.citations if each.verdict.is_sound}
        checked = [
            each
            for each in resolved.sentences
            if each.support is not None
            and each.support.bears_out
            and sound.issuperset(each.citations)
        ]
        text = draft.answer.strip().casefold()
        return cls(
            says_something=bool(text) and not text.startswith(_ECHOES),
            grounded=resolved.grounded,
            problems=len(resolved.problems),
            checked=len(checked),
        )

    def is_better_than(self, other: Self) -> bool:
        """Whether an answer may take the place of the one that came before it.

        It may if it is grounded and says something that was checked, or has fewer
        problems without less that was checked, or more of that with no more problems.
        So an abstention replaces an answer of which nothing holds, and no other.
        """
        if not (self.says_something and other.says_something):
            return self.says_something
        if self.grounded and self.checked and not other.grounded:
            return True
        if self.problems < other.problems:
            return self.checked >= other.checked
        return self.problems == other.problems and self.checked > other.checked
