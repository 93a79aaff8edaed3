"""What is wrong with a tool as gpt-oss sees it: the rules, and one finding of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from agent.tool_schemas.shown.tool import BOTH, Renderer

__all__ = ["LEVELS", "RULES", "Finding", "Level", "at_or_above"]


class Level(StrEnum):
    """How much a finding costs, the worst first."""

    BROKEN = "broken"
    """A server or a renderer refuses the tool, or no call of it can be right."""
    HIDDEN = "hidden"
    """A type or its values are not shown: the model has to guess what to write."""
    UNSAID = "unsaid"
    """What is asked of a value is never shown; the model learns it from the error."""
    PARTIAL = "partial"
    """Shown by one renderer, and not by the other."""
    ADVICE = "advice"
    """Nothing is lost, and it could be clearer or cheaper."""


LEVELS = tuple(Level)

RULES: dict[str, str] = {
    "not-a-schema": "the parameters are no JSON Schema of an object",
    "type-name": "a type that JSON Schema does not have",
    "tool-name": "a name that servers refuse",
    "same-name": "two tools of one name",
    "no-description": "a tool without a description",
    "template-fails": "a default that the template cannot write",
    "required": "`required` names what is no property",
    "references": "references that lead nowhere, or to too much",
    "any": "a type shown as `any`",
    "long-item": "the type of an array's items is over 50 characters",
    "values": "constants that are not shown",
    "constraint": "a range, a length, a pattern or a format",
    "condition": "a condition that no renderer shows",
    "default-type": "a default that its own schema does not take",
    "description": "a description that is not shown",
    "default": "a default that is not shown",
    "examples": "examples that are not shown",
    "line-ends": "a description of several lines, of which one is marked as a comment",
    "title": "a title that costs tokens and says what the name says",
    "near-name": "two tools whose names differ by little",
    "parameter-name": "a parameter's name that is no plain word",
    "undescribed": "a parameter without a description",
}
"""Each rule, and what it finds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what mends it."""

    rule: str
    """One of `RULES`."""
    level: Level
    place: str
    """JSON pointer, in what was read, of what it is about."""
    says: str
    """What is so, in a sentence without its end."""
    sees: str
    """What the model sees there."""
    mend: str
    """What to do, in words."""
    renderers: frozenset[Renderer] = BOTH
    """Which of the two it is about."""
    mechanical: bool = False
    """Whether `mend_tool` does it, as far as is known; `lint_tools` has tried it."""
    say: str | None = None
    """A sentence that the mended description ends with."""
    parameter: str | None = None
    """The parameter it is about, if any."""


def at_or_above(findings: Iterable[Finding], level: Level) -> list[Finding]:
    """Return the findings that are as bad as a level, or worse."""
    worst = LEVELS[: LEVELS.index(level) + 1]
    return [each for each in findings if each.level in worst]
