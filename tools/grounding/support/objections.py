"""What speaks against a claim once its words are aligned with those of its source."""

from collections.abc import Iterator

from tools.grounding.support.aligning import Alignment
from tools.grounding.support.novelty import find_novelties
from tools.grounding.support.objection import Objection
from tools.grounding.support.qualifiers import find_other_qualifiers
from tools.grounding.support.roles import find_other_roles
from tools.grounding.support.units import Unit
from tools.grounding.support.words import Said

__all__ = ["find_objections"]


def find_objections(
    claim: Said, unit: Unit, alignment: Alignment, known: frozenset[str]
) -> Iterator[Objection]:
    """Yield what speaks against a claim, given its source's sentence.

    Args:
        claim: The sentence, or some of its clauses.
        unit: The sentence of the source.
        alignment: Which words of one stand for which of the other.
        known: Stems of what else may be named: those of the question.
    """
    yield from find_novelties(claim, unit, alignment, known)
    yield from find_other_qualifiers(claim, unit, alignment)
    yield from find_other_roles(claim, unit, alignment)
