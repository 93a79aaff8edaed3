"""Objects to other qualifiers: degrees, conditions, negations, orders in time."""

from collections import Counter
from collections.abc import Iterator

from tools.grounding.support.aligning import Alignment
from tools.grounding.support.objection import Objection
from tools.grounding.support.units import Unit
from tools.grounding.support.words import Said

__all__ = ["find_other_qualifiers"]

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
"""Links of an order, each with its opposite; none may be put in or left out."""
_NEXT = 2
"""Words behind a link that tell what follows it."""
_OPPOSED = {**_IN_TIME, "because": "so", "so": "because"}
"""Links that have an opposite, which turns what stands around them."""
_CHECKED = frozenset({*_IN_TIME, "unlike", "instead", "because", "so"})
"""Links of which something else may not follow."""


def find_other_qualifiers(
    claim: Said, unit: Unit, alignment: Alignment
) -> Iterator[Objection]:
    """Yield what makes a claim say more than its source, or something else."""
    yield from _qualified(claim, unit, alignment)
    yield from _denied(claim, unit, alignment)
    if not unit.is_row:
        yield from _linked(alignment)


def _region(unit: Unit, alignment: Alignment) -> frozenset[int]:
    """Return the clauses of the source that the claim has words of.

    A clause that holds no word with a meaning belongs to what stands around it.
    """
    parts = {each.part for each in unit.said.tokens if each.is_content}
    held = {
        alignment.theirs[place].part
        for at, place in enumerate(alignment.places)
        if place >= 0 and alignment.mine[at].is_content
    }
    turning = {part for _, part in unit.said.qualifiers} | set(unit.said.denials)
    return frozenset(held | (turning - parts))


def _qualified(claim: Said, unit: Unit, alignment: Alignment) -> Iterator[Objection]:
    """Object to what makes a claim say more than its source."""
    region = _region(unit, alignment)
    mine = Counter(kind for kind, _ in claim.qualifiers)
    theirs = Counter(kind for kind, part in unit.said.qualifiers if part in region)
    everywhere = Counter(kind for kind, _ in unit.said.qualifiers)
    for kind in sorted((mine - theirs).keys() & _ADDED):
        yield Objection(False, f'"{kind}" is not said')
    if (mine - theirs)["other"] and (theirs - mine)["same"]:
        yield Objection(True, "the same, not another")
    lost = (theirs - mine).keys() & _LOST
    lost |= (everywhere - mine).keys() & {"if", "unless"}
    if (mine - everywhere)["when"]:
        lost -= {"if"}
    for kind in sorted(lost):
        yield Objection(False, f'"{kind}" is left out')


def _denied(claim: Said, unit: Unit, alignment: Alignment) -> Iterator[Objection]:
    """Object to a negation more or less."""
    region = _region(unit, alignment)
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
    yield from _lost_links(alignment)
    for at, token in enumerate(alignment.mine):
        if token.kind != "link" or token.stem not in _CHECKED:
            continue
        behind = _behind(alignment, at)
        if not behind:
            continue
        place = alignment.places[at]
        flipped = place < 0
        if flipped:
            place = _opposed(alignment, token.stem)
        if place < 0:
            if token.stem in _IN_TIME:
                yield Objection(False, f'"{token.word}" is not said')
            continue
        before = 2 * sum(each < place for each in behind)
        if before != len(behind) and (before > len(behind)) != flipped:
            yield Objection(True, f"another thing is {token.word}")


def _lost_links(alignment: Alignment) -> Iterator[Objection]:
    """Object to an order that a claim leaves out, with what stands on both sides."""
    if any(each.kind == "link" and each.stem in _IN_TIME for each in alignment.mine):
        return
    for place in alignment.gone:
        link = alignment.theirs[place]
        in_time = link.kind == "link" and link.stem in _IN_TIME
        if in_time and _joins(alignment, place):
            yield Objection(False, f'"{link.word}" is left out')


def _opposed(alignment: Alignment, link: str) -> int:
    """Return the place of the opposite of a link that a claim lacks, or -1."""
    opposite = _OPPOSED.get(link)
    return next(
        (
            place
            for place in alignment.gone
            if alignment.theirs[place].kind == "link"
            and alignment.theirs[place].stem == opposite
        ),
        -1,
    )


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
