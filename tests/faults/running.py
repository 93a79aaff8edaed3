"""Runs a fault of the table through the command, in this process."""

import io
import json
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest

from agent.cli import main
from agent.testing.faults.fault import KEY, Fault, Mode
from agent.testing.servers.fault_server import (
    FaultServer,
    Request,
    Responder,
    Step,
    serving,
)
from agent.testing.servers.replies import QUERY, honest

__all__ = ["Outcome", "answering", "run"]


@dataclass(frozen=True)
class Outcome:
    """What a run of the command left."""

    code: int
    out: str
    error: str
    seconds: float
    server: FaultServer

    @property
    def printed(self) -> str:
        return self.out + self.error

    @property
    def said(self) -> dict[str, Any]:
        """The one object that `--json` prints."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def answering(fault: Fault) -> Responder:
    """Return a responder that plays a fault, then the honest model."""

    def respond(request: Request, number: int) -> Sequence[Step]:
        stream = bool(request.get("stream"))
        replies = fault.replies
        if number < len(replies):
            return replies[number].steps(stream=stream)
        if fault.forever:
            return replies[-1].steps(stream=stream)
        return honest(request, number).steps(stream=stream)

    return respond


def run(fault: Fault, mode: Mode, library: str) -> Outcome:
    """Ask the question of the suite while the fault happens."""
    out, error = io.StringIO(), io.StringIO()
    with (
        serving(answering(fault)) as server,
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(out),
        redirect_stderr(error),
    ):
        variables = {"CITELOOP_API_KEY": KEY, "CITELOOP_RETRY_SECONDS": "0.05"}
        for name, value in (variables | dict(fault.variables)).items():
            patch.setenv(name, value)
        base_url = (fault.base_url or server.base_url).format(port=server.port)
        arguments = ["ask", QUERY, "--json", "--library", library]
        arguments += ["--base-url", base_url, "--mode", "agent"]
        arguments += [] if mode == "streaming" else ["--no-stream"]
        started = time.monotonic()
        code = main(arguments)
        seconds = time.monotonic() - started
    return Outcome(code, out.getvalue(), error.getvalue(), seconds, server)
