"""Ctrl-C while a question is worked on: first the answer, then the end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from agent.events.events import Event, Listener
from tools.trajectory.events import ToolFinished

__all__ = ["Interruptible"]


class Interruptible:
    """A listener that makes of the first Ctrl-C a wish for the answer.

    Before anything was found there is nothing to answer from, so that the first one
    ends the work, as the second does. Where an event loop takes no signals (Windows),
    each does.
    """

    def __init__(self, listen: Listener, tell: Callable[[str], None]) -> None:
        """Pass events on to `listen`, and tell the person what was understood."""
        self.stop = asyncio.Event()
        """For `Assistant.ask`: set at the first Ctrl-C."""
        self._listen = listen
        self._tell = tell
        self._found = False
        self._left = False

    def __call__(self, event: Event) -> None:
        """Take note of what was found."""
        if isinstance(event, ToolFinished) and event.call.new_passages:
            self._found = True
        self._listen(event)

    async def run(self, work: Awaitable[Any]) -> Any:
        """Return what the work returns.

        Raises:
            KeyboardInterrupt: the person does not want to wait for it.
        """
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (a coroutine that runs has one)
        try:
            loop.add_signal_handler(signal.SIGINT, self._interrupt, task)
        except NotImplementedError:
            return await work
        try:
            return await work
        except asyncio.CancelledError:
            if self._left:
                raise KeyboardInterrupt from None
            raise
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    def _interrupt(self, task: "asyncio.Task[Any]") -> None:
        if self._found and not self.stop.is_set():
            self.stop.set()
            self._tell("Answering from what was found; Ctrl-C again leaves.")
            return
        self._left = True
        task.cancel()
