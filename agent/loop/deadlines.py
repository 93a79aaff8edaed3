"""Ends what takes too long."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from agents import RunResultStreaming

from agent.settings.depth import LimitName

__all__ = ["LimitReachedError", "stop_run", "until"]

_STOP_SECONDS = 0.75
"""For what was cancelled to let go; twice that, Ctrl-C still ends within 2 s."""


async def until(
    work: Coroutine[Any, Any, Any], seconds: float, stop: asyncio.Event | None = None
) -> Any:
    """Return what the work returns.

    Raises:
        LimitReachedError: the time was over before, or `stop` was set.
    """
    task = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait()) if stop else None
    waiting = {task, stopping} if stopping else {task}
    try:
        await asyncio.wait(
            waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if task.done():
            return task.result()
        stopped = stopping is not None and stopping.done()
        raise LimitReachedError("cancelled" if stopped else "time_limit")
    finally:
        for each in waiting:
            each.cancel()
        await asyncio.wait(waiting, timeout=2 * _STOP_SECONDS)


async def stop_run(streamed: RunResultStreaming) -> None:
    """Cancel a run and wait until its connection is let go.

    The task of the run is no part of what the SDK documents; see
    `tests/house/test_private_apis.py`.
    """
    streamed.cancel()
    if streamed.run_loop_task:
        await asyncio.wait({streamed.run_loop_task}, timeout=_STOP_SECONDS)


class LimitReachedError(Exception):
    """The search has to end; the answer is due."""

    def __init__(self, reason: LimitName) -> None:
        """Say which limit it is."""
        super().__init__(reason)
        self.reason = reason
