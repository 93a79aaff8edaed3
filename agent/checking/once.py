"""A checker for one reading, without a question around it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.checking.choosing import room_in
from agent.checking.model import ModelChecker
from agent.checking.named import named_checker
from agent.endpoints.client import endpoint_client
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.probing import identify
from agent.endpoints.requests import endpoint_settings, model_settings
from agent.endpoints.retried_model import ServedModel
from agent.settings.depth import DEPTHS, MAX_WINDOW
from agent.settings.settings import Settings
from agent.wire.model import WireModel
from tools.grounding.support.finding import Pair, Reading

__all__ = ["read_once"]


async def read_once(
    pairs: Sequence[Pair], settings: Settings
) -> Mapping[Pair, Reading]:
    """Return what the checker that the settings name says of pairs; `auto` is nobody.

    Raises:
        CiteloopError: it could not be asked.
    """
    named = named_checker(settings)
    if named is None:
        return {}
    if isinstance(named, Endpoint):
        return await _read_at(named, pairs, settings)
    return await named.read(pairs)


async def _read_at(
    endpoint: Endpoint, pairs: Sequence[Pair], settings: Settings
) -> Mapping[Pair, Reading]:
    depth = DEPTHS[settings.depth].limited(settings)
    async with endpoint_client(endpoint) as client:
        profile = await identify(endpoint, client)
        served = ServedModel(
            WireModel(endpoint.model, client, settings.token_seconds),
            endpoint,
            lambda given: endpoint_settings(endpoint, profile, given),
        )
        checker = ModelChecker(
            lambda: served,
            replace(model_settings(depth), timeout=depth.turn_seconds),
            room=room_in(min(settings.context_window, profile.window or MAX_WINDOW)),
            retry_seconds=settings.retry_seconds,
            permits=lambda tokens: tokens <= depth.max_tokens,
        )
        return await checker.read(pairs)
