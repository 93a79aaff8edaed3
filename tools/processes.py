"""What is said of processes: the cores one may use, what Ctrl-C reaches, its folder."""

import atexit
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

__all__ = [
    "available_cores",
    "passing_folder",
    "remove_passing_folder",
    "sheltered_child",
]

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


@cache
def passing_folder() -> Path:
    """Return a folder of this process that nobody else may read, and that ends with it.

    What a dependency leaves in the folder for temporary files goes there instead: the
    C++ engine's logs were readable by every user, and stayed.
    """
    folder = Path(mkdtemp(prefix="citeloop-"))
    atexit.register(remove_passing_folder)
    return folder


def remove_passing_folder() -> None:
    """Remove the folder, if there is one; nothing else may be left to write to it."""
    if passing_folder.cache_info().currsize:
        rmtree(passing_folder(), ignore_errors=True)
        passing_folder.cache_clear()
