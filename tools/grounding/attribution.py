"""Looks a sentence up in all that a run has seen, for a source that bears it out.

Most sources share too few words with a sentence to bear it out: those are passed over
by an index of their words, so that the check itself is made for a few.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from tools.evidence.evidence import Evidence, Source
from tools.grounding.citation import Verdict
from tools.grounding.negation import denies
from tools.grounding.paraphrase import bears_out, telling_words
from tools.grounding.restating import restates, without_framing
from tools.grounding.values.support import unsupported_values
from tools.grounding.verdicts import Verified, find_verbatim, verified_at
from tools.grounding.wording.layout import BREAK
from tools.text.sentences import says_something
from tools.text.signs import plain_signs

__all__ = ["Attribution"]

_SHARED = 0.7
"""Share of a sentence's words that a source must have: a paraphrase's, at least."""
_TRIED = 8
"""Sources that are checked for one sentence, those first that share most words."""
_SENTENCES = 3
"""Of each that are compared with it."""
_LONGEST = 1000
"""Characters of a sentence that is looked up."""
_KEY = 4
"""Letters of a word by which sources are found."""
_EDGE = " *_"
_ELLIPSIS = re.compile(r"\.{3,}|…")
_END = re.compile(
    r"[.!?][\"'”’)*_`]*\s+(?=[\"'“‘(*_`\[]*[A-Z])|[。！？]|\n[ \t]*\n"
    r"|(?:[\[\]{}();:\"]|[\]})\"],)[ \t]*\n"
    r"|\n(?=[ \t]*(?:[-*+#|>]|\d{1,3}[.)])[ \t])"
    r"|(?<![^\n]{50})\n(?=[ \t]*[\"'“(*_`]*[A-Z0-9])"
)
"""Of a sentence of a source: in prose, of a paragraph, of a line of code, of an item or
a row, of a line too short to be wrapped."""
_REFERRING = re.compile(
    r"\W*(?:it|its|they|their|them|this|that|these|those|he|she|his|her|such|both"
    r"|which|here|there|the\s(?:latter|former|same)"
    r"|er|sie|es|dies\w*|il|elle|ils|elles|esto|este|esta|它|它们|其|这|这些|该)\b",
    re.IGNORECASE,
)
"""What begins a sentence that is about what the one before it names."""


_ENDED = re.compile(r"[.!?。！？][\"'”’»)\]*_`]*\Z")
_STOPS = re.compile(
    r"[\"'”’»)\]*_`]*+[ \t]*+(?:\Z|[.,;:!?…，。；：！？、|—–]|\n(?![ \t]*[a-z]))"
)
"""Behind a clause of a source; a line that goes on in small letters is none."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence of a source."""

    start: int
    end: int
    text: str
    keys: frozenset[str]


class Attribution:
    """Finds what bears out a sentence; it reads what a run has seen when first asked.

    Found is what stands word for word, and what a source says in the same words and
    order (`restating`), with each number, date, version, name and negation.
    """

    def __init__(self, evidence: Evidence) -> None:
        """Look in what a conversation has seen."""
        self._sources = tuple(evidence)
        self._pieces: dict[int, list[_Piece]] = {}

    @cached_property
    def _keys(self) -> list[frozenset[str]]:
        return [_keys_of(each.text) for each in self._sources]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Return which sources hold each key."""
        places: dict[str, list[int]] = defaultdict(list)
        for at, keys in enumerate(self._keys):
            for key in keys:
                places[key].append(at)
        return places

    def find(
        self,
        claim: str,
        near: Sequence[int] = (),
        about: Sequence[int] | None = None,
        *,
        cut: bool = False,
    ) -> Verified | None:
        """Return the lines that bear out a sentence, None if there are none.

        Of several, those that have it word for word are taken, then a source that is
        cited near by, then its document, then what shares most words.

        Args:
            claim: A sentence of an answer.
            near: Sources that are cited near by.
            about: Those that the sentence before it cites, None if it is the first.
                What begins with `it` is looked up in their documents alone, for it
                is about what they are about.
            cut: Whether it may have lost its rest, which could say otherwise: then it
                has to end where a clause of the source does.
        """
        claim = claim.strip(_EDGE)
        if len(claim) > _LONGEST or _ELLIPSIS.search(claim):
            return None
        if not says_something(claim):
            return None
        cited = frozenset(near)
        documents = self._documents(near)
        wanted = _keys_of(_plain(without_framing(claim)))
        bound = about is not None and bool(_REFERRING.match(claim))
        allowed = self._documents(about or ()) if bound else None
        best: tuple[tuple[bool, bool, bool, float], Verified] | None = None
        for at, share in self._candidates(wanted, cited, allowed):
            source = self._sources[at]
            found = self._check(claim, wanted, source, cut=cut)
            if found is None:
                continue
            rank = (
                found.verdict is Verdict.EXACT,
                source.id in cited,
                source.document in documents,
                share,
            )
            if best is None or rank > best[0]:
                best = rank, found
        return best[1] if best else None

    def _documents(self, numbers: Sequence[int]) -> frozenset[str]:
        return frozenset(
            each.document for each in self._sources if each.id in frozenset(numbers)
        )

    def _candidates(
        self, wanted: Set[str], near: Set[int], documents: Set[str] | None
    ) -> list[tuple[int, float]]:
        """Return the sources that share enough words, with the share, best first.

        One that does lacks at most some of them, so it has one of the rarest.
        """
        lacking = int((1 - _SHARED) * len(wanted))
        by_rarity = sorted(wanted, key=lambda e: (len(self._places.get(e, ())), e))
        places = {
            at for key in by_rarity[: lacking + 1] for at in self._places.get(key, ())
        }
        found = [
            (at, len(wanted & self._keys[at]) / len(wanted))
            for at in places
            if documents is None or self._sources[at].document in documents
        ]
        found = [(at, share) for at, share in found if share >= _SHARED]
        found.sort(key=lambda e: (self._sources[e[0]].id not in near, -e[1], e[0]))
        return found[:_TRIED]

    def _check(
        self, claim: str, wanted: Set[str], source: Source, *, cut: bool
    ) -> Verified | None:
        verbatim = find_verbatim(claim, source)
        if verbatim:
            lines = _lines(source, verbatim)
            lost = cut and not _is_whole(source, verbatim.excerpt)
            return None if lost or denies(claim, lines) else verbatim
        if cut:
            return None
        said = _plain(without_framing(claim))
        context = _plain(f"{source.document} {source.title} {source.heading}")
        for piece in self._closest(wanted, source):
            text = _plain(BREAK.sub("", piece.text))
            if (
                restates(said, text, context)
                and bears_out(said, text, _plain(source.text))
                and not unsupported_values(said, [text], context)
                and not denies(claim, piece.text)
            ):
                return verified_at(Verdict.PARAPHRASED, source, piece.start, piece.end)
        return None

    def _closest(self, wanted: Set[str], source: Source) -> list[_Piece]:
        """Return the sentences of a source that share most words with a claim."""
        if source.id not in self._pieces:
            self._pieces[source.id] = list(_pieces(source.text))
        shares = [
            (len(wanted & piece.keys), piece) for piece in self._pieces[source.id]
        ]
        close = [each for each in shares if 2 * each[0] >= len(wanted)]
        close.sort(key=lambda each: -each[0])
        return [piece for _, piece in close[:_SENTENCES]]


def _keys_of(text: str) -> frozenset[str]:
    """Return what tells that two texts may have words in common, however inflected."""
    return frozenset(word[:_KEY] for word in telling_words(text))


def _plain(text: str) -> str:
    return plain_signs(text).text


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    for stop in [*(found.end() for found in _END.finditer(text)), len(text)]:
        piece = text[at:stop]
        start = at + len(piece) - len(piece.lstrip())
        end = at + len(piece.rstrip())
        at = stop
        if start < end:
            piece = text[start:end]
            yield _Piece(start, end, piece, _keys_of(piece))


def _is_whole(source: Source, excerpt: str) -> bool:
    """Whether a sentence or a clause of a source ends where an excerpt does."""
    if _ENDED.search(excerpt):
        return True
    at = source.text.find(excerpt)
    while at >= 0:
        if _STOPS.match(source.text, at + len(excerpt)):
            return True
        at = source.text.find(excerpt, at + 1)
    return False


def _lines(source: Source, found: Verified) -> str:
    """Return the whole lines that an excerpt stands in."""
    first, last = found.start_line or 0, found.end_line or 0
    rows = source.text.split("\n")
    return "\n".join(rows[first - source.start_line : last - source.start_line + 1])
