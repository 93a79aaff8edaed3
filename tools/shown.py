"""How sources are written for the model, and read back by the extractive one.

The shape is the one gpt-oss was trained on: numbered sources, numbered lines. Every
line of a document begins with its `L12: ` mark, so no document can forge a header.
"""

import re
from dataclasses import dataclass

from tools.clean import neutralise_control_tokens, visible
from tools.evidence import Source

__all__ = ["ShownSource", "header", "read_sources", "write_source"]

_HEADER = re.compile(
    r"^\[(?P<id>\d+)\] (?P<document>.+?) \| (?P<heading>.*) "
    r"\| lines (?P<start>\d+)-(?P<end>\d+)"
    r"(?: \| score (?P<score>[-\d.]+))?(?P<more> \| goes on)?$"
)
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
    """Return the line that introduces a source."""
    place = f"lines {source.start_line}-{source.end_line}"
    parts = [f"[{source.id}] {source.document}", source.heading or source.title, place]
    if score is not None:
        parts.append(f"score {score:.2f}")
    if continues:
        parts.append("goes on")
    return _one_line(" | ".join(parts))


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
        if header_ := _HEADER.match(line):
            blocks.append((header_, []))
        elif blocks and (text := _LINE.match(line)):
            blocks[-1][1].append(text.group(2))
    return [_shown(found, lines) for found, lines in blocks]


def _shown(found: re.Match[str], lines: list[str]) -> ShownSource:
    score = found["score"]
    return ShownSource(
        id=int(found["id"]),
        document=found["document"],
        heading=found["heading"],
        start_line=int(found["start"]),
        end_line=int(found["end"]),
        score=float(score) if score else None,
        continues=bool(found["more"]),
        lines=tuple(lines),
    )


def _one_line(text: str) -> str:
    return neutralise_control_tokens(visible(" ".join(text.split())))
