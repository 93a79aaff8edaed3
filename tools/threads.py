"""Work off the event loop, in threads that nothing waits for.

The loop's own threads (`asyncio.to_thread`) are joined when it ends and once more when
the program does: a search that hangs would outlast a limit of time and Ctrl-C. These
are left behind, and end with the process.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, TypeVar

from tools.processes import remove_passing_folder

__all__ = ["begin", "leave", "left_behind", "off_loop"]

_T = TypeVar("_T")
_at_work: set[Thread] = set()


def begin(work: Callable[..., _T], *given: Any) -> "Future[_T]":
    """Begin some work in a thread of its own; return what becomes of it."""
    future: Future[_T] = Future()
    thread = Thread(
        target=copy_context().run,
        args=(_work, future, work, given),
        name=f"off-loop-{getattr(work, '__name__', 'work')}",
        daemon=True,
    )
    _at_work.add(thread)
    future.add_done_callback(lambda _: _at_work.discard(thread))
    future.set_running_or_notify_cancel()
    thread.start()
    return future


def _work(
    future: "Future[_T]", work: Callable[..., _T], given: tuple[Any, ...]
) -> None:
    try:
        future.set_result(work(*given))
    except BaseException as error:  # noqa: BLE001 (whoever asked for it gets it)
        future.set_exception(error)


async def off_loop(work: Callable[..., _T], *given: Any) -> _T:
    """Return what a blocking call returns; cancelled, it is left behind."""
    return await asyncio.wrap_future(begin(work, *given))


def left_behind() -> bool:
    """Whether some work is not done that nobody waits for any more."""
    return any(thread.is_alive() for thread in _at_work)


def leave(code: int) -> int:
    """Return an exit code; end the process with it if some work was left behind.

    An interpreter that ends while a thread is within a C++ library may crash.
    """
    if left_behind():
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        remove_passing_folder()
        os._exit(code)
    return code
