"""The language of documents, which decides how full-text search splits their words."""

import re
from collections.abc import Iterator, Sequence
from tempfile import gettempdir

from tools.errors import LibraryError

__all__ = ["detect_language", "question_language"]

_SAMPLES = 100
_CHARACTERS = 500
"""Of prose, from each text: none has more to say than the others."""
_LEAST_PROSE = 60
"""Characters of prose, in all texts together, from which on a language is told."""
_MARGIN = 0.7
"""How much likelier than English a language must be, in nats a character. Sentences in
twenty languages have 1.2 to 15; lists and tables of English words up to 0.6."""
_DENSE = 3
"""Characters of an alphabet that one of a script without spaces stands for."""
_ENGLISH = frozenset([
    "and", "are", "can", "does", "for", "how", "is", "my", "of", "should", "the",
    "what", "when", "where", "which", "who", "why", "with",
])  # fmt: skip
"""One of them tells that a question is English: the detector takes half a second."""
_LEAST_ASKED = 3
"""Words of a question; fewer are names, in whichever language."""
_LEAST_WORDS = 5
_LETTERS = 0.75
"""The share of letters and spaces in a line of prose."""
_CHINESE = {"yue", "wuu"}
"""What Chinese is sometimes taken for; it has one written form here."""

_FENCE = re.compile(r"^\s*(?:```|~~~)")
_NO_WORDS = re.compile(r"`[^`\n]*+`|\bhttps?://\S++|<[^<>\n]*+>|\b\w*+[\d_]\w*+")
_WORD = re.compile(r"[^\W\d_]++")
_DENSE_SIGN = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def detect_language(texts: Sequence[str]) -> str:
    """Return the language of most texts as an ISO 639-1 code, such as `en` or `zh`.

    A hundred of them are looked at, spread evenly, and of these their prose alone: a
    page of names and numbers has no language, and a detector finds one all the same
    (Latin, often). What the pages tell is summed up; where it is not clear, or the
    texts have no common language, it is English.

    Raises:
        LibraryError: there is no room to unpack the model that tells languages.
    """
    step = max(1, len(texts) // _SAMPLES)
    samples = [_prose(text)[:_CHARACTERS] for text in texts[::step]]
    weight = sum(map(_weight, samples))
    if weight < _LEAST_PROSE:
        return "en"
    language, margin = _likeliest(samples)
    return language if margin >= _MARGIN * weight else "en"


def question_language(question: str) -> str:
    """Return the language of a question as an ISO 639-1 code; in doubt it is English.

    A question is much shorter than what `detect_language` asks for: of the committed
    ones in four languages all were told with the same margin.
    """
    words = [word.casefold() for word in _WORD.findall(question)]
    few = len(words) < _LEAST_ASKED and not _DENSE_SIGN.search(question)
    if few or (question.isascii() and not _ENGLISH.isdisjoint(words)):
        return "en"
    language, margin = _likeliest([question])
    return language if margin >= _MARGIN * _weight(question) else "en"


def _likeliest(samples: Sequence[str]) -> tuple[str, float]:
    """Return the language that all samples speak for, and how much against English."""
    import py3langid

    evidence: dict[str, float] = {}
    try:
        for sample in filter(None, samples):
            found = {str(name): float(value) for name, value in py3langid.rank(sample)}
            for language, value in found.items():
                before = evidence.get(language, 0.0)
                evidence[language] = before + value - found["en"]
    except OSError as error:  # the first call unpacks its model to a file
        raise LibraryError(
            f"The language of the documents cannot be told: {gettempdir()} took no "
            f"more ({error.strerror}). Free some space there, or set TMPDIR."
        ) from error
    language, margin = max(evidence.items(), key=lambda each: each[1])
    return "zh" if language in _CHINESE else language, margin


def _prose(text: str) -> str:
    """Return the lines of a text that hold sentences, without code and addresses."""
    return "\n".join(_prose_lines(text))


def _prose_lines(text: str) -> Iterator[str]:
    fenced = False
    for line in text[: 20 * _CHARACTERS].split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and line.count("|") < 2:
            kept = " ".join(_NO_WORDS.sub(" ", line).split())
            if _is_prose(kept):
                yield kept


def _is_prose(line: str) -> bool:
    words = _WORD.findall(line)
    letters = sum(map(len, words)) + line.count(" ")
    dense = len(_DENSE_SIGN.findall(line))
    many = len(words) >= _LEAST_WORDS or dense > _LEAST_WORDS
    return many and letters >= _LETTERS * len(line)


def _weight(text: str) -> int:
    return len(text) + (_DENSE - 1) * len(_DENSE_SIGN.findall(text))
