"""How many cores this process may use, which is not how many the machine has."""

import os
from pathlib import Path

__all__ = ["available_cores"]

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""What a container may use of each period: `QUOTA PERIOD`, or `max PERIOD`."""


def available_cores(quota: Path = _QUOTA) -> int:
    """Return the cores that the scheduler and the container's quota leave us."""
    known = hasattr(os, "sched_getaffinity")  # not on macOS and Windows
    cores = len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1
    try:
        share, period = quota.read_text().split()
        return max(1, min(cores, int(share) // int(period)))
    except (OSError, ValueError):  # no container, or no limit: "max"
        return cores
