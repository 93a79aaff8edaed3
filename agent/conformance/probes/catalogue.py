"""All probes, in their order."""

from operator import attrgetter

from agent.conformance.probe import Probe
from agent.conformance.probes.calling import CALLING_PROBES
from agent.conformance.probes.endpoint import ENDPOINT_PROBES
from agent.conformance.probes.hard_calls import HARD_CALL_PROBES
from agent.conformance.probes.limits import LIMIT_PROBES
from agent.conformance.probes.reasoning import REASONING_PROBES
from agent.conformance.probes.sameness import SAMENESS_PROBES
from agent.conformance.probes.stream import STREAM_PROBES

__all__ = ["PROBES"]

_MODULES: tuple[tuple[Probe, ...], ...] = (
    ENDPOINT_PROBES,
    STREAM_PROBES,
    SAMENESS_PROBES,
    REASONING_PROBES,
    CALLING_PROBES,
    HARD_CALL_PROBES,
    LIMIT_PROBES,
)
"""Each group is a module of its own, or two."""
PROBES: tuple[Probe, ...] = tuple(
    sorted((each for several in _MODULES for each in several), key=attrgetter("number"))
)
"""Numbers rise through all of them."""
