"""All probes, in their order."""

from operator import attrgetter

from agent.conformance.probe import Probe
from agent.conformance.probes.calling import CALLING_PROBES
from agent.conformance.probes.endpoint import ENDPOINT_PROBES
from agent.conformance.probes.hard_calls import HARD_CALL_PROBES
from agent.conformance.probes.limits import LIMIT_PROBES
from agent.conformance.probes.load import LOAD_PROBES
from agent.conformance.probes.reasoning import REASONING_PROBES
from agent.conformance.probes.rendering import RENDERING_PROBES
from agent.conformance.probes.sameness import SAMENESS_PROBES
from agent.conformance.probes.schemas import SCHEMA_PROBES
from agent.conformance.probes.stream import STREAM_PROBES
from agent.conformance.probes.turns import TURN_PROBES

__all__ = ["PROBES", "probes_for"]

_MODULES: tuple[tuple[Probe, ...], ...] = (
    ENDPOINT_PROBES,
    STREAM_PROBES,
    SAMENESS_PROBES,
    REASONING_PROBES,
    CALLING_PROBES,
    HARD_CALL_PROBES,
    LIMIT_PROBES,
    SCHEMA_PROBES,
    TURN_PROBES,
    LOAD_PROBES,
    RENDERING_PROBES,
)
"""Each group is a module of its own, or two."""
PROBES: tuple[Probe, ...] = tuple(
    sorted((each for several in _MODULES for each in several), key=attrgetter("number"))
)
"""Numbers rise through all of them."""


def probes_for(*, is_gpt_oss: bool) -> tuple[Probe, ...]:
    """Return the probes that apply to a model: those of a format, if it is its own."""
    return tuple(each for each in PROBES if is_gpt_oss or not each.only_gpt_oss)
