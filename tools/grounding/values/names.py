"""Finds the names of a text: what is code, and what is written with capitals."""

import re
from collections.abc import Iterator

from tools.grounding.values.value import Value

__all__ = ["bears_out_name", "find_names", "joined"]

_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(
    r"\b(?:[A-Z][a-z0-9]+[A-Z]\w*|[a-z]+[A-Z]\w*|[A-Z]{2,}[A-Z0-9]*s?\b|[A-Z][\w’'-]+)"
)
_ALWAYS_NAME = re.compile(r"[a-z].*[A-Z]|[A-Z]{2}|\d")
"""Signs of a name even at the start of a sentence: MinIO, etcdV3, HNSW."""
_BEFORE_A_CAPITAL = ".!?:;•-–—"
_BETWEEN = " \"'“‘(*_`>#"
_JOINED = re.compile(r"[\s_\-./`*'’\"“”]+")
_PLURAL = re.compile(r"(?:['’]s|s)$")
_COMMON = frozenset(
    [
        "I", "A", "An", "The", "In", "On", "At", "It", "Its", "This", "That", "These",
        "Those", "If", "When", "While", "For", "As", "To", "Of", "And", "Or", "But",
        "Not", "No", "Yes", "Each", "Every", "All", "Both",
    ]
)  # fmt: skip
"""Capitalised in the middle of a sentence, too, after a sign that is not known."""


def find_names(text: str) -> Iterator[Value]:
    """Yield code, and what is written as names are; each once."""
    seen: set[str] = set()
    for found in [*_CODE.finditer(text), *_NAME.finditer(text)]:
        name = found.group(1) if found.re is _CODE else found.group()
        telling = found.re is _CODE or _ALWAYS_NAME.search(name)
        form = joined(name)
        if name in _COMMON or form in seen or not form:
            continue
        if not telling and _starts(text, found.start()):
            continue
        seen.add(form)
        yield Value(name, "name", frozenset({form}), frozenset({form}))


def joined(text: str) -> str:
    """Return a text without what may part the words of a name."""
    return _JOINED.sub("", text.casefold())


def bears_out_name(words: str, name: Value) -> bool:
    """Whether joined words hold a name, or the one that it is a plural of."""
    return any(each in words or _PLURAL.sub("", each) in words for each in name.asks)


def _starts(text: str, at: int) -> bool:
    """Whether a sentence may begin at a place."""
    while at and text[at - 1] in _BETWEEN:
        at -= 1
    return not at or text[at - 1] in _BEFORE_A_CAPITAL
