"""What a question asks for: its parts, its words, its kind, what it compares."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "Wanted",
    "content_words",
    "keywords",
    "question_words",
    "read_wanted",
    "split_question",
    "stem",
]

_PART = re.compile(
    r"(?<=[?？])\s*|(?<!\s)\s*[;；]\s*"
    r"|(?<![\s,]),?\s+(?:and|und|et|y)\s+(?=(?:also\s+)?(?:how|what|which|who|whom|whose|when"
    r"|where|why|is|are|does|do|can|may|must|should|in which|by which|for how)\b)",
    re.IGNORECASE,
)
_STOP = frozenset([
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but",
    "by", "can", "could", "did", "do", "does", "doing", "done", "for", "from", "get",
    "gets", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its",
    "may", "me", "might", "must", "my", "no", "not", "of", "on", "or", "our", "please",
    "shall", "should", "so", "some", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "to", "us", "was", "we", "were", "what",
    "whats", "when", "where", "which", "who", "whom", "whose", "why", "will", "with",
    "would", "you", "your", "s", "t",
])  # fmt: skip
"""What carries no meaning of its own; `s` and `t` are left of `what's` and `don't`."""
_GENERIC = frozenset([
    "actual", "again", "allow", "already", "also", "always", "anything", "around",
    "ask", "best", "better", "big", "compare", "comparison", "differ",
    "difference", "different", "easily", "enough", "exactly", "exist", "explain",
    "fast", "find", "give", "good", "happen", "help", "high", "just", "kind", "know",
    "large", "least", "like", "list", "long", "lot", "make", "many", "max", "maximum",
    "mean", "most", "much", "need", "now", "often", "one", "own", "possible",
    "properly", "run", "set", "show", "size", "something", "sometimes", "start",
    "step", "such", "take", "tell", "thing", "time", "try", "two", "type", "use",
    "useful", "value", "versus", "very", "vs", "want", "way", "work", "after",
    "before", "between", "first", "while", "during", "none", "keep", "kept", "stay",
    "remain", "free", "second", "right", "used", "using", "automatically", "support",
])  # fmt: skip
"""What questions about anything say: a sentence that answers need not say it."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NAME = re.compile(r"\w+")
_ENDINGS = (
    "izations", "ization", "ations", "ation", "ments", "ment", "ions", "ings", "ies",
    "ion", "ing", "ers", "ly", "er", "ed", "es", "s", "e",
)  # fmt: skip
_SHORTEST_STEM = 4
_MAX_PARTS = 6
_QUANTITY = re.compile(
    r"\bhow (?:many|much|long|often|large|big|high|fast|far|old|wide)\b"
    r"|\b(?:max|maximum|largest|highest|longest|biggest|limit|limits|minimum|port|size"
    r"|percent|percentage|number|version|release|temperature)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\bhow (?:many|much)\b|\bwhat (?:is|are) the (?:\w+ ){0,2}(?:costs?|prices?)\b"
    r"|\bwhat do(?:es)? .{1,80} cost\b",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"\bdefault|\bunless\b|\binitial|\bat first\b|\bif I (?:set|name|give|change) no",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(
    r"\A\s*+(?:what|who)(?:['’]?s|\s++(?:is|are|was|were|does))\s++(?:an?\s++|the\s++)?+"
    r"(?P<x>[^?]{1,60}?)(?:\s++(?:mean|stand for))?[?\s.]*\Z"
    r"|\A\s*+(?:explain|define|describe)\s++(?P<y>[^?]{1,60}?)[?\s.]*\Z",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\bdifferences?\s+between\s+(?P<a>[^?,]{1,80}?)\s+and\s+(?P<b>[^?,]{1,80})"
    r"|\bcompare\s+(?P<c>[^?,]{1,80}?)\s+(?:with|to|and)\s+(?P<d>[^?,]{1,80})"
    r"|(?P<e>[^\s?,]{1,40})\s+(?:vs\.?|versus)\s+(?P<f>[^\s?,]{1,40})"
    r"|\bhow\s+(?:does|do|is|are)\s+(?P<g>[^?,]{1,80}?)\s+(?:differs?|different)\s+from"
    r"\s+(?P<h>[^?,]{1,80})"
    r"|\bhow\s+(?:does|do)\s+(?P<i>[^?,]{1,80}?)\s+and\s+(?P<j>[^?,]{1,80}?)\s+differ\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"\bhow (?:do|does|can|could|should|would|to)\b|\bwhat do I do\b",
    re.IGNORECASE,
)
_IS_NAME = re.compile(r"[A-Z0-9]")
_ARTICLE = re.compile(r"\A(?:an?|the)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a part of a question asks for."""

    words: frozenset[str]
    """The stems of its words that carry a meaning."""
    generic: frozenset[str]
    """Those of them that questions about anything have."""
    names: frozenset[str]
    """Those of them that are names, numbers or settings."""
    subject: str
    """X, where it asks what X is; else blank."""
    sides: tuple[str, ...]
    """What it compares, two of them or none."""
    default: bool
    """Whether it asks what holds unless something is said."""
    quantity: bool
    """Whether a number answers it."""
    counted: bool
    """Whether it asks for a count or a price: what holds no number is no answer."""
    how: bool
    """Whether it asks how something is done: steps and code answer that."""
    opening: str
    """Its first word, such as `when`; blank for one that is not in the list."""


def read_wanted(part: str) -> Wanted:
    """Return what a part of a question asks for."""
    compared = _COMPARED.search(part)
    sides = [side for side in compared.groups() if side] if compared else []
    defined = None if compared else _WHAT_IS.match(part)
    subject = (defined["x"] or defined["y"] or "") if defined else ""
    words = content_words(part)
    default = bool(_DEFAULT.search(part))
    return Wanted(
        words=frozenset(words),
        generic=frozenset(words & _GENERIC_STEMS),
        names=frozenset(stem(each.casefold()) for each in _names(part)),
        subject=subject if len(subject.split()) <= 4 and not default else "",
        sides=tuple(_ARTICLE.sub("", side.strip()) for side in sides),
        default=default,
        quantity=bool(_QUANTITY.search(part) or _COUNTED.search(part)),
        counted=bool(_COUNTED.search(part)),
        how=bool(_HOW_TO.search(part)),
        opening=_opening(part),
    )


def _names(part: str) -> list[str]:
    """Return the words of a part that name something; the first may just begin it."""
    found = list(_WORD.finditer(part))
    return [
        each[0]
        for number, each in enumerate(found)
        if _IS_NAME.search(each[0][1:])
        or (number and each[0][0].isupper())
        or each[0].isdigit()
    ]


def _opening(part: str) -> str:
    found = re.search(r"\b(why|when|since when|who|where)\b", part, re.IGNORECASE)
    return found[1].casefold() if found else ""


def split_question(question: str) -> list[str]:
    """Return the parts of a question that can be searched for by themselves."""
    stripped = (part.strip(" ,?？") for part in _PART.split(question) if part)
    parts = list(dict.fromkeys(part for part in stripped if content_words(part)))
    return parts[:_MAX_PARTS] or [question.strip()]


def content_words(text: str) -> set[str]:
    """Return the words of a text that carry its meaning, crudely stemmed.

    A name of several words, as `max_length`, counts as a whole and as its words.
    """
    folded = text.casefold()
    names = {name for name in _NAME.findall(folded) if "_" in name.strip("_")}
    words = {word.split("'")[0].split("’")[0] for word in _WORD.findall(folded)}
    return {stem(word) for word in words - _STOP} | names


def written_words(text: str) -> dict[str, str]:
    """Return each stem of `content_words` with the word that it was first written as.

    Names of several words stand there by their words alone.
    """
    written: dict[str, str] = {}
    for found in _WORD.findall(text.casefold()):
        word = found.split("'")[0].split("’")[0]
        if word not in _STOP:
            written.setdefault(stem(word), word)
    return written


def stem(word: str) -> str:
    """Return a word without its ending, so that `deleted` and `deletion` are one."""
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST_STEM and word[-2:] != "ss":
            return rest
    return word


_GENERIC_STEMS = frozenset(map(stem, _GENERIC))


def question_words() -> frozenset[str]:
    """Return the words that carry no meaning of their own, in lower case."""
    return _STOP


def keywords(part: str) -> str:
    """Return the telling words of a part in order, as another query."""
    words: Sequence[str] = _NAME.findall(part)
    return " ".join(word for word in words if word.casefold() not in _STOP)
