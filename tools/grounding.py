"""Checks a citation against what the tools have shown, deterministically.

A quote is compared after white space, quotation marks, dashes, Markdown marks and case
are normalised; what is given back is always the document's own text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from tools.evidence import Evidence, Source

__all__ = ["Verdict", "Verified", "verify_citation"]

_LINE_MARK = re.compile(r"^L\d+:[ \t]?", re.MULTILINE)
_ELLIPSIS = re.compile(r"\s*(?:\.{3,}|…)\s*")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
"""A word, or a character of a script that does not part words."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_DROPPED = set("*_~#>`'\\") | {"\u00ad", "\u200b", "\ufeff", '"'}
_OPENING, _CLOSING = "*_`", "*_`.!?。"
"""Marks that a quote leaves out at its ends and that belong to the excerpt."""
_IN_NUMBER = frozenset(".,:/")
_MEANING = frozenset({"<super>", "<sub>", "<fraction>"})
"""Compatibility forms that are not the same as the plain digits: 10⁶ is not 106."""
_CLUSTER = re.compile(r".[\u0300-\u036f\u3099\u309a]*", re.DOTALL)
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese kana and Chinese characters."""
_MIN_QUOTE = 8
"""Normalised characters; a shorter quote would be found in any text."""
_SHORT = 2
"""Letters of the words that say nothing by themselves."""
_PARAPHRASE_OVERLAP = 0.7
"""Share of a claim's words that must stand in the passage that it points to."""


class Verdict(StrEnum):
    """How a citation stands to its source, best first."""

    EXACT = "exact"
    """The quote stands in the source that it names."""
    RELOCATED = "relocated"
    """It stands elsewhere in that document; the pointer is corrected."""
    PARAPHRASED = "paraphrased"
    """No verbatim quote, but its words and numbers stand in the source."""
    MISATTRIBUTED = "misattributed"
    """It stands in another document, which is named."""
    FABRICATED = "fabricated"
    """It stands nowhere in what was shown."""
    UNSEEN = "unseen"
    """It names a source that no tool has shown."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A citation after the check."""

    verdict: Verdict
    source: Source | None
    """Where the excerpt stands; None if the citation names nothing that was shown."""
    start_line: int | None = None
    """1-based, of the document."""
    end_line: int | None = None
    excerpt: str = ""
    """The document's own text."""

    @property
    def document(self) -> str | None:
        """The document that holds the excerpt."""
        return self.source.document if self.source and self.excerpt else None


def verify_citation(
    claim: str,
    number: int,
    evidence: Evidence,
    lines: tuple[int, int] | None = None,
) -> Verified:
    """Check that `claim` stands in source `number`.

    Args:
        claim: A quote; or the sentence that carries the mark, where there is no quote.
        number: The source it points to.
        evidence: What the conversation has seen.
        lines: First and last line of the document, where the mark names them.
    """
    source = evidence.get(number)
    if source is None:
        return Verified(Verdict.UNSEEN, None)
    if found := _find(claim, source):
        return _verified(Verdict.EXACT, source, *found)
    others = [each for each in evidence if each.id != number]
    for each in others:
        if each.document == source.document and (found := _find(claim, each)):
            return _verified(Verdict.RELOCATED, each, *found)
    for each in others:
        if each.document != source.document and (found := _find(claim, each)):
            return _verified(Verdict.MISATTRIBUTED, each, *found)
    return _compare(claim, source, lines)


def _verified(verdict: Verdict, source: Source, start: int, end: int) -> Verified:
    while end < len(source.text) and source.text[end] in _CLOSING:
        end += 1
    while start and source.text[start - 1] in _OPENING:
        start -= 1
    first = source.start_line + source.text.count("\n", 0, start)
    last = source.start_line + source.text.count("\n", 0, end)
    return Verified(verdict, source, first, last, source.text[start:end])


def _find(quote: str, source: Source) -> tuple[int, int] | None:
    """Return where a quote stands in the text of a source: start and end offset.

    The parts around an ellipsis must stand in this order.
    """
    parts = [
        normalised
        for part in _ELLIPSIS.split(_LINE_MARK.sub("", quote))
        if (normalised := _normalise(part)[0])
    ]
    if sum(map(len, parts)) < _MIN_QUOTE:
        return None
    text, offsets = _normalise(source.text)
    first: int | None = None
    position = 0
    for part in parts:
        at = _find_words(part, text, position)
        if at is None:
            return None
        first = at if first is None else first
        position = at + len(part)
    return offsets[first or 0], offsets[position - 1] + 1


def _find_words(part: str, text: str, position: int) -> int | None:
    """Find `part` where it neither begins nor ends inside a word or a number."""
    while (at := text.find(part, position)) >= 0:
        end = at + len(part)
        if not _splits(text, at) and not _splits(text, end):
            return at
        position = at + 1
    return None


def _splits(text: str, at: int) -> bool:
    """Whether a cut at `at` parts a word, or a number from its decimals or its sign."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _in_word(before) and _in_word(after):
        return True
    if before.isdigit() and after in _IN_NUMBER:
        return text[at + 1 : at + 2].isdigit()
    if not after.isdigit():
        return False
    further = text[at - 2 : at - 1] if at > 1 else ""
    if before == "-":
        return not further or further.isspace()
    return before in _IN_NUMBER and further.isdigit()


def _in_word(character: str) -> bool:
    """Whether a character is of a word; scripts without spaces have no such bounds."""
    return character.isalnum() and not _UNSPACED.match(character)


@lru_cache(maxsize=1024)
def _normalise(text: str) -> tuple[str, Sequence[int]]:
    """Return a text in the form that is compared, and each character's offset."""
    characters: list[str] = []
    offsets: list[int] = []
    folded = text.translate(_FOLDED)
    for found in _CLUSTER.finditer(folded):
        offset = found.start()
        if _is_dropped(folded, offset):
            continue
        for each in _fold(found.group()):
            if each == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(each)
            offsets.append(offset)
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return "".join(characters), tuple(offsets)


def _is_dropped(text: str, at: int) -> bool:
    """Whether a sign is only a mark; between two digits it may be part of a number."""
    if text[at] not in _DROPPED:
        return False
    return not (text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit())


def _fold(cluster: str) -> str:
    """Return a character with its accents in one form; exponents stay what they are."""
    kind = unicodedata.decomposition(cluster[0]).split(" ", 1)[0]
    form: Literal["NFC", "NFKC"] = "NFC" if kind in _MEANING else "NFKC"
    folded = unicodedata.normalize(form, cluster).casefold()
    return " " if folded.isspace() or folded == "|" else folded


def _compare(claim: str, source: Source, lines: tuple[int, int] | None) -> Verified:
    """Judge a claim that is no quote by the words and numbers it shares."""
    first, last = _clip(lines, source) if lines else _best_lines(claim, source)
    texts = source.text.split("\n")
    row = first - source.start_line
    excerpt = "\n".join(texts[row : last - source.start_line + 1]).strip()
    wanted, held = _words(claim), _words(excerpt)
    numbers = set(_NUMBER.findall(claim)) <= set(_NUMBER.findall(excerpt))
    overlap = len(wanted & held) / len(wanted) if wanted else 0.0
    sound = numbers and overlap >= _PARAPHRASE_OVERLAP
    verdict = Verdict.PARAPHRASED if sound else Verdict.FABRICATED
    return Verified(verdict, source, first, last, excerpt)


def _clip(lines: tuple[int, int], source: Source) -> tuple[int, int]:
    first = min(max(lines[0], source.start_line), source.end_line)
    return first, min(max(lines[1], first), source.end_line)


def _best_lines(claim: str, source: Source) -> tuple[int, int]:
    """Return the line of a source that shares most words with a claim."""
    wanted = _words(claim)
    texts = source.text.split("\n")
    shares = [len(wanted & _words(text)) for text in texts]
    row = max(range(len(texts)), key=lambda each: shares[each])
    return source.start_line + row, source.start_line + row


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word
        for word in _WORD.findall(text.casefold())
        if len(word) > _SHORT or word.isdigit() or not word.isascii()
    )
