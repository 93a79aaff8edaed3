"""The words of passages and queries as full-text search takes them.

Milvus's analyzers split, fold case, stem and drop the stop words that Lucene lists. Two
things are left to do that pay on every set measured (README, "How it searches"): a
question's own words (`how`, `does`, `can`, …) say nothing of what is looked for, and a
name such as `OomObserver` or `parseHTTPHeader` should be found by its parts.
"""

import re

from tools.documents.passage import Passage
from tools.embedding.context import embedded_text

__all__ = ["full_text", "query_words"]

_WORD = re.compile(r"[^\W_]+(?:'\w+)?")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LISTED = """
what which who whom whose when where why how do does did doing done can could should
would shall may might must i me my mine we us our ours you your yours he him his she
her hers its them theirs am were been being have has had having from about any some
than too very just also so only own same both each few more most other between through
during before after above below up down out off over under again further once here all
because until while s t don
"""
_QUESTION_WORDS = frozenset(_LISTED.split())
"""Snowball's English stop words beyond those of Lucene, which the analyzers drop."""
_MAX_PARTS = 4000
"""Characters of parts that are added to a passage."""


def full_text(passage: Passage) -> str:
    """Return what full-text search indexes of a passage.

    The headings stand twice, for a word there says more than one in the text; the
    parts of compound names follow.
    """
    text = embedded_text(passage)
    return f"{passage.heading_path}\n{text}\n{_parts(text)[:_MAX_PARTS]}".rstrip()


def query_words(query: str) -> str:
    """Return a query without a question's own words, with the parts of its names.

    A query of such words alone stays as it is.
    """
    words = _WORD.findall(query)
    kept = [word for word in words if word.lower() not in _QUESTION_WORDS]
    return f"{' '.join(kept)} {_parts(query)}".rstrip() if kept else query


def _parts(text: str) -> str:
    """Return the parts of each word that is composed of several, in order."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts = _PART.findall(word)
        if len(parts) > 1:
            found += parts
    return " ".join(found)
