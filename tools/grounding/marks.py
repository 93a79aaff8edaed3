"""Finds the citation marks in an answer: `[3]`, `[3, 5]`, `【3†L9-L11】`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Mark", "find_marks", "replace_marks", "sentence_at"]

_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_LINK_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:", re.MULTILINE)
_LINES = (
    r"(?:†[^\]】\dL]*(?:L(?P<{0}first>\d+)(?:\s*[-–]\s*L?(?P<{0}last>\d+))?)?[^\]】]*)?"
)
_MARK = re.compile(
    rf"【(?P<gpt>\d{{1,9}})(?::\d+)?{_LINES.format('gpt_')}】"
    rf"|\[(?P<several>\d{{1,9}}(?:\s*[-–,;]\s*\d{{1,9}})*){_LINES.format('')}\](?!\()"
)

_MAX_RANGE = 20
_MAX_SENTENCE = 2000
"""Characters before a mark that are looked at."""
_SENTENCE_START = re.compile(r"[.!?。！？]\s+|\n\s*\n|\n\s*[-*+>|]\s|[。！？]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the answer that points to one source."""

    source: int
    lines: tuple[int, int] | None
    """First and last of the lines that gpt-oss's own form names, if it names any."""
    attached: bool
    """Whether a word runs into it, as in `arr[0]`: it may be no mark at all."""
    start: int
    """Offset in the answer; the marks of `[3, 5]` share one."""
    end: int


def find_marks(answer: str) -> list[Mark]:
    """Return the marks of an answer in order; none are in code or link definitions."""
    code = [found.span() for found in _CODE.finditer(answer)]
    code += [found.span() for found in _LINK_DEFINITION.finditer(answer)]
    marks: list[Mark] = []
    for found in _MARK.finditer(answer):
        if not any(start <= found.start() < end for start, end in code):
            marks += _marks(found)
    return marks


def replace_marks(
    answer: str,
    write: Callable[[str, list[Mark]], str],
    inserted: Mapping[int, str] | None = None,
) -> str:
    """Return the answer with each place replaced by what `write` says of it.

    Args:
        answer: With its marks.
        write: Is given the text of a place, and its marks.
        inserted: What is put in besides, by its offset in the answer as it was.
    """
    places: dict[tuple[int, int], list[Mark]] = {}
    for mark in find_marks(answer):
        places.setdefault((mark.start, mark.end), []).append(mark)
    edits = [
        (*place, write(answer[slice(*place)], marks)) for place, marks in places.items()
    ]
    edits += [(at, at, text) for at, text in (inserted or {}).items()]
    pieces: list[str] = []
    rest = 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [answer[rest:start], text]
        rest = end
    return "".join([*pieces, answer[rest:]])


def _marks(found: re.Match[str]) -> list[Mark]:
    group = "gpt_" if found["gpt"] else ""
    first = found[f"{group}first"]
    lines = (int(first), int(found[f"{group}last"] or first)) if first else None
    before = found.string[max(0, found.start() - 1) : found.start()]
    attached = before.isalnum() and not found["gpt"]
    numbers = [found["gpt"]] if found["gpt"] else _expand(found["several"])
    return [Mark(int(each), lines, attached, *found.span()) for each in numbers]


def _expand(several: str) -> list[str]:
    """Return the numbers of `3, 5` and of `3-5`; an endless range is its two ends."""
    numbers: list[str] = []
    for part in re.split(r"[,;]", several):
        ends = [int(each) for each in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 < ends[1] - ends[0] < _MAX_RANGE:
            ends = list(range(ends[0], ends[1] + 1))
        numbers += map(str, ends)
    return numbers


def sentence_at(answer: str, mark: Mark, marks: Sequence[Mark]) -> str:
    """Return the sentence that a mark stands at the end of, without its marks."""
    ends = {each.end: each.start for each in marks}
    end = len(answer[: mark.start].rstrip())
    while end in ends:
        end = len(answer[: ends[end]].rstrip())
    base = max(0, end - _MAX_SENTENCE)
    body = answer[base:end].rstrip(".!?。！？")
    starts = [found.end() for found in _SENTENCE_START.finditer(body)]
    base += starts[-1] if starts else 0
    text = answer[base:end]
    for place in sorted({(each.start, each.end) for each in marks}, reverse=True):
        if base <= place[0] and place[1] <= end:
            text = text[: place[0] - base] + text[place[1] - base :]
    return text.strip().lstrip("-*+># ")
