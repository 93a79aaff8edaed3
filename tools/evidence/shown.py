"""How sources are written for the model, and read back by the extractive one.

The shape is the one gpt-oss was trained on: numbered sources, numbered lines. Every
line of a document begins with its `L12: ` mark, so no document can forge a header.
"""

import re
from dataclasses import dataclass

from tools.evidence.evidence import Source
from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["ShownSource", "header", "one_line", "read_sources", "write_source"]

_HEADER = re.compile(
    r"^\[(?P<id>\d+)\] lines (?P<start>\d+)-(?P<end>\d+)"
    r"(?:, score (?P<score>[-\d.]+))?(?P<more>, goes on)?: (?P<document>.*)$"
)
_HEADING = re.compile(r"^Under: (.*)$")
_LINE = re.compile(r"^L(\d+): (.*)$")


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source as a tool's output shows it."""

    id: int
    document: str
    heading: str
    start_line: int
    end_line: int
    score: float | None
    """What the search gave it; None for a window that was fetched."""
    continues: bool
    """Whether the document goes on after it."""
    lines: tuple[str, ...]
    """Empty where only the header was repeated."""


def header(
    source: Source, score: float | None = None, *, continues: bool = False
) -> str:
    """Return the two lines that introduce a source; names stand last, in full."""
    place = f"[{source.id}] lines {source.start_line}-{source.end_line}"
    if score is not None:
        place += f", score {score:.2f}"
    if continues:
        place += ", goes on"
    heading = one_line(source.heading or source.title)
    return f"{place}: {one_line(source.document)}\nUnder: {heading}"


def write_source(
    source: Source, score: float | None = None, *, continues: bool = False
) -> str:
    """Return a source with its header and its numbered lines."""
    lines = visible(source.text).split("\n")
    body = [f"L{source.start_line + row}: {line}" for row, line in enumerate(lines)]
    return "\n".join(
        [
            header(source, score, continues=continues),
            *(neutralise_control_tokens(line) for line in body),
        ]
    )


def read_sources(output: str) -> list[ShownSource]:
    """Return the sources that a tool's output shows."""
    blocks: list[tuple[re.Match[str], list[str]]] = []
    for line in output.split("\n"):
        if place := _HEADER.match(line):
            blocks.append((place, []))
        elif blocks:
            blocks[-1][1].append(line)
    return [_shown(place, lines) for place, lines in blocks]


def _shown(place: re.Match[str], lines: list[str]) -> ShownSource:
    score = place["score"]
    heading = _HEADING.match(lines[0]) if lines else None
    texts = [found.group(2) for line in lines if (found := _LINE.match(line))]
    return ShownSource(
        id=int(place["id"]),
        document=place["document"],
        heading=heading.group(1) if heading else "",
        start_line=int(place["start"]),
        end_line=int(place["end"]),
        score=float(score) if score else None,
        continues=bool(place["more"]),
        lines=tuple(texts),
    )


def one_line(text: str) -> str:
    """Return a name as one line that is safe to show."""
    return neutralise_control_tokens(visible(" ".join(text.split())))
