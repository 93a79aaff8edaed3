"""Finds the citation marks in an answer: `[3]`, `[3, 5]`, `【3†L9-L11】`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Mark", "find_marks", "replace_marks"]

_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:", re.MULTILINE)
_LINES = (
    r"(?:†[^\]】\dL]*(?:L(?P<{0}first>\d+)(?:\s*[-–]\s*L?(?P<{0}last>\d+))?)?[^\]】]*)?"
)
_MARK = re.compile(
    rf"【(?P<gpt>\d+)(?::\d+)?{_LINES.format('gpt_')}】"
    rf"|\[(?P<several>\d+(?:\s*[,;]\s*\d+)*){_LINES.format('')}\](?!\()"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the answer that points to one source."""

    source: int
    start_line: int | None
    """The lines that gpt-oss's own form names, None where it names none."""
    end_line: int | None
    start: int
    """Offset in the answer; the marks of `[3, 5]` share one."""
    end: int


def find_marks(answer: str) -> list[Mark]:
    """Return the marks of an answer in order; none are in code or link definitions."""
    code = [found.span() for found in _CODE.finditer(answer)]
    code += [found.span() for found in _DEFINITION.finditer(answer)]
    marks: list[Mark] = []
    for found in _MARK.finditer(answer):
        if not any(start <= found.start() < end for start, end in code):
            marks += _marks(found)
    return marks


def replace_marks(answer: str, write: Callable[[list[Mark]], str]) -> str:
    """Return the answer with the marks at each place replaced by what `write` says."""
    places: dict[tuple[int, int], list[Mark]] = {}
    for mark in find_marks(answer):
        places.setdefault((mark.start, mark.end), []).append(mark)
    for (start, end), marks in reversed(places.items()):
        answer = answer[:start] + write(marks) + answer[end:]
    return answer


def _marks(found: re.Match[str]) -> list[Mark]:
    group = "gpt_" if found["gpt"] else ""
    first = found[f"{group}first"]
    start = int(first) if first else None
    end = int(found[f"{group}last"] or first) if first else None
    numbers = re.findall(r"\d+", found["gpt"] or found["several"])
    return [Mark(int(each), start, end, *found.span()) for each in numbers]
