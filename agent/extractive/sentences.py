"""Sentences of documents and of questions, for the model that quotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.evidence.shown import ShownSource
from tools.text.markdown import plain

__all__ = ["Sentence", "content_words", "keywords", "sentences_of", "split_question"]

_END = re.compile(r"(?<=[.!?])[\"'”’)*`]*\s+(?=[\"'“‘(*`\[]*[A-Z0-9])|(?<=[。！？])")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_NOT_PROSE = re.compile(r"^\s*(?:#|\||<|\{|!\[|---|===|:::)")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_PART = re.compile(
    r"(?<=[?？])\s*|(?<!\s)\s*[;；]\s*"
    r"|(?<![\s,]),?\s+(?:and|und|et|y)\s+(?=(?:also\s+)?(?:how|what|which|who|whom|whose|when"
    r"|where|why|is|are|does|do|can|may|must|should|in which|by which|for how)\b)",
    re.IGNORECASE,
)
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "might",
        "must",
        "no",
        "not",
        "of",
        "on",
        "or",
        "should",
        "so",
        "than",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
_WORD = re.compile(r"\w+")
_MAX_PARTS = 6
_MIN_LENGTH = 20
"""Characters; what is shorter says nothing by itself."""
_MIN_LENGTH_CJK = 8
_MAX_LENGTH = 900
_MAX_CODE = 2
"""Signs of code that a sentence may hold before it counts as code itself."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a source, as it stands there."""

    source: ShownSource
    text: str
    """As it stands in the source, Markdown and all, on one line."""
    words: str
    """Its text alone, without marks and link targets."""
    last_line: int
    """1-based line of the document where it ends."""
    position: int
    """Its place among the sentences of its source, from 0."""


def split_question(question: str) -> list[str]:
    """Return the parts of a question that can be searched for by themselves."""
    stripped = (part.strip(" ,?？") for part in _PART.split(question) if part)
    parts = list(dict.fromkeys(part for part in stripped if content_words(part)))
    return parts[:_MAX_PARTS] or [question.strip()]


def content_words(text: str) -> set[str]:
    """Return the words of a text that carry its meaning, crudely stemmed."""
    words = {word.casefold() for word in _WORD.findall(text)}
    return {_stem(word) for word in words - _STOP}


def sentences_of(source: ShownSource) -> list[Sentence]:
    """Return the prose of a source, sentence by sentence; no code, tables, headings."""
    sentences: list[Sentence] = []
    for first, lines in _paragraphs(source):
        text = "\n".join(lines)
        start = 0
        for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
            sentence = " ".join(text[start:end].split())
            row = text.count("\n", 0, max(start, end - 1))
            if _is_telling(sentence):
                words = plain(sentence) or sentence
                at = len(sentences)
                sentences.append(Sentence(source, sentence, words, first + row, at))
            start = end
    return sentences


def _paragraphs(source: ShownSource) -> list[tuple[int, list[str]]]:
    paragraphs: list[tuple[int, list[str]]] = []
    fenced = False
    open_ = False
    for number, line in enumerate(source.lines, source.start_line):
        if _FENCE.match(line):
            fenced, open_ = not fenced, False
        elif fenced or not line.strip() or _NOT_PROSE.match(line):
            open_ = False
        elif open_ and not _ITEM.match(line):
            paragraphs[-1][1].append(line)
        else:
            paragraphs.append((number, [_ITEM.sub("", line)]))
            open_ = True
    return paragraphs


def _is_telling(sentence: str) -> bool:
    code = sum(map(sentence.count, "{}<>=\\")) + 2 * sentence.count("\\n")
    if len(sentence) > _MAX_LENGTH or code > _MAX_CODE or '",' in sentence:
        return False
    ascii_ = sum(character.isascii() for character in sentence)
    needed = _MIN_LENGTH if ascii_ * 2 > len(sentence) else _MIN_LENGTH_CJK
    return len(sentence) >= needed and not sentence.endswith((":", "?", "："))


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def keywords(part: str) -> str:
    """Return the telling words of a part in order, as another query."""
    words: Sequence[str] = _WORD.findall(part)
    return " ".join(word for word in words if word.casefold() not in _STOP)
