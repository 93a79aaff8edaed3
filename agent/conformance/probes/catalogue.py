"""All probes, in their order."""

from agent.conformance.probe import Probe
from agent.conformance.probes.endpoint import ENDPOINT_PROBES
from agent.conformance.probes.limits import LIMIT_PROBES
from agent.conformance.probes.sameness import SAMENESS_PROBES
from agent.conformance.probes.stream import STREAM_PROBES

__all__ = ["PROBES"]

PROBES: tuple[Probe, ...] = (
    *ENDPOINT_PROBES,
    *STREAM_PROBES,
    *SAMENESS_PROBES,
    *LIMIT_PROBES,
)
"""Each group is a module of its own; numbers rise through all of them."""
