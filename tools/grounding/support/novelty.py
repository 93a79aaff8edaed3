"""Objects to what a claim has and its source has not, or has in its place."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from tools.grounding.lists.cues import stem_of
from tools.grounding.lists.relations import are_opposites, opposites_of
from tools.grounding.support.aligning import Alignment
from tools.grounding.support.classes import LIGHT, LIGHT_NOUNS
from tools.grounding.support.objection import Objection
from tools.grounding.support.units import Unit
from tools.grounding.support.words import Said, Token
from tools.grounding.values.support import unsupported_numbers, without_values
from tools.grounding.wording.words import find_words

__all__ = ["find_novelties"]

_EVERY = frozenset({"all", "every", "each", "any"})
_OF_ADJECTIVES = ("able", "ible", "al", "ive", "ous", "ful", "less", "ic", "ary", "ant")
"""Endings of adjectives."""
_ASKED = 2
"""Words that a claim may have from the question alone: the name of what it is about."""
_SHORT = 6
"""Letters of a word that has no such ending: `give`."""
_OF_OTHERS = ("ant", "ive")
"""Endings that the stemmer takes off words of another meaning."""
_NO_UNITS = frozenset({"times", "x"})


def find_novelties(
    claim: Said, unit: Unit, alignment: Alignment, known: frozenset[str]
) -> Iterator[Objection]:
    """Yield words, quantities and units of a claim that its source lacks."""
    context = unit.context | known
    if unit.said.refers:
        context |= unit.before
    gone = [alignment.theirs[at] for at in alignment.gone]
    yield from _quantities(alignment, gone)
    yield from _units(alignment, context)
    asked = [alignment.mine[at] for at in alignment.new]
    asked = [e for e in asked if e.stem in known and e.stem not in unit.context]
    if len(asked) > _ASKED:
        words = ", ".join(each.word for each in asked)
        yield Objection(False, f"the question alone says {words}")
    yield from _other_words(alignment)
    for at in alignment.new:
        if not _is_of_value(alignment.mine[at], claim, unit):
            yield from _new_word(alignment, context, at)
    yield from _displaced(alignment)
    if not unit.is_row:
        yield from _bared(alignment)


def _new_word(
    alignment: Alignment, context: frozenset[str], at: int
) -> Iterator[Objection]:
    token = alignment.mine[at]
    gone = [alignment.theirs[place] for place in alignment.gone]
    opposite = next((e for e in gone if are_opposites(token.stem, e.stem)), None)
    if opposite:
        in_its_place = _in_its_place(alignment, at) == opposite
        yield Objection(in_its_place, f"{opposite.word}, not {token.word}")
    elif token.kind == "word" and token.stem in LIGHT:
        other = _in_its_place(alignment, at)
        if token.stem in LIGHT_NOUNS and _is_listed(alignment, at):
            yield Objection(False, f"no {token.word}")
        elif other and (opposites_of(other.stem) or _is_led_alike(token, other)):
            yield Objection(False, f"{other.word}, not {token.word}")
    elif token.stem not in context:
        yield Objection(False, f"no {token.word}")
    elif other := _in_its_place(alignment, at):
        yield Objection(token.kind == "name", f"{other.word}, not {token.word}")


def _other_words(alignment: Alignment) -> Iterator[Objection]:
    """Object to words of one stem that are no forms of one: `import`, `important`."""
    for token, place in zip(alignment.mine, alignment.places, strict=True):
        if place < 0 or token.word == alignment.theirs[place].word:
            continue
        other = alignment.theirs[place].word
        ends = [
            len(each) > _SHORT and each.endswith(_OF_OTHERS)
            for each in (token.word, other)
        ]
        if token.stem == alignment.theirs[place].stem and ends[0] != ends[1]:
            yield Objection(False, f"{other}, not {token.word}")


def _is_of_value(token: Token, claim: Said, unit: Unit) -> bool:
    """Whether a word is of a number or a date that its source has in another form."""
    if token.kind == "number" and not unsupported_numbers(token.word, [unit.text]):
        return True
    of_value = token.kind == "number" or token.word in _words_of_values(claim.text)
    return of_value and not unsupported_numbers(claim.text, [unit.text])


@lru_cache(maxsize=1024)
def _words_of_values(text: str) -> frozenset[str]:
    """Return the words that stand in the values of a text alone."""
    words = find_words(text.casefold())
    return frozenset(words).difference(find_words(without_values(text).casefold()))


def _is_led_alike(token: Token, other: Token) -> bool:
    """Whether a noun stands behind the same preposition as another."""
    return token.stem in LIGHT_NOUNS and token.left == other.left != ""


def _is_listed(alignment: Alignment, at: int) -> bool:
    """Whether a word is one of several that are joined by `and` or `or`."""
    token = alignment.mine[at]
    behind = alignment.mine[at + 1] if at + 1 < len(alignment.mine) else token
    return not {token.left, behind.left}.isdisjoint({"and", "or"})


def _quantities(alignment: Alignment, gone: Sequence[Token]) -> Iterator[Objection]:
    """Object to one for many, or the other way round."""
    theirs = {each.word for each in gone if each.kind == "quantity"}
    if not theirs:
        return
    for token, place in zip(alignment.mine, alignment.places, strict=True):
        new = token.kind == "quantity" and place < 0
        if new and not (token.word in _EVERY and theirs <= _EVERY):
            yield Objection(False, f"{', '.join(sorted(theirs))}, not {token.word}")


def _units(alignment: Alignment, context: frozenset[str]) -> Iterator[Objection]:
    """Object to a unit that a number has not in its source."""
    for token, place in zip(alignment.mine, alignment.places, strict=True):
        if token.kind != "number" or place < 0 or " " not in token.word:
            continue
        other = alignment.theirs[place].word
        unit = token.word.partition(" ")[2].casefold()
        if unit in _NO_UNITS:
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
    kind = alignment.mine[at].kind
    alike = (
        each
        for each in content
        if each.is_content and (each.kind == kind) and each.stem not in LIGHT
    )
    return next(alike, None)


def _run(start: int, step: int, gone: set[int]) -> Iterator[int]:
    while start in gone:
        yield start
        start += step


def _displaced(alignment: Alignment) -> Iterator[Objection]:
    """Object to words from elsewhere in a sentence in the place of others.

    `Large loads use upserts` is not said where upserts are named beside, and it is
    inserts that large loads use.
    """
    runs = alignment.runs
    gone = set(alignment.gone)
    for before, run, behind in zip(runs, runs[1:], [*runs[2:], None], strict=False):
        start = before[-1][0]
        end = behind[0][0] if behind else start + 2
        place, at = run[0]
        if start < place < end or not start < end:
            continue
        token = alignment.mine[at]
        others = [alignment.theirs[p] for p in range(start + 1, end) if p in gone]
        for other in others:
            alike = other.is_content and other.kind == token.kind
            if alike and token.left and other.left == token.left:
                yield Objection(False, f"{other.word}, not {token.word}")
                return


def _bared(alignment: Alignment) -> Iterator[Objection]:
    """Object to a word without the one that narrows it: `builds`, of `older builds`."""
    gone = set(alignment.gone)
    for place in alignment.places:
        if place < 1 or place - 1 not in gone:
            continue
        token, before = alignment.theirs[place], alignment.theirs[place - 1]
        beside = before.part == token.part and before.at + 1 == token.at
        if token.kind == "word" and beside and _narrows(before):
            yield Objection(False, f'"{before.word}" is left out')
            return


def _narrows(token: Token) -> bool:
    """Whether a word is an adjective, as far as its form and its opposites tell."""
    if token.kind != "word" or token.stem in LIGHT or token.passive:
        return False
    return token.word.endswith(_OF_ADJECTIVES) or bool(opposites_of(token.stem))
