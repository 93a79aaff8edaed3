"""What speaks against a claim once its words are aligned with those of its source."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tools.grounding.lists.cues import stem_of
from tools.grounding.lists.relations import are_opposites
from tools.grounding.support.aligning import Alignment
from tools.grounding.support.classes import LIGHT, SYMMETRIC
from tools.grounding.support.units import Unit
from tools.grounding.support.words import CELL, Said, Token
from tools.grounding.values.support import unsupported_numbers

__all__ = ["Objection", "find_objections"]


class Objection(NamedTuple):
    """What speaks against a claim."""

    contradicts: bool
    """Whether the source says otherwise; else one cannot tell."""
    reason: str


_ADDED = frozenset(
    {"always", "all", "any", "both", "whole", "only", "must", "most", "should",
     "unless", "several", "few", "same", "some"}
)  # fmt: skip
"""Classes that say more, or else, where a claim has them and its source has not."""
_LOST = frozenset(
    {"may", "usually", "sometimes", "some", "most", "part", "if", "unless", "can",
     "false", "few", "whole", "other"}
)  # fmt: skip
"""Classes without which a claim says more than its source."""
_EVERY = frozenset({"all", "every", "each", "any"})
_IN_TIME = {"before": "after", "after": "before", "than": ""}
"""Links that may not be put for another, with their opposites."""
_CHECKED = frozenset({*_IN_TIME, "unlike", "instead"})
"""Links of which something else may not follow."""
_PLAIN = frozenset({"", "and", "or", "with", "that", "which", "who"})
"""What joins likes, or says nothing of how."""


def find_objections(
    claim: Said, unit: Unit, alignment: Alignment, known: frozenset[str]
) -> Iterator[Objection]:
    """Yield what speaks against a claim, given its source's sentence."""
    yield from _new_words(unit, alignment, known)
    yield from _turned(claim, unit, alignment)
    yield from _denied(claim, unit, alignment)
    yield from _crossed(alignment, in_cells=unit.is_row)
    if not unit.is_row:
        yield from _linked(alignment)
        yield from _moved(alignment)
        yield from _joined_otherwise(claim, alignment)


def _new_words(
    unit: Unit, alignment: Alignment, known: frozenset[str]
) -> Iterator[Objection]:
    """Object to words that the source lacks."""
    context = unit.context | known
    if unit.said.refers:
        context |= unit.before
    gone = [alignment.theirs[at] for at in alignment.gone]
    yield from _quantities(alignment, gone)
    yield from _units(alignment, context)
    for at in alignment.new:
        token = alignment.mine[at]
        opposite = next((e for e in gone if are_opposites(token.stem, e.stem)), None)
        if opposite:
            yield Objection(True, f"{opposite.word}, not {token.word}")
        elif token.kind == "word" and token.stem in LIGHT:
            continue
        elif token.kind == "number" and not unsupported_numbers(
            token.word, [unit.text]
        ):
            continue
        elif token.stem not in context:
            yield Objection(False, f"no {token.word}")
        elif other := _in_its_place(alignment, at):
            yield Objection(token.kind == "name", f"{other.word}, not {token.word}")


def _quantities(alignment: Alignment, gone: Sequence[Token]) -> Iterator[Objection]:
    """Object to one for many, or the other way round."""
    theirs = {each.word for each in gone if each.kind == "quantity"}
    for token, place in zip(alignment.mine, alignment.places, strict=True):
        if token.kind == "quantity" and place < 0 and theirs - _EVERY:
            if token.word not in _EVERY or theirs & {"one"}:
                yield Objection(False, f"{', '.join(sorted(theirs))}, not {token.word}")


def _units(alignment: Alignment, context: frozenset[str]) -> Iterator[Objection]:
    """Object to a unit that a number has not in its source."""
    for token, place in zip(alignment.mine, alignment.places, strict=True):
        if token.kind != "number" or place < 0 or " " not in token.word:
            continue
        other = alignment.theirs[place].word
        unit = token.word.partition(" ")[2].casefold()
        if unit in {"times", "x"}:
            continue
        if " " not in other and unit not in context and stem_of(unit) not in context:
            yield Objection(False, f"{other}, not {token.word}")


def _in_its_place(alignment: Alignment, at: int) -> Token | None:
    """Return the word of the source that a word of the claim stands in place of."""
    before = next((p for p in reversed(alignment.places[:at]) if p >= 0), -1)
    after = next((p for p in alignment.places[at + 1 :] if p >= 0), 0)
    gone = set(alignment.gone)
    run = (*_run(before + 1, 1, gone), *_run(after - 1, -1, gone))
    content = [alignment.theirs[place] for place in run]
    is_word = alignment.mine[at].kind == "word"
    alike = (
        each
        for each in content
        if each.is_content
        and (each.kind == "word") == is_word
        and each.stem not in LIGHT
    )
    return next(alike, None)


def _run(start: int, step: int, gone: set[int]) -> Iterator[int]:
    while start in gone:
        yield start
        start += step


def _region(alignment: Alignment) -> frozenset[int]:
    """Return the clauses of the source that the claim has words of."""
    return frozenset(
        alignment.theirs[place].part
        for at, place in enumerate(alignment.places)
        if place >= 0 and alignment.mine[at].is_content
    )


def _turned(claim: Said, unit: Unit, alignment: Alignment) -> Iterator[Objection]:
    """Object to what makes a claim say more than its source."""
    region = _region(alignment)
    mine = Counter(kind for kind, _ in claim.turns)
    theirs = Counter(kind for kind, part in unit.said.turns if part in region)
    everywhere = Counter(kind for kind, _ in unit.said.turns)
    for kind in sorted((mine - theirs).keys() & _ADDED):
        yield Objection(False, f'"{kind}" is not said')
    lost = (theirs - mine).keys() & _LOST
    lost |= (everywhere - mine).keys() & {"if", "unless"}
    if "when" in mine:
        lost -= {"if"}
    for kind in sorted(lost):
        yield Objection(False, f'"{kind}" is left out')


def _denied(claim: Said, unit: Unit, alignment: Alignment) -> Iterator[Objection]:
    """Object to a negation more or less."""
    region = _region(alignment)
    theirs = sum(part in region for part in unit.said.denials)
    if len(claim.denials) != theirs:
        yield Objection(False, "a negation")


def _linked(alignment: Alignment) -> Iterator[Objection]:
    """Object to an order in time, or of sizes, that is another one.

    What follows a link must be the same as in the source, or else what stood before it
    there, if the link is the opposite: `A before B` is `B after A`.
    """
    links = [at for at in alignment.gone if alignment.theirs[at].kind == "link"]
    for at, token in enumerate(alignment.mine):
        if token.kind != "link":
            continue
        place, flipped = alignment.places[at], False
        if token.stem not in _CHECKED or not _behind(alignment, at):
            continue
        if place < 0 and token.stem in _IN_TIME:
            other = _IN_TIME[token.stem]
            place = next(
                (each for each in links if alignment.theirs[each].stem == other), -1
            )
            flipped = True
            if place < 0:
                yield Objection(False, f'"{token.word}" is not said')
                continue
        behind = _behind(alignment, at)
        before = sum(each < place for each in behind)
        if (
            place >= 0
            and 2 * before != len(behind)
            and ((2 * before > len(behind)) != flipped)
        ):
            yield Objection(True, f"what is {token.word} what")


def _behind(alignment: Alignment, at: int) -> list[int]:
    """Return where the source has what stands behind a link in its clause."""
    part = alignment.mine[at].part
    return [
        alignment.places[later]
        for later in range(at + 1, len(alignment.mine))
        if alignment.places[later] >= 0
        and alignment.mine[later].is_content
        and alignment.mine[later].part == part
    ]


def _moved(alignment: Alignment) -> Iterator[Objection]:
    """Object to two runs of words that stand each in the other's place.

    That is, each behind the words that join the other in the source, and around what
    stands between them there as well; or right beside each other: `of A that B`. A verb
    that is passive in one of the two turns them round itself.
    """
    runs = _runs(alignment)
    for first, run in enumerate(runs):
        for last in range(first + 1, len(runs)):
            (place, at), (before, after) = run[0], runs[last][0]
            kinds = {alignment.mine[at].kind, alignment.mine[after].kind}
            if place < before or "link" in kinds:
                continue
            if not _takes_place(alignment, at, after):
                continue
            between = [
                each for each in runs[first + 1 : last] if before < each[0][0] < place
            ]
            joined = {alignment.mine[at].left, alignment.mine[after].left} - _PLAIN
            if not between and not (joined and last == first + 1):
                continue
            if any(_turns_round(alignment, each) for each in (run[:1], runs[last][:1])):
                continue  # a verb and its subject
            if any(_turns_round(alignment, each) for each in between):
                continue
            one, other = alignment.mine[at], alignment.mine[after]
            names = {one.kind, other.kind} <= {"name", "number"}
            yield Objection(names, f"{one.word} and {other.word} have changed places")
            return


def _takes_place(alignment: Alignment, at: int, after: int) -> bool:
    """Whether two words of a claim are each joined as the other is in the source."""
    mine = (alignment.mine[at], alignment.mine[after])
    theirs = (alignment.theirs[alignment.places[each]] for each in (after, at))
    return [_joint(each) for each in mine] == [_joint(each) for each in theirs]


def _joint(token: Token) -> str:
    """Return what joins a word to what is before it, but for what joins likes."""
    return " ".join(each for each in token.left.split() if each not in _PLAIN)


def _turns_round(alignment: Alignment, run: Sequence[tuple[int, int]]) -> bool:
    return any(
        alignment.mine[at].passive != alignment.theirs[place].passive
        or alignment.mine[at].stem in SYMMETRIC
        for place, at in run
    )


def _runs(alignment: Alignment) -> list[list[tuple[int, int]]]:
    """Return the runs of words that both have, as places and those of the claim."""
    runs: list[list[tuple[int, int]]] = []
    for at, place in enumerate(alignment.places):
        if place < 0:
            continue
        if runs and runs[-1][-1] == (place - 1, at - 1):
            runs[-1].append((place, at))
        else:
            runs.append([(place, at)])
    return runs


def _joined_otherwise(claim: Said, alignment: Alignment) -> Iterator[Objection]:
    """Object to `and` between words that the source joins by `or`, and to the reverse."""
    for run in _runs(alignment):
        for place, at in run[1:]:
            mine, theirs = alignment.mine[at].left, alignment.theirs[place].left
            if {mine, theirs} == {"and", "or"} and not claim.denials:
                yield Objection(False, f'"{theirs}", not "{mine}"')


def _crossed(alignment: Alignment, *, in_cells: bool) -> Iterator[Objection]:
    """Object to what joins the subject of one clause to the predicate of another.

    Of a table, the cells of a row belong together.
    """
    gone = {at for at in alignment.gone if alignment.theirs[at].is_content}
    last: tuple[int, int] | None = None
    for at, place in enumerate(alignment.places):
        if place < 0 or not alignment.mine[at].is_content:
            continue
        if last is not None:
            mine, theirs = alignment.mine[last[0]], alignment.theirs[last[1]]
            part = alignment.theirs[place].part
            apart = theirs.part != part and not (
                in_cells and theirs.part // CELL != part // CELL
            )
            beside = mine.at + 1 == alignment.mine[at].at
            together = mine.part == alignment.mine[at].part
            after = _leaves(last[1], 1, alignment, gone)
            before = _leaves(place, -1, alignment, gone)
            torn, half = after and before, after or before
            if apart and together and (torn or (beside and half)):
                other = alignment.mine[at].word
                yield Objection(False, f"{mine.word} and {other} are of two clauses")
        last = at, place


def _leaves(place: int, step: int, alignment: Alignment, gone: set[int]) -> bool:
    """Whether the next word of the same clause is left out."""
    other = place + step
    if other not in gone:
        return False
    return alignment.theirs[other].part == alignment.theirs[place].part
