"""What is done for a server of which something was found out."""

from collections.abc import Sequence
from time import monotonic

import pytest

from agent.cli import main
from agent.testing.servers.fault_server import RESET, Pause, Request, Step, serving
from agent.testing.servers.replies import QUERY, Said, call, head, honest, response
from tools.library.library import Library


def well(request: Request, number: int) -> Sequence[Step]:
    return honest(request, number).steps(stream=True)


@pytest.mark.parametrize(
    ("server", "in_template"), [("llama.cpp", True), ("uvicorn", False)]
)
def test_llama_cpp_is_told_the_effort_in_its_template_too(
    library: Library, server: str, in_template: bool
) -> None:
    with serving(well, server=server) as running:
        flags = ["--library", library.uri, "--base-url", running.base_url]
        assert main(["ask", QUERY, "--effort", "high", *flags]) == 0
    request = running.requests[0]
    assert request["reasoning_effort"] == "high"
    wanted = {"reasoning_effort": "high"} if in_template else None
    assert request.get("chat_template_kwargs") == wanted


def test_the_doctor_shows_what_a_server_was_taken_for(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    def probed(request: Request, number: int) -> Sequence[Step]:
        said = Said(
            calls=[call("report_ready", "{}")], extra={"reasoning_content": "Hm."}
        )
        return said.steps(stream=False)

    with serving(probed, server="llama.cpp") as server:
        flags = ["--library", library.uri, "--base-url", server.base_url]
        assert main(["doctor", *flags]) == 0
    out = capsys.readouterr().out
    assert "✓ profile   llamacpp; effort as reasoning_effort and in" in out
    assert "reasoning comes as reasoning_content" in out
    assert "context_window is 131,072" in out


@pytest.mark.parametrize(
    "listing",
    [
        [head("application/json"), *[b" ", Pause(0.05)] * 400],
        [response({"data": ["odd", None, {"id": None, "meta": 3}]})],
        [response([])],
        [response("<html>no list</html>")],
        [head("text/plain"), b"models: some"],
        [RESET],
    ],
    ids=["endless", "odd", "no-object", "page", "text", "reset"],
)
def test_whatever_is_listed_holds_no_question_up(
    library: Library, listing: Sequence[Step]
) -> None:
    started = monotonic()
    with serving(well, listing=listing) as running:
        flags = ["--library", library.uri, "--base-url", running.base_url]
        assert main(["ask", QUERY, *flags]) == 0
    assert monotonic() - started < 15
