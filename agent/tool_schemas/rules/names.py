"""Names that servers refuse or rewrite, and names that are easily confused."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from agent.tool_schemas.rules.finding import Finding, Level
from agent.tool_schemas.shown.tool import BOTH, ToolSchema, child_of, mapping

__all__ = ["accepted_name", "find_names", "find_pairs"]

_ACCEPTED = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What OpenAI's API accepts as the name of a function."""
_PARAMETER = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""What Anthropic's API accepts as a property's name; OpenAI's says nothing of it."""
_REFUSED = re.compile(r"[^A-Za-z0-9_-]")
_SEPARATORS = re.compile(r"[^a-z0-9]")
_MOST_COMPARED = 200


def accepted_name(name: str) -> str:
    """Return the nearest name that every server accepts."""
    return _REFUSED.sub("_", name)[:64] or "tool"


def find_names(tool: ToolSchema) -> Iterator[Finding]:
    """Yield what is wrong with the names of a tool and of its parameters."""
    if not _ACCEPTED.fullmatch(tool.name):
        yield _refused(tool)
    place = f"{tool.place}{tool.schema_place}"
    for name in mapping(mapping(tool.parameters).get("properties")):
        if not _PARAMETER.fullmatch(name):
            yield Finding(
                "parameter-name",
                Level.ADVICE,
                child_of(place, "properties", name),
                f"{name!r} is no plain name: Anthropic's API refuses it, and the model "
                "has to copy it letter for letter",
                name,
                "letters, digits, underscores, at most 64",
                parameter=name,
            )


def _refused(tool: ToolSchema) -> Finding:
    spaced = any(each.isspace() for each in tool.name) or not tool.name
    why = (
        "harmony's parser reads a call's name up to the first space"
        if spaced
        else "OpenAI's API, and what copies it, refuses it (letters, digits, _ and -, "
        "1 to 64 of them)"
    )
    return Finding(
        "tool-name",
        Level.BROKEN,
        child_of(tool.place, "name"),
        f"{tool.name!r} is no name of a tool: {why}",
        f"type {tool.name} =",
        f"call it {accepted_name(tool.name)}",
        BOTH,
        mechanical=True,
    )


def find_pairs(tools: Sequence[ToolSchema]) -> Iterator[tuple[int, Finding]]:
    """Yield tools that are named as an earlier one is, or nearly so, by their index."""
    seen: dict[str, int] = {}
    for at, tool in enumerate(tools):
        first = seen.setdefault(tool.name, at)
        if first != at:
            yield at, _same(tool)
    few = list(enumerate(tools))[:_MOST_COMPARED]
    for (_, one), (at, other) in combinations(few, 2):
        if one.name != other.name and _are_near(one.name, other.name):
            yield at, _near(one, other)


def _same(tool: ToolSchema) -> Finding:
    return Finding(
        "same-name",
        Level.BROKEN,
        child_of(tool.place, "name"),
        f"another tool is called {tool.name!r} as well: a call cannot say which",
        f"type {tool.name} =, twice",
        "give each its own name",
    )


def _near(one: ToolSchema, other: ToolSchema) -> Finding:
    return Finding(
        "near-name",
        Level.ADVICE,
        child_of(other.place, "name"),
        f"{other.name!r} differs from {one.name!r} by little",
        f"type {other.name} =",
        "give them names that say what differs",
    )


def _are_near(one: str, other: str) -> bool:
    """Whether two names are the same but for case, separators or one letter."""
    first, second = (_SEPARATORS.sub("", each.lower()) for each in (one, other))
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    if len(short) < 5 or len(long) - len(short) > 1:
        return False
    at = next((at for at, each in enumerate(short) if each != long[at]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
