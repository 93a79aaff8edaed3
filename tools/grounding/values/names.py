"""Finds the names of a text: what is code, and what is written with capitals."""

import re
from collections.abc import Iterator

from tools.grounding.lists.cues import stem_of
from tools.grounding.values.value import Value

__all__ = ["bears_out_name", "find_names", "joined", "names_otherwise"]

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
_WORD = re.compile(r"[^\W\d_]+")
_SHORT = re.compile(r"[A-Z]{2,6}")
"""Initials that may stand for a name."""
_LONG = re.compile(
    r"\b[A-Z][\w’']*(?:(?:[ \n-]|[ \n](?:of|and|for|the|in)[ \n])[A-Z][\w’']*){1,7}"
)
"""A name of several words."""
_JOINING = frozenset(["of", "and", "for", "the", "in", "a", "to"])
"""Words that initials leave out."""
_LIVING_THERE = re.compile(r"(?:i|n|an|ian|nian|er|ish|ese)s?")
"""Endings of those who live in a place, and of what is of it."""
_STEM = 4
"""Letters that such a name has before its ending."""
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


def names_otherwise(name: Value, statement: str, text: str) -> bool:
    """Whether a text has a name of a statement in another form.

    That is an inflection (`Clustering`, `clusters`), a derivation (`Israeli`,
    `Israel`), the initials of a name that it writes out, or what its initials mean.
    """
    word = name.text.casefold()
    words = _WORD.findall(text.casefold())
    if stem_of(word) in map(stem_of, words):
        return True
    if any(
        len(each) >= _STEM
        and word.startswith(each)
        and _LIVING_THERE.fullmatch(word[len(each) :])
        for each in words
    ):
        return True
    return _is_short_for(name.text, text) or any(
        name.text in long[0] and _is_short_for_any(long[0], text)
        for long in _LONG.finditer(statement)
    )


def _is_short_for(name: str, text: str) -> bool:
    """Whether a name is made of the initials of words in a row: capitals, if two."""
    initials = name.removesuffix("s")
    if not _SHORT.fullmatch(initials):
        return False
    words = [each for each in _WORD.findall(text) if each not in _JOINING]
    told = words if len(initials) > 2 else [e for e in words if e[0].isupper()]
    return initials.casefold() in "".join(each[0].casefold() for each in told)


def _is_short_for_any(long: str, text: str) -> bool:
    """Whether a text has the initials of a name of several words."""
    words = [
        each for each in _WORD.findall(_PLURAL.sub("", long)) if each not in _JOINING
    ]
    initials = "".join(each[0] for each in words)
    return bool(re.search(rf"\b{initials}s?\b", text))


def _starts(text: str, at: int) -> bool:
    """Whether a sentence may begin at a place."""
    while at and text[at - 1] in _BETWEEN:
        at -= 1
    return not at or text[at - 1] in _BEFORE_A_CAPITAL
