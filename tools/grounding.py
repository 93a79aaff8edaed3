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
_NUMBER = re.compile(r"(?:(?<!\w)-|[<>≤≥~$€£¥]\s?)?\d+(?:[.,]\d+)*\s?[%‰°]?")
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_EMPHASIS = frozenset("*_~")
_DROPPED = frozenset("`'\"\u00ad\u200b\ufeff")
_LINE_START = re.compile(
    r"^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,2}[.)][ \t]+)?", re.MULTILINE
)
"""What Markdown puts before a line: marks of a quote, a heading, a list item."""
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
_MIN_PART = 4
"""Of a part beside an ellipsis."""
_MIN_QUOTE_UNSPACED = 4
"""Normalised characters; a shorter quote would be found in any text."""
_MAX_GAP = 400
"""Characters that an ellipsis may leave out."""
_NEGATIONS = frozenset(
    [
        "cannot",
        "neither",
        "never",
        "no",
        "none",
        "nor",
        "not",
        "without",
        "arent",
        "cant",
        "doesnt",
        "dont",
        "isnt",
        "mustnt",
        "shouldnt",
        "wont",
        "不",
        "没",
        "無",
        "无",
        "未",
        "非",
        "勿",
    ]
)
_WRAPPED = 4
"""Lines that a sentence is looked for in."""
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

    @property
    def is_sound(self) -> bool:
        """Whether a citation of this verdict grounds what it is cited for."""
        return self in {Verdict.EXACT, Verdict.RELOCATED, Verdict.PARAPHRASED}


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

    A dash at the start of a line may be a list's mark or the text's own, and a quote
    may keep it or leave it out: both readings are tried.
    """
    parts = _ELLIPSIS.split(_LINE_MARK.sub("", quote))
    for structured in (False, True):
        texts = [text for part in parts if (text := _normalise(part, structured)[0])]
        if found := _find_parts(texts, *_normalise(source.text, structured)):
            return found
    return None


def _find_parts(
    parts: list[str], text: str, offsets: Sequence[int]
) -> tuple[int, int] | None:
    """Find the parts around an ellipsis: in this order, not far from each other."""
    least = _MIN_QUOTE_UNSPACED if any(map(_UNSPACED.search, parts)) else _MIN_QUOTE
    if sum(map(len, parts)) < least or min(map(len, parts), default=0) < _MIN_PART:
        return None
    first = position = -1
    for part in parts:
        at = _find_words(part, text, max(position, 0))
        if at is None:
            return None
        if first < 0:
            first = at
        elif _turns(text[position:at]) or at - position > _MAX_GAP:
            return None
        position = at + len(part)
    return offsets[first], offsets[position - 1] + 1


def _turns(gap: str) -> bool:
    """Whether what an ellipsis leaves out turns the sentence round."""
    return not _NEGATIONS.isdisjoint(_WORD.findall(gap))


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
def _normalise(
    text: str,
    structured: bool = True,
) -> tuple[str, Sequence[int]]:
    """Return a text in the form that is compared, and each character's offset.

    Where it is `structured`, what Markdown puts before a line is left out.
    """
    characters: list[str] = []
    offsets: list[int] = []
    folded = text.translate(_FOLDED)
    heads = _LINE_START.finditer(folded) if structured else ()
    starts = {found.start(): found.end() for found in heads}
    skipped = 0
    for found in _CLUSTER.finditer(folded):
        offset = found.start()
        skipped = max(skipped, starts.get(offset, 0))
        if offset < skipped or _is_mark(folded, offset):
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


def _is_mark(text: str, at: int) -> bool:
    """Whether a sign is Markdown's or a quotation mark, and no part of what is said.

    An emphasis stands at the edge of a word; `x_1`, `a*b` and `~30` are meant.
    """
    sign = text[at]
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if sign == "\\":
        return bool(after) and not after.isalnum() and not after.isspace()
    if sign not in _EMPHASIS:
        return sign in _DROPPED and not (before.isdigit() and after.isdigit())
    if sign in {before, after}:
        return not (_edge(text, at, -1).isdigit() and _edge(text, at, 1).isdigit())
    return sign != "~" and not (before.isalnum() and after.isalnum())


def _edge(text: str, at: int, step: int) -> str:
    """Return the first character beside a run of one sign."""
    sign = text[at]
    while 0 <= at < len(text) and text[at] == sign:
        at += step
    return text[at] if 0 <= at < len(text) else ""


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
    numbers = _numbers(claim) <= _numbers(excerpt)
    overlap = len(wanted & held) / len(wanted) if wanted else 0.0
    turned = _negations(claim) != _negations(excerpt)
    sound = numbers and not turned and overlap >= _PARAPHRASE_OVERLAP
    verdict = Verdict.PARAPHRASED if sound else Verdict.FABRICATED
    return Verified(verdict, source, first, last, excerpt)


def _negations(text: str) -> frozenset[str]:
    return _NEGATIONS & frozenset(_WORD.findall(_normalise(text)[0]))


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text with the signs and units that stand at them."""
    return {"".join(found.split()) for found in _NUMBER.findall(text)}


def _clip(lines: tuple[int, int], source: Source) -> tuple[int, int]:
    first = min(max(lines[0], source.start_line), source.end_line)
    return first, min(max(lines[1], first), source.end_line)


def _best_lines(claim: str, source: Source) -> tuple[int, int]:
    """Return the few lines of a source that share most words with a claim.

    A sentence may be wrapped over some lines; of equal windows the shortest is taken.
    """
    wanted = _words(claim)
    lines = [_words(text) for text in source.text.split("\n")]
    windows = [
        (start, end)
        for start in range(len(lines))
        for end in range(start + 1, min(start + _WRAPPED, len(lines)) + 1)
    ]
    start, end = max(
        windows,
        key=lambda window: (
            len(wanted & frozenset[str]().union(*lines[slice(*window)])),
            window[0] - window[1],
        ),
    )
    return source.start_line + start, source.start_line + end - 1


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word
        for word in _WORD.findall(text.casefold())
        if len(word) > _SHORT or word.isdigit() or not word.isascii()
    )
