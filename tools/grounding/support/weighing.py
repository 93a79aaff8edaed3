"""Weighs a sentence against the lines that it cites.

The sentence is held against the one sentence of the source that shares most with it:
the same words must stand there, together, in the same roles. Where no one has them all,
each clause is held against the one that has most of it.
"""

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache

from tools.grounding.support.aligning import Alignment, align
from tools.grounding.support.finding import Finding, Support
from tools.grounding.support.objections import find_objections
from tools.grounding.support.units import Cited, Unit, closest, stems_of, units_of
from tools.grounding.support.words import LONGEST, Said, read_sentence
from tools.grounding.wording.words import find_words
from tools.text.markdown import without_targets

__all__ = ["weigh"]

_LAYOUT = re.compile(r"[^\w<>=≤≥≠≈±%]|_")
_TRIED = 3
"""Sentences of the source that a clause is held against."""
_SUBJECT = 4
"""Words with a meaning among which the subject of a sentence is looked for."""
_LEAST = 2
"""Words with a meaning that a clause must have to be weighed by itself."""
_RANK = {support: at for at, support in enumerate(Support)}
"""Best first."""


def weigh(sentence: str, cited: Sequence[Cited], question: str = "") -> Finding:
    """Return how far some lines bear out a sentence that cites them.

    Args:
        sentence: Of an answer, without its marks.
        cited: What it cites; each holds, as a quote or by its words.
        question: Names that it holds may stand in the sentence.
    """
    wanted = stems_of(sentence)
    units = [unit for each in cited for unit in units_of(each, wanted)]
    if not units:
        return Finding(Support.NONE)
    claim = read_sentence(sentence)
    if not claim.english:
        return _weigh_words(sentence, units)
    if len(claim.tokens) >= LONGEST:
        return Finding(Support.UNCLEAR, "it is too long to be weighed")
    if not any(each.is_content for each in claim.tokens):
        reason = "it has no word with a meaning of its own"
        return Finding(Support.UNCLEAR, reason, units[0].text, liftable=True)
    return _weigh_claim(claim, units, stems_of(question))


def _weigh_claim(claim: Said, units: Sequence[Unit], known: frozenset[str]) -> Finding:
    """Weigh a sentence as a whole, or else each of its clauses by itself."""
    whole, complete = _best(claim, units, known)
    if complete or whole.support.bears_out:
        return whole
    groups = _grouped(claim, units)
    if len(groups) == 1 or not _have_subjects(claim, groups):
        return whole
    findings = [
        _weigh(_only(claim, parts), unit, known)[0] for unit, parts in groups.items()
    ]
    worst = max(findings, key=lambda each: _RANK[each.support])
    return worst if worst.support.bears_out else whole


def _grouped(claim: Said, units: Sequence[Unit]) -> dict[Unit, set[int]]:
    """Return the clauses of a claim by the sentence that shares most with each."""
    groups: dict[Unit, set[int]] = {}
    for parts in _parts(claim):
        unit = next(closest(_only(claim, parts), units, 1))
        groups.setdefault(unit, set()).update(parts)
    return groups


def _have_subjects(claim: Said, groups: Mapping[Unit, Set[int]]) -> bool:
    """Whether each clause without a subject takes it from the one before it.

    Then the sentence that bears it out names the subject of the first one as well, or
    points back to what does.
    """
    first = claim.tokens[0].part
    opening = [e for e in claim.tokens if e.is_content and e.part == first]
    subject = {each.stem for each in opening[:_SUBJECT]}
    for unit, parts in groups.items():
        lacks = any(_lacks_subject(claim, part) for part in parts)
        named = not subject.isdisjoint(unit.stems | unit.context)
        if lacks and not named and not unit.said.refers:
            return False
    return True


def _lacks_subject(claim: Said, part: int) -> bool:
    """Whether a clause has nothing between what joins it and its first word."""
    first = next(at for at, each in enumerate(claim.tokens) if each.part == part)
    if first == 0 or claim.tokens[first].kind != "word":
        return False
    before, token = claim.tokens[first - 1], claim.tokens[first]
    return token.left in {"and", "or", "but"} and before.at + 2 == token.at


def _parts(claim: Said) -> list[set[int]]:
    """Return the clauses of a claim; one that says too little goes with the next."""
    groups: list[set[int]] = []
    content = 0
    for part in sorted({each.part for each in claim.tokens}):
        if not groups or content >= _LEAST:
            groups.append(set())
            content = 0
        groups[-1].add(part)
        content += sum(e.part == part and e.is_content for e in claim.tokens)
    if len(groups) > 1 and content < _LEAST:
        last = groups.pop()
        groups[-1] |= last
    return groups


def _only(claim: Said, parts: set[int]) -> Said:
    """Return some clauses of a claim."""
    return claim._replace(
        tokens=tuple(each for each in claim.tokens if each.part in parts),
        qualifiers=tuple(each for each in claim.qualifiers if each[1] in parts),
        denials=tuple(each for each in claim.denials if each in parts),
    )


def _best(
    claim: Said, units: Sequence[Unit], known: frozenset[str]
) -> tuple[Finding, bool]:
    """Return the best finding of a claim against the sentences closest to it.

    Besides, whether one of them has all of its words.
    """
    weighed = []
    for unit in closest(claim, units, _TRIED):
        found, alignment = _weigh(claim, unit, known)
        weighed.append((found, len(alignment.new)))
        if found.support is Support.STATED:
            break
    found, new = min(
        weighed,
        key=lambda each: (
            not each[0].support.bears_out,
            each[1],
            _RANK[each[0].support],
        ),
    )
    return found, not new


def _weigh(claim: Said, unit: Unit, known: frozenset[str]) -> tuple[Finding, Alignment]:
    """Return what is found of a claim and one sentence of its source."""
    alignment = align(claim.tokens, unit.said.tokens)
    if _is_same(claim, unit.said):
        return Finding(Support.STATED, nearest=unit.text), alignment
    objections = list(find_objections(claim, unit, alignment, known))
    if not objections:
        exact = not alignment.synonyms and not alignment.new
        support = Support.STATED if exact else Support.CLOSE
        return Finding(support, nearest=unit.text), alignment
    worst = max(objections, key=lambda each: each.contradicts)
    support = Support.CONTRADICTED if worst.contradicts else Support.UNCLEAR
    liftable = not worst.contradicts
    return Finding(support, worst.reason, unit.text, liftable), alignment


def _is_same(claim: Said, said: Said) -> bool:
    """Whether a sentence is one of the source, sign for sign but for layout."""
    return _bones(claim.text) == _bones(said.text)


@lru_cache(maxsize=2048)
def _bones(text: str) -> str:
    """Return the letters and digits of a text, and the signs that compare."""
    return _LAYOUT.sub("", without_targets(text).casefold())


def _weigh_words(sentence: str, units: Sequence[Unit]) -> Finding:
    """Weigh a sentence of a language that no list is for, by its words alone."""
    said = find_words(sentence.casefold())
    wanted = frozenset(said)
    held = [find_words(each.text.casefold()) for each in units]
    best = max(range(len(units)), key=lambda at: len(wanted.intersection(held[at])))
    nearest = units[best].text
    if f" {' '.join(said)} " in f" {' '.join(held[best])} ":
        return Finding(Support.STATED, nearest=nearest)
    if wanted.issubset(held[best]):
        return Finding(Support.CLOSE, nearest=nearest)
    reason = "not all of its words stand there"
    return Finding(Support.UNCLEAR, reason, nearest, liftable=True)
