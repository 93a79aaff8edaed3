"""English stems and stop words, for an engine whose analyzer knows neither.

What Milvus's `english` analyzer does inside: lower case, no stop words, Porter's second
stemmer. Text that was stemmed so and a query that was stemmed so meet in the index of
any engine that only splits words.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise

from tools.milvus.analyzers import Analyzer

__all__ = ["STOP_WORDS", "analysed", "in_pairs", "stemmed"]

_WORD = re.compile(r"[^\W_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
STOP_WORDS = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in"),
        *("into", "is", "it", "no", "not", "of", "on", "or", "such", "that", "the"),
        *("their", "then", "there", "these", "they", "this", "to", "was", "will"),
        "with",
    }
)
"""Those of Lucene and of tantivy, which Milvus takes (`stop_words/english`)."""


def analysed(text: str, analyzer: Analyzer) -> str:
    """Return a text, or a query, for an index that splits at what is no letter."""
    if analyzer == "standard":
        return text
    return stemmed(text) if analyzer == "english" else in_pairs(text)


def stemmed(text: str) -> str:
    """Return the stems of the words of `text`, without stop words.

    A text of stop words alone keeps them: an empty field or query finds nothing.
    """
    words = _WORD.findall(text.lower())
    return " ".join(_stem(word) for word in words if word not in STOP_WORDS) or text


def in_pairs(text: str) -> str:
    """Return `text` with Chinese runs as overlapping pairs of characters.

    What CJK analyzers without a dictionary do (Lucene's CJKBigramFilter).
    """

    def pairs(run: re.Match[str]) -> str:
        found = run.group()
        return f" {' '.join(map(''.join, pairwise(found))) or found} "

    return _CHINESE.sub(pairs, text)


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return _stemmer()(word)


@cache
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem
