"""The words of passages and queries as full-text search takes them.

Milvus's analyzers split, fold case, stem and drop the stop words that Lucene lists. Two
things are left to do that pay on every set measured (README, "How it searches"): a
question's own words (`how`, `does`, `can`, …) say nothing of what is looked for, and a
name such as `OomObserver` or `parseHTTPHeader` should be found by its parts. A third
costs nothing there: what is searched for exactly has a form that is one word
(`tools.library.identifiers`).
"""

import re

from tools.documents.passage import Passage
from tools.embedding.context import embedded_text
from tools.library.identifiers import QUESTION_WORDS, acronyms, forms

__all__ = ["full_text", "query_words"]

_WORD = re.compile(r"[^\W_]+(?:'\w+)?")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MAX_PARTS = 4000
"""Characters of forms and parts that are added to a passage."""


def full_text(passage: Passage) -> str:
    """Return what full-text search indexes of a passage.

    The headings stand twice, for a word there says more than one in the text; the
    forms of identifiers and the parts of compound names follow.
    """
    text = embedded_text(passage)
    added = _added(text)[:_MAX_PARTS]
    return f"{passage.heading_path}\n{text}\n{added}".rstrip()


def query_words(query: str, *, english: bool = True) -> str:
    """Return a query as it is searched for, with the forms of its identifiers.

    An English one is rid of a question's own words, and has the parts of its names; one
    of such words alone stays as it is.
    """
    if not english:
        return " ".join([query, *forms(query)])
    names = set(acronyms(query))
    kept = [
        word
        for word in _WORD.findall(query)
        if word in names or word.lower() not in QUESTION_WORDS
    ]
    return f"{' '.join(kept) or query} {_added(query)}".rstrip()


def _added(text: str) -> str:
    return " ".join([*forms(text), *_parts(text)])


def _parts(text: str) -> list[str]:
    """Return the parts of each word that is composed of several, in order."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts = _PART.findall(word)
        if len(parts) > 1:
            found += parts
    return found
