"""What a server refuses, breaks off or never sends, over the whole loop."""

from pathlib import Path
from typing import Any

import pytest

from agent.answer import Answer
from agent.asking import ask
from agent.settings.settings import Settings
from agent.testing.servers.chat_server import Turn, serve
from tests.agent.wire.conversing import QUOTE, SCRIPT, answer_to
from tools.errors import (
    CiteloopError,
    CredentialsError,
    IncompleteError,
    ModelError,
    UsageError,
)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_what_passes_is_tried_again(
    library_file: Path, status: int, stream: bool
) -> None:
    error = Turn(status=status, error={"error": {"message": "busy"}})
    with serve([error, *SCRIPT]) as server:
        answer = await answer_to("When?", server, library_file, stream=stream)
    assert answer.grounded
    assert len(server.requests) == 5


@pytest.mark.parametrize(
    ("status", "error", "expected", "says"),
    [
        (401, {"error": {"message": "no such key"}}, CredentialsError, "no such key"),
        (402, {"error": {"message": "no credits"}}, CredentialsError, "no credits"),
        (403, {"error": {"message": "not for you"}}, ModelError, "not for you"),
        (404, {"error": {"message": "no such model"}}, ModelError, "no such model"),
        (404, {"error": "No endpoints found"}, ModelError, "No endpoints found"),
        (400, {"error": {"message": "bad schema"}}, ModelError, "bad schema"),
        (404, "<html><body>Nothing here</body></html>", ModelError, "--base-url"),
        (405, "<html><body>No</body></html>", ModelError, "answered 405: an HTML page"),
    ],
)
async def test_what_does_not_pass_is_said_at_once_in_the_servers_words(
    library_file: Path,
    status: int,
    error: Any,
    expected: type[CiteloopError],
    says: str,
    stream: bool,
) -> None:
    with (
        serve([Turn(status=status, error=error)]) as server,
        pytest.raises(expected, match=says) as caught,
    ):
        await answer_to("When?", server, library_file, stream=stream)
    assert len(server.requests) == 1
    assert "<html" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


async def test_a_long_wait_is_named_instead_of_waited_for(library_file: Path) -> None:
    busy = Turn(
        status=429, error={"error": {"message": "slow"}}, headers={"retry-after": "600"}
    )
    with (
        serve([busy]) as server,
        pytest.raises(ModelError, match=r"try again in 600 s"),
    ):
        await answer_to("When?", server, library_file)


async def test_a_server_that_is_not_there_is_named(library_file: Path) -> None:
    settings = Settings.load(
        {"library": str(library_file), "base_url": "http://127.0.0.1:9/v1"}
    )
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9/v1 cannot be reached"):
        await ask("When?", settings=settings)


async def test_an_empty_answer_is_incomplete(library_file: Path, stream: bool) -> None:
    with (
        serve([Turn(content="", reasoning="I only think.")] * 2) as server,
        pytest.raises(IncompleteError),
    ):
        await answer_to("When?", server, library_file, stream=stream)


async def test_a_text_that_was_cut_off_is_never_presented_as_whole(
    library_file: Path, stream: bool
) -> None:
    cut = Turn(content=f"{QUOTE} [1]", finish="length")
    with serve([SCRIPT[0], cut]) as server:
        answer = await answer_to("When?", server, library_file, stream=stream)
    assert_quoted_because(answer, "cut off by the server")


async def test_a_stream_that_ends_early_is_never_presented_as_whole(
    library_file: Path,
) -> None:
    cut = Turn(content=QUOTE[:40], finish=None)
    with serve([SCRIPT[0], cut, cut]) as server:
        answer = await answer_to("When?", server, library_file)
    assert_quoted_because(answer, "the stream ended early")


def assert_quoted_because(answer: Answer, why: str) -> None:
    """Assert that what was found before is quoted, and that it is said why."""
    note, _, quoted = answer.answer.partition("\n\n")
    assert note.startswith("(No answer of the model's")
    assert why in note
    assert quoted.startswith((">", "**No sentence answers"))
    assert answer.extracted
    assert answer.exit_code == 6


@pytest.mark.parametrize("page", ["<html>Log in</html>", ""])
async def test_a_page_that_says_200_is_no_api(
    library_file: Path, page: str, stream: bool
) -> None:
    with (
        serve([Turn(page=page)]) as server,
        pytest.raises(UsageError, match="not an OpenAI-compatible API"),
    ):
        await answer_to("When?", server, library_file, stream=stream)
    assert len(server.requests) == 1


async def test_a_key_that_the_server_repeats_is_not_printed(library_file: Path) -> None:
    error = {"error": {"message": "Incorrect API key provided: abcd1234efgh5678"}}
    with (
        serve([Turn(status=401, error=error)]) as server,
        pytest.raises(CredentialsError) as caught,
    ):
        await answer_to("When?", server, library_file, api_key="abcd1234efgh5678")
    assert "abcd1234" not in str(caught.value)
    assert "Incorrect API key provided: ***" in str(caught.value)
