"""A fault of the table, by its name, as a server."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches

from agent.testing.faults.fault import Fault
from agent.testing.faults.table import FAULTS
from agent.testing.scripts import Spoken, said, turn_of
from agent.testing.servers.fault_server import FaultServer, Request, Step, serving
from agent.testing.servers.replies import Reply, Status
from tools.errors import UsageError

__all__ = ["AFTERWARDS", "PLAYABLE", "UnknownFaultError", "faulty"]

AFTERWARDS = "The server is well again."
"""What is said behind a fault where a test names nothing."""
PLAYABLE: dict[str, Fault] = {
    fault.id: fault for fault in FAULTS if fault.replies or fault.base_url
}
"""The faults that a server can have, by their names."""


class UnknownFaultError(UsageError):
    """A fault is asked for that the table does not hold."""


@contextmanager
def faulty(
    name: str, then: Sequence[Spoken] = (), models: Sequence[str] = ("gpt-oss-20b",)
) -> Iterator[FaultServer]:
    """Run a server that has a fault, for as long as the block.

    Args:
        name: The fault's, as `F31-line`.
        then: What is said to the requests that follow; the last turn over and over. A
            fault that goes on for ever leaves it no room.
        models: What `/v1/models` lists.

    Raises:
        UnknownFaultError: there is none of this name.
    """
    fault = _named(name)
    turns = [turn_of(each) for each in then] or [turn_of(AFTERWARDS)]

    def respond(request: Request, number: int) -> Sequence[Step]:
        stream = bool(request.get("stream"))
        if ("streaming" if stream else "whole") not in fault.modes:
            return _elsewhere(fault).steps(stream=stream)
        at = number - len(fault.replies)
        if at < 0 or (fault.forever and fault.replies):
            reply: Reply = fault.replies[min(number, len(fault.replies) - 1)]
            return reply.steps(stream=stream)
        return said(turns[min(at, len(turns) - 1)], number).steps(stream=stream)

    with serving(respond, models, address=fault.base_url) as server:
        yield server


def _named(name: str) -> Fault:
    if name in PLAYABLE:
        return PLAYABLE[name]
    near = get_close_matches(name, PLAYABLE, n=5, cutoff=0.5)
    hint = (
        f"near to it are {', '.join(near)}"
        if near
        else f"one is {next(iter(PLAYABLE))}"
    )
    raise UnknownFaultError(
        f"There is no fault named {json.dumps(name)}; {hint}. All of them: "
        "agent.testing.playing.PLAYABLE"
    )


def _elsewhere(fault: Fault) -> Status:
    needed = "stream" if "streaming" in fault.modes else "response that is no stream"
    message = f"The fault {fault.id} ({fault.what}) exists in a {needed} alone."
    return Status(400, {"error": {"message": message, "type": "no_such_fault"}})
