"""All probes, in their order."""

from agent.conformance.probe import Probe
from agent.conformance.probes.endpoint import ENDPOINT_PROBES

__all__ = ["PROBES"]

PROBES: tuple[Probe, ...] = (*ENDPOINT_PROBES,)
"""Each group is a module of its own; numbers rise through all of them."""
