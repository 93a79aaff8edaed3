"""Which places an answer quotes: the best, what belongs to it, and little else."""

from collections.abc import Iterable, Sequence

from agent.extractive.fitting import Fit
from agent.extractive.places import Place
from agent.extractive.questions import Wanted

__all__ = ["choose_places"]

_CLOSE = 0.1
"""How much less than the best a place may fit and still stand beside it."""
_CLOSE_SIDE = 0.5
"""The same for what a comparison would say nothing of without it."""
_MAX_PLACES = 3
_MAX_ITEMS = 10
"""Of a list that is quoted whole."""
_SAME = 0.8
"""The share of words in common from which on two places say the same."""


def choose_places(fits: Sequence[Fit], wanted: Wanted) -> list[Fit]:
    """Return what is quoted for a part of a question, best first.

    Steps and items are quoted with the whole of their list, a sentence that says how
    something is done with the code behind it, and of a comparison both sides.
    """
    bar = fits[0].merit - _CLOSE
    chosen: list[Fit] = []
    for fit in fits:
        if fit.merit < bar or len(chosen) == _MAX_PLACES:
            break
        if not _is_said(fit.place, chosen):
            chosen.append(fit)
    chosen += _sides(fits, chosen, wanted.sides)
    if wanted.how:
        chosen += _code_behind(fits, chosen)
        chosen += _rest_of_list(fits, chosen)
    return chosen


def _is_said(place: Place, chosen: Iterable[Fit]) -> bool:
    words = set(place.words.casefold().split())
    return any(
        len(words & said) >= _SAME * min(len(words), len(said))
        for fit in chosen
        if place.kind == fit.place.kind != "row"
        and (said := set(fit.place.words.casefold().split()))
    )


def _sides(
    fits: Sequence[Fit], chosen: Sequence[Fit], sides: Sequence[str]
) -> list[Fit]:
    """Return the best place for each side of a comparison that has none of its own."""
    bar = fits[0].merit - _CLOSE_SIDE
    added: list[Fit] = []
    for side in sides:
        rest = [other for other in sides if other != side]
        about = [
            fit for fit in fits
            if fit.merit >= bar and _is_about(fit.place, side, rest)
        ]  # fmt: skip
        if not any(fit in chosen for fit in about):
            added += about[:1]
    return added


def _is_about(place: Place, side: str, rest: Iterable[str]) -> bool:
    """Whether a place says something of one side, before any other or alone."""
    words = place.words.casefold()
    at = words.find(side.casefold())
    others = [found for each in rest if (found := words.find(each.casefold())) >= 0]
    return at >= 0 and all(at < other for other in others)


def _code_behind(fits: Sequence[Fit], chosen: Sequence[Fit]) -> list[Fit]:
    """Return the code that the best sentence introduces, if it is the next thing."""
    best = chosen[0].place
    if best.kind != "sentence":
        return []
    return [
        fit for fit in fits
        if fit.place.kind == "code" and fit.place.source.id == best.source.id
        and fit.place.heading == best.heading and fit.place.block == best.block + 1
        and fit not in chosen
    ][:1]  # fmt: skip


def _rest_of_list(fits: Sequence[Fit], chosen: Sequence[Fit]) -> list[Fit]:
    """Return the other items where the best is one of a list; none of a long list."""
    best = chosen[0].place
    if best.kind != "item":
        return []
    whole = [
        fit for fit in fits
        if fit.place.kind == "item" and fit.place.source.id == best.source.id
        and fit.place.block == best.block
    ]  # fmt: skip
    if len(whole) > _MAX_ITEMS:
        return []
    return [fit for fit in whole if fit not in chosen]
