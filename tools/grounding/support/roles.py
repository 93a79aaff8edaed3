"""Objects to words that are joined in other ways than in the source."""

from collections.abc import Iterator, Sequence, Set
from itertools import combinations

from tools.grounding.support.aligning import Alignment
from tools.grounding.support.classes import SYMMETRIC
from tools.grounding.support.objection import Objection
from tools.grounding.support.units import Unit
from tools.grounding.support.words import CELL, Said, Token

__all__ = ["find_other_roles"]

_Run = Sequence[tuple[int, int]]
_PLAIN = frozenset({"", "and", "or", "with", "that", "which", "who"})
"""What joins likes, or says nothing of how."""


def find_other_roles(
    claim: Said, unit: Unit, alignment: Alignment
) -> Iterator[Objection]:
    """Yield what has another role, or belongs to something else, than in the source."""
    yield from _crossed(alignment, in_cells=unit.is_row)
    if not unit.is_row:
        yield from _moved(alignment)
        yield from _agents(alignment)
        yield from _joined_otherwise(claim, alignment)


def _moved(alignment: Alignment) -> Iterator[Objection]:
    """Object to two runs of words that stand each in the other's place.

    That is, each behind the words that join the other in the source, and around what
    stands between them there as well; or right beside each other: `of A that B`. A verb
    that is passive in one of the two turns them round itself.
    """
    runs = alignment.runs
    for first, last in combinations(range(len(runs)), 2):
        (place, at), (before, after) = runs[first][0], runs[last][0]
        if place < before or not _takes_place(alignment, at, after):
            continue
        between = [e for e in runs[first + 1 : last] if before < e[0][0] < place]
        if not between and not (last == first + 1 and _are_led(alignment, at, after)):
            continue
        ends = (runs[first][:1], runs[last][:1])  # a verb has no role itself
        if not _is_excused(alignment, between, ends):
            one, other = alignment.mine[at], alignment.mine[after]
            names = {one.kind, other.kind} <= {"name", "number"}
            yield Objection(names, f"{one.word} and {other.word} have changed places")
            return


def _are_led(alignment: Alignment, *places: int) -> bool:
    """Whether one of some words of a claim has a preposition before it."""
    return any(alignment.mine[at].left not in _PLAIN for at in places)


def _is_excused(
    alignment: Alignment, between: Sequence[_Run], ends: Sequence[_Run]
) -> bool:
    """Whether what stands between two words lets them change their places."""
    if any(_turns_round(alignment, run) for run in (*between, *ends)):
        return True
    return bool(between) and all(_is_symmetric(alignment, run) for run in between)


def _takes_place(alignment: Alignment, at: int, after: int) -> bool:
    """Whether two words of a claim are each joined as the other is in the source."""
    mine = (alignment.mine[at], alignment.mine[after])
    if "link" in {each.kind for each in mine}:
        return False
    theirs = (alignment.theirs[alignment.places[each]] for each in (after, at))
    return [_joint(each) for each in mine] == [_joint(each) for each in theirs]


def _joint(token: Token) -> str:
    """Return what joins a word to what is before it, but for what joins likes."""
    return " ".join(each for each in token.left.split() if each not in _PLAIN)


def _turns_round(alignment: Alignment, run: _Run) -> bool:
    return any(
        alignment.mine[at].passive != alignment.theirs[place].passive
        for place, at in run
    )


def _is_symmetric(alignment: Alignment, run: _Run) -> bool:
    return all(alignment.mine[at].stem in SYMMETRIC for _, at in run)


def _joined_otherwise(claim: Said, alignment: Alignment) -> Iterator[Objection]:
    """Object to `and` between words that the source joins by `or`, and reversely."""
    for run in alignment.runs:
        for place, at in run[1:]:
            mine, theirs = alignment.mine[at].left, alignment.theirs[place].left
            if {mine, theirs} == {"and", "or"} and not claim.denials:
                yield Objection(False, f'"{theirs}", not "{mine}"')


def _crossed(alignment: Alignment, *, in_cells: bool) -> Iterator[Objection]:
    """Object to what joins the subject of one clause to the predicate of another.

    Of a table, the cells of a row belong together.
    """
    gone = {at for at in alignment.gone if alignment.theirs[at].is_content}
    held = {each.stem for each in alignment.mine}
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
            if apart and together:
                leaves = [
                    _leaves(last[1], 1, alignment, gone, held),
                    _leaves(place, -1, alignment, gone, held),
                ]
                if all(leaves) or (beside and any(leaves)):
                    other = alignment.mine[at].word
                    reason = f"{mine.word} and {other} are of two clauses"
                    yield Objection(False, reason)
        last = at, place


def _leaves(
    place: int, step: int, alignment: Alignment, gone: Set[int], held: Set[str]
) -> bool:
    """Whether the next word of the same clause is left out, and is none it has."""
    part = alignment.theirs[place].part
    other = place + step
    while other in gone and alignment.theirs[other].part == part:
        if alignment.theirs[other].stem not in held:
            return True
        other += step
    return False


def _agents(alignment: Alignment) -> Iterator[Objection]:
    """Object to an agent that is made a patient: `A is used by B`, `A uses B`."""
    places = alignment.places
    for at, place in enumerate(places):
        if place < 0 or alignment.mine[at].passive == alignment.theirs[place].passive:
            continue
        if alignment.mine[at].passive:
            agent = _agent(alignment.mine, at)
            there = -1 if agent is None else places[agent]
            wrong = there > place and not _is_by(alignment.theirs[there])
        else:
            found = _agent(alignment.theirs, place)
            agent = places.index(found) if found in places else -1
            wrong = agent > at and not _is_by(alignment.mine[agent])
        if wrong:
            yield Objection(False, f"another one has {alignment.mine[at].word}")


def _agent(tokens: Sequence[Token], verb: int) -> int | None:
    """Return the place of what stands behind the `by` of a passive."""
    for at in range(verb + 1, len(tokens)):
        if tokens[at].part != tokens[verb].part:
            return None
        if _is_by(tokens[at]):
            return at
    return None


def _is_by(token: Token) -> bool:
    return "by" in token.left.split()
