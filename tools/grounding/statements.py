"""Finds the statements of an answer: the sentences that state a fact.

Markdown is parsed by markdown-it, sentences are split by sentencex (Wikimedia). Code,
tables, headings, questions, what introduces a list, items of a list that are no whole
sentence, and what says that the documents are silent, state no fact to be cited.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sentencex

from tools.grounding.marks import Mark, find_marks
from tools.text.markdown import Paragraph, paragraphs

__all__ = ["Statement", "find_statements"]

_QUOTATION = re.compile(r"^[ \t]*(?:>[ \t]*)+", re.MULTILINE)
_SPACED = re.compile(r"\s+(?=[.,;:!?。，；：！？])")
"""Space that a mark leaves before a full stop."""
_CLOSING = r"[\"'”’»)\]*_`】\s]*$"
_WHOLE = re.compile(rf"[.!。！…]{_CLOSING}")
_QUESTION = re.compile(rf"[?？]{_CLOSING}")
_INTRODUCTION = re.compile(rf"[:：]{_CLOSING}")
_WORD = re.compile(r"[^\W\d_]{2,}|\d+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_MIN_WORDS = 3
_MIN_CJK = 5
"""Characters; fewer say nothing that could be looked up."""
_DOCUMENTS = (
    r"(?:documents?|documentation|sources?|passages?|library|excerpts?|results)"
)
_SAY = (
    r"(?:say|state|mention|contain|include|hold|describe|specif|provide|give|answer"
    r"|cover|address|explain|tell|show|discuss|name|list|report|indicat)"
)
_SILENCE = re.compile(
    rf"""\b{_DOCUMENTS}\b.{{0,40}}\b(?:do|does|did)(?:\s+not|n['’]t)\b.{{0,30}}\b{_SAY}
    | \b(?:no|none\sof\sthe|nothing\sin\sthe|neither)\b.{{0,30}}\b{_DOCUMENTS}\b
    | \b(?:not|nowhere|never)\s{_SAY}\w*\b.{{0,30}}\b{_DOCUMENTS}\b
    | ^\W*(?:i|we|let\sme\sknow|searched\sfor)\b
    | (?:文档|文件|资料|来源|段落|检索).{{0,12}}(?:没有|未|不包含|无|沒有|無)
    | (?:未|没有|沒有)(?:找到|提及|说明)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""What says that the documents are silent, or speaks of the work on the question."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer that states a fact."""

    text: str
    """The sentence without its marks, in one line."""
    start: int
    """Offset in the answer of its first character."""
    end: int
    """Offset after its last character or mark."""
    marks: tuple[Mark, ...]
    """Those that it carries. Where it has none of its own, an item of a list has those
    of what introduces the list, and a quotation those that stand anywhere in it."""


def find_statements(answer: str) -> list[Statement]:
    """Return the statements of a Markdown answer, in order."""
    marks = find_marks(answer)
    blank = _without_marks(answer, marks)
    statements: list[Statement] = []
    introduction: tuple[Mark, ...] = ()
    for block in paragraphs(answer):
        shared = _between(marks, block.start, block.end) if block.quoted else ()
        introduction = introduction if block.listed else ()
        for start, end in _sentences(blank, block):
            words = _SPACED.sub("", " ".join(blank[start:end].split()))
            own = _between(marks, start, end)
            if _INTRODUCTION.search(words):
                introduction = own
            elif _states_a_fact(words, listed=block.listed):
                last = start + len(blank[start:end].rstrip())
                stop = max([last, *(each.end for each in own)])
                carried = own or shared or introduction
                statements.append(Statement(words, start, stop, carried))
    return statements


def _between(marks: Sequence[Mark], start: int, end: int) -> tuple[Mark, ...]:
    return tuple(each for each in marks if start <= each.start < end)


def _without_marks(answer: str, marks: Sequence[Mark]) -> str:
    """Return the answer with blanks in place of marks and of signs of quotation."""
    for mark in marks:
        blank = " " * (mark.end - mark.start)
        answer = f"{answer[: mark.start]}{blank}{answer[mark.end :]}"
    return _QUOTATION.sub(lambda found: " " * len(found.group()), answer)


def _sentences(text: str, block: Paragraph) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each sentence; the marks behind it belong to it."""
    paragraph = text[block.start : block.end]
    starts: list[int] = []
    at = 0
    for sentence in sentencex.segment(_language(paragraph), paragraph):
        body = sentence.strip()
        found = paragraph.find(body, at) if body else -1
        if found >= 0:
            starts.append(found)
            at = found + len(body)
    for start, end in zip(starts, [*starts[1:], len(paragraph)], strict=True):
        yield block.start + start, block.start + end


def _language(text: str) -> str:
    if _KANA.search(text):
        return "ja"
    return "zh" if _CJK.search(text) else "en"


def _states_a_fact(words: str, *, listed: bool) -> bool:
    if _QUESTION.search(words) or _SILENCE.search(words):
        return False
    if listed and not _WHOLE.search(words):
        return False
    return (
        len(_WORD.findall(words)) >= _MIN_WORDS or len(_CJK.findall(words)) >= _MIN_CJK
    )
