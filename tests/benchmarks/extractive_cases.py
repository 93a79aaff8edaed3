"""The questions of `extractive.py`, their gold sentences, and what is on their topic.

A gold is named by its document and a few words of the sentence: enough to find it, and
no copy of a corpus that is not ours. A question has one list of golds for each part,
any of which answers it, and none where the documents do not.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["FILE", "Gold", "Question", "Shown", "half_of", "is_on_topic", "read_cases"]

FILE = Path(__file__).with_name("extractive_questions.jsonl")
"""The questions that are asked if no other file is named."""
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence, a row or a line of code that answers a part of a question."""

    document: str
    words: str
    """At most twelve words of it, as they stand in the document."""

    def stands_in(self, shown: "Shown") -> bool:
        return shown.document == self.document and bones(self.words) in bones(
            shown.text
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of what an answer quotes, or a sentence that stands alone in it."""

    document: str
    first: int
    last: int
    """1-based lines of the document."""
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what answers it, and where it belongs."""

    text: str
    kind: str
    library: str
    """`examples` for `examples/docs`, or `milvus` for Milvus's documentation."""
    half: str
    """A to choose on, B to report: by a hash of the question."""
    unseen: bool
    """Whether it was written without sight of the code that answers it."""
    parts: tuple[tuple[Gold, ...], ...]
    """For each part the golds of which one is enough; none where nothing answers."""
    before: str = ""
    """The question before it, which it points back to."""
    missing: str = ""
    """A word of the part that nothing answers, where others are answered."""


def bones(text: str) -> str:
    """Return the letters and digits of a text in a row."""
    return _NO_WORD.sub("", text.casefold())


def half_of(question: str) -> str:
    return "AB"[sha256(question.encode()).digest()[0] % 2]


def read_cases(file: Path = FILE) -> list[Question]:
    """Return all questions."""
    return [_question(line) for line in file.read_text().splitlines()]


def _question(line: str) -> Question:
    record = json.loads(line)
    return Question(
        text=record["question"],
        kind=record["kind"],
        library=record["library"],
        half=record["half"],
        unseen=record["unseen"],
        parts=tuple(
            tuple(Gold(each["document"], each["words"]) for each in part)
            for part in record["gold"]
        ),
        before=record.get("before", ""),
        missing=record.get("missing", ""),
    )


def is_on_topic(shown: Shown, golds: Sequence[Gold], folder: Path) -> bool:
    """Whether what is shown is a gold or stands right beside one.

    Beside it is what stands in the gold's own block (paragraph, list, table or code)
    or in the block before or after that one, under the same heading.
    """
    lines = range(shown.first, shown.last + 1)
    return any(
        gold.document == shown.document
        and not neighbourhood(folder / gold.document, gold.words).isdisjoint(lines)
        for gold in golds
    )


@cache
def neighbourhood(path: Path, words: str) -> frozenset[int]:
    """Return the lines of the block that holds some words, and of those beside it."""
    lines = path.read_text().split("\n")
    at = next(row for row, line in enumerate(lines, 1) if words in line)
    found: set[int] = set()
    for section in _sections(lines):
        for number, block in enumerate(section):
            if at in block:
                near = section[max(0, number - 1) : number + 2]
                found.update(row for each in near for row in each)
    return frozenset(found)


def _sections(lines: Sequence[str]) -> Iterator[list[range]]:
    """Yield the blocks of each section: runs of lines that are not blank."""
    blocks: list[range] = []
    start, fenced = 0, False
    for row, line in enumerate([*lines, ""], 1):
        fence = bool(_FENCE.match(line))
        heading = not fenced and bool(_HEADING.match(line))
        ends = heading or not (line.strip() or fenced)
        if ends and start:
            blocks.append(range(start, row))
            start = 0
        elif not ends and not start:
            start = row
        fenced ^= fence
        if heading:
            yield blocks
            blocks = []
    yield blocks
