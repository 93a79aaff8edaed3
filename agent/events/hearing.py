"""Who hears what the wire has to say about the turn that it is reading.

A model is shared by questions that run at once, and the runner passes nothing of a
turn on but its items; the context of a task is what a question has to itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from agent.events.events import Event, ignore

__all__ = ["hearing", "report"]

_listener: ContextVar[Callable[[Event], None]] = ContextVar("wire", default=ignore)


@contextmanager
def hearing(listen: Callable[[Event], None]) -> Iterator[None]:
    """Let `listen` hear what is reported in this task, and in tasks begun in it."""
    token = _listener.set(listen)
    try:
        yield
    finally:
        _listener.reset(token)


def report(event: Event) -> None:
    """Tell whoever hears this task."""
    _listener.get()(event)
