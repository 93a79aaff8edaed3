"""What is said of requests that no recording fits, and of recordings left over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openai
import pytest

from agent.endpoints.client import endpoint_client
from agent.endpoints.endpoint import Endpoint
from agent.recording.deck import (
    Deck,
    TapeLeftError,
    TapeMiss,
    TapeMissError,
    named_misses,
)
from agent.recording.session import TapeSession
from agent.recording.staleness import changed_prompts, prompt_hashes
from agent.recording.tape import Recording, TapeError
from agent.recording.tape_file import tape_lines
from agent.recording.transports import ReplayingTransport
from tests.agent.recording.taping import recording, tape_of


def _asked(text: str, **more: object) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": text}], **more}


def _miss(deck: Deck, request: dict[str, object]) -> str:
    with pytest.raises(TapeMiss) as raised:
        deck.take("POST", "/v1/chat/completions", request)
    return str(raised.value)


def test_a_miss_names_the_nearest_recording_and_what_differs_first() -> None:
    near = recording(_asked("How are lamps lit?"), b"x")
    far = recording(_asked("Who?", tools=[{"a": 1, "b": 2}], stop="x"), b"x")
    said = _miss(
        Deck(tape_of(far, near), "lamps.tape"), _asked("How are lamps put out?")
    )
    assert "number 2" in said
    assert "messages[0].content" in said
    assert '"How are lamps lit?"' in said
    assert '"How are lamps put out?"' in said
    assert "--record lamps.tape" in said


def test_a_long_value_is_shortened() -> None:
    deck = Deck(tape_of(recording(_asked("a" * 10_000), b"x")), "a.tape")
    assert len(_miss(deck, _asked("b" * 10_000))) < 800


def test_a_miss_names_the_prompts_that_the_tape_is_older_than() -> None:
    hashes = prompt_hashes()
    name = next(iter(hashes))
    tape = tape_of(recording(_asked("a"), b"x"), prompts=hashes | {name: "old"})
    assert changed_prompts(tape.header) == [f"the prompt {name}"]
    assert f"older than the prompt {name}" in _miss(Deck(tape, "a"), _asked("b"))


def test_a_tape_of_these_prompts_is_not_stale() -> None:
    assert changed_prompts(tape_of(prompts=prompt_hashes()).header) == []


def test_a_path_that_was_never_asked_is_said() -> None:
    with pytest.raises(TapeMiss, match="no recording of GET /v1/models"):
        Deck(tape_of(), "a.tape").take("GET", "/v1/models", b"")


async def test_a_miss_is_no_connection_that_failed_and_not_tried_again() -> None:
    tries: list[str] = []

    class Counted(Deck):
        def take(
            self, method: str, path: str, request: Mapping[str, Any] | bytes
        ) -> Recording:
            tries.append(path)
            return super().take(method, path, request)

    transport = ReplayingTransport(Counted(tape_of(), "a.tape"))
    at = Endpoint("http://127.0.0.1:9/v1", "m", None)
    client = endpoint_client(at, transport=transport)
    with pytest.raises(TapeMissError, match="no recording"), named_misses():
        await client.with_options(max_retries=3).chat.completions.create(
            model="m", messages=[{"role": "user", "content": "?"}]
        )
    assert tries == ["/v1/chat/completions"]
    assert not issubclass(TapeMiss, openai.OpenAIError)


def _session(tmp_path: Path) -> TapeSession:
    path = tmp_path / "a.tape"
    tape = tape_of(recording(_asked("a"), b"x"), recording(_asked("b"), b"x"))
    path.write_text("\n".join(tape_lines(tape)))
    return TapeSession(path, "none")


def test_what_nobody_asked_for_fails(tmp_path: Path) -> None:
    session = _session(tmp_path)
    assert session.deck is not None
    session.deck.take("POST", "/v1/chat/completions", _asked("a"))
    with pytest.raises(TapeLeftError, match=r"1 recording of .* was not asked for"):
        session.require_played()
    session.deck.take("POST", "/v1/chat/completions", _asked("b"))
    session.require_played()


def test_none_without_a_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(TapeError, match="cannot be read"):
        TapeSession(tmp_path / "none.tape", "none")


def test_a_folder_that_is_not_there_is_said_before_anything_is_asked(
    tmp_path: Path,
) -> None:
    with pytest.raises(TapeError, match="no such folder"):
        TapeSession(tmp_path / "no" / "a.tape", "all")


def test_the_date_of_a_tape_is_pinned(tmp_path: Path) -> None:
    assert _session(tmp_path).today == "2026-01-02"
