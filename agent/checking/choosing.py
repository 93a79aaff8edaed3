"""Who reads for a question.

`auto` is the connected model, at the depths that have time for it. It is left out where
that model is guided (`agent.loop.descent`): what a model that needs guiding says of
quotes would lower answers that are true.
"""

from collections.abc import Callable
from dataclasses import replace

from agent.checking.model import ModelChecker
from agent.checking.named import AUTO
from agent.endpoints.requests import model_settings
from agent.endpoints.retried_model import ServedModel
from agent.loop.budget import Budget
from agent.settings.depth import Depth, DepthName
from agent.settings.settings import Settings
from tools.grounding.support.checker import Checker

__all__ = ["checker_for", "checks_itself", "room_in"]

_MOST_ROOM = 16_000
"""Tokens of sentences and quotes: sixty pairs of some 270."""
_SHARE = 4
"""They may take one in so many tokens of a window."""


def room_in(window: int) -> int:
    """Return the tokens of a window that sentences and quotes may take together."""
    return min(window // _SHARE, _MOST_ROOM)


def checks_itself(settings: Settings, depth: DepthName) -> bool:
    """Whether the model that answers is the checker, too."""
    return settings.checker == AUTO and depth != "low"


def checker_for(
    named: Checker | ServedModel | None,
    connected: Callable[[], ServedModel | None],
    settings: Settings,
    depth: Depth,
    window: int,
) -> Callable[[Budget], Checker] | None:
    """Return what opens the checker of a question, None where nobody reads.

    Args:
        named: What the settings name by itself.
        connected: Returns the model that is asked now, None for the extractive one.
        settings: Those in force.
        depth: That of the question.
        window: Tokens that the model can read and write.
    """
    if named is not None and not isinstance(named, ServedModel):
        return lambda _: named
    if named is not None:
        served: Callable[[], ServedModel | None] = lambda: named  # noqa: E731 (typed)
    elif checks_itself(settings, depth.name) and connected() is not None:
        served = connected
    else:
        return None
    return lambda budget: ModelChecker(
        served,
        replace(model_settings(depth), timeout=depth.turn_seconds),
        room=room_in(window),
        retry_seconds=settings.retry_seconds,
        permits=budget.may_read,
        spend=budget.spend,
    )
