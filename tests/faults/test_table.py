"""Each fault of the table through the command, in this process."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from agent.cli import main
from tests.faults.replies import QUERY, honest
from tests.faults.server import FaultServer, Request, Step, serving
from tests.faults.table import FAULTS, KEY, Fault, Mode

CASES = [
    pytest.param(fault, mode, id=f"{fault.id}-{mode}")
    for fault in FAULTS
    for mode in fault.modes
]


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


def answering(fault: Fault) -> Any:
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


def ask(
    fault: Fault, mode: Mode, library: str, capsys: pytest.CaptureFixture[str]
) -> Outcome:
    with serving(answering(fault)) as server, pytest.MonkeyPatch.context() as patch:
        variables = {"CITELOOP_API_KEY": KEY, "CITELOOP_RETRY_SECONDS": "0.05"}
        for name, value in (variables | dict(fault.variables)).items():
            patch.setenv(name, value)
        base_url = (fault.base_url or server.base_url).format(port=server.port)
        arguments = ["ask", QUERY, "--json", "--library", library]
        arguments += ["--base-url", base_url]
        arguments += [] if mode == "streaming" else ["--no-stream"]
        started = time.monotonic()
        code = main(arguments)
        seconds = time.monotonic() - started
        out, error = capsys.readouterr()
        return Outcome(code, out, error, seconds, server)


def outputs(server: FaultServer) -> list[str]:
    """Return what the model was told by tools, each output once."""
    told: dict[str, str] = {}
    for request in server.requests:
        for message in request["messages"]:
            if message["role"] == "tool":
                told[message["tool_call_id"]] = str(message["content"])
    return list(told.values())


def searches(server: FaultServer) -> int:
    """Return how many searches ran: their outputs begin with their sources."""
    return sum("lines " in each and "Error" not in each[:6] for each in outputs(server))


@pytest.fixture(scope="module")
def place(library: Any) -> str:
    """The library of all runs, which the session holds open."""
    return str(library.uri)


@pytest.mark.parametrize(("fault", "mode"), CASES)
def test_a_fault_is_recovered_from_or_named(
    fault: Fault, mode: Mode, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = ask(fault, mode, place, capsys)
    assert_nothing_leaks(outcome)
    assert outcome.seconds < fault.seconds
    assert outcome.code == fault.code, outcome.printed
    if fault.code in {0, 7}:
        assert fault.answer in outcome.said["answer"]
    if fault.code == 0:
        assert outcome.said["grounded"]
        assert not outcome.server.refused
    assert [each for each in fault.says if each not in outcome.error] == []
    assert [each for each in fault.never if each in outcome.printed] == []
    told = " ".join(outputs(outcome.server))
    assert [each for each in fault.told if each not in told] == []
    made = len(outcome.server.requests)
    ran = searches(outcome.server)
    assert fault.requests in {None, made}, outcome.printed
    assert fault.searches in {None, ran}, outputs(outcome.server)
    assert fault.most_searches is None or ran <= fault.most_searches


def assert_nothing_leaks(outcome: Outcome) -> None:
    """Assert what holds under every fault."""
    assert "Traceback" not in outcome.printed
    assert "A bug in Citeloop" not in outcome.printed
    assert KEY not in outcome.printed
    assert KEY[:20] not in outcome.printed
    assert "<|" not in outcome.printed
    assert "\x1b" not in outcome.printed
    assert len(outcome.out.strip().splitlines()) == 1
    if outcome.code == 0:
        assert outcome.said["answer"].strip()
        assert outcome.said["stop_reason"] == "answered"


def test_the_table_holds_every_fault_once() -> None:
    numbers = {fault.id[:3] for fault in FAULTS}
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
    assert numbers >= {f"F{number:02}" for number in range(1, 42)}
