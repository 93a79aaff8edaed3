"""What is said of processes: how many cores one may use, what Ctrl-C reaches."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["available_cores", "sheltered_child"]

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


@contextmanager
def sheltered_child() -> Iterator[None]:
    """Keep Ctrl-C from the process that is started inside.

    A terminal sends it to the whole group: the engine would end with a turn that the
    user only wanted to cancel. A child inherits the mask of the thread that forks it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
