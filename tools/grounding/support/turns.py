"""Objects to what turns a claim: degrees, conditions, negations, orders in time."""

from collections import Counter
from collections.abc import Iterator

from tools.grounding.support.aligning import Alignment
from tools.grounding.support.objection import Objection
from tools.grounding.support.units import Unit
from tools.grounding.support.words import Said

__all__ = ["find_turns"]

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
_IN_TIME = {"before": "after", "after": "before", "than": ""}

"""Links that may not be put for another, with their opposites."""
_NEXT = 2
"""Words behind a link that tell what follows it."""
_OPPOSED = {**_IN_TIME, "because": "so", "so": "because"}
_CHECKED = frozenset({*_IN_TIME, "unlike", "instead", "because", "so"})
"""Links of which something else may not follow."""


def find_turns(claim: Said, unit: Unit, alignment: Alignment) -> Iterator[Objection]:
    """Yield what makes a claim say more than its source, or something else."""
    yield from _turned(claim, unit, alignment)
    yield from _denied(claim, unit, alignment)
    if not unit.is_row:
        yield from _linked(alignment)


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
        return
    for token, place in zip(alignment.mine, alignment.places, strict=True):
        if place >= 0 and {token.denied, alignment.theirs[place].denied} == {0, 1}:
            yield Objection(False, f"a negation of {token.word}")
            return


def _linked(alignment: Alignment) -> Iterator[Objection]:
    """Object to an order in time, or of sizes, that is another one.

    What follows a link must be the same as in the source, or else what stood before it
    there, if the link is the opposite: `A before B` is `B after A`.
    """
    links = [at for at in alignment.gone if alignment.theirs[at].kind == "link"]
    said = {each.stem for each in alignment.mine if each.kind == "link"}
    for place in links:
        link = alignment.theirs[place]
        if (
            link.stem in _IN_TIME
            and said.isdisjoint(_IN_TIME)
            and _joins(alignment, place)
        ):
            yield Objection(False, f'"{link.word}" is left out')
    for at, token in enumerate(alignment.mine):
        if token.kind != "link":
            continue
        place, flipped = alignment.places[at], False
        if token.stem not in _CHECKED or not _behind(alignment, at):
            continue
        if place < 0 and token.stem in _OPPOSED:
            other = _OPPOSED[token.stem]
            place = next(
                (each for each in links if alignment.theirs[each].stem == other), -1
            )
            flipped = True
            if place < 0 and token.stem in _IN_TIME:
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
    behind = [
        alignment.places[later]
        for later in range(at + 1, len(alignment.mine))
        if alignment.places[later] >= 0
        and alignment.mine[later].is_content
        and alignment.mine[later].part == part
    ]
    return behind[:_NEXT]


def _joins(alignment: Alignment, place: int) -> bool:
    """Whether a claim has what stands on both sides of a link of its source."""
    part = alignment.theirs[place].part
    held = {
        each
        for each in alignment.places
        if each >= 0 and alignment.theirs[each].is_content
    }
    behind = any(each > place and alignment.theirs[each].part == part for each in held)
    return behind and any(each < place for each in held)
