"""The tape that a command is given, to be recorded or played."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from agent.recording.session import TapeSession
from agent.settings.settings import Settings
from tools.errors import UsageError

__all__ = ["taped"]

_FASTEST = 1_000.0


@contextmanager
def taped(
    flags: argparse.Namespace, settings: Settings
) -> Iterator[TapeSession | None]:
    """Yield the tape that the flags name, None if they name none.

    It is written at the end of the block, also where that fails: what a server sent
    before it failed is worth looking at.

    Raises:
        TapeError: it cannot be read or written, or would hold a key.
    """
    if not flags.record and not flags.replay:
        yield None
        return
    if not 0 <= flags.replay_speed <= _FASTEST:
        raise UsageError("--replay-speed is a number from 0 to 1,000.")
    tape = TapeSession(
        Path(flags.record or flags.replay),
        "all" if flags.record else "none",
        model=settings.model or "",
        settings=settings.model_dump(
            mode="json", include={"depth", "effort", "mode", "stream", "prefetch"}
        ),
        keys=_keys(settings),
        speed=flags.replay_speed,
    )
    try:
        yield tape
    finally:
        tape.save()


def _keys(settings: Settings) -> list[str]:
    values = (getattr(settings, name) for name in type(settings).model_fields)
    return [each.get_secret_value() for each in values if isinstance(each, SecretStr)]
