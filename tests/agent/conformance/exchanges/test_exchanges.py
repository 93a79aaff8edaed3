"""What came back is kept byte for byte, and read as a bare client reads it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.conformance.exchanges.exchange import CHAT, Exchange, Piece
from agent.conformance.exchanges.repaired_reading import passing, repaired_reading
from agent.conformance.exchanges.strict_frames import read_stream
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.rules.wire_rules import violations_of


def exchange(
    body: bytes | Sequence[tuple[float, bytes]],
    *,
    streamed: bool = True,
    status: int | None = 200,
    failure: str = "",
    request: Mapping[str, Any] | bytes | None = None,
) -> Exchange:
    pieces = [(1.0, body)] if isinstance(body, bytes) else body
    asked = {"model": "m", "messages": [], "stream": streamed}
    kind = "text/event-stream" if streamed else "application/json"
    return Exchange(
        number=1,
        asked_by=4,
        method="POST",
        path=CHAT,
        request=asked if request is None else request,
        streamed=streamed,
        status=status,
        headers={"content-type": kind},
        pieces=tuple(Piece(ms, data) for ms, data in pieces),
        failure=failure,
        seconds=0.1,
    )


PAYLOADS = st.lists(
    st.dictionaries(st.text(max_size=5), st.text(max_size=8) | st.integers()),
    max_size=6,
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


@given(PAYLOADS, ENDS, st.booleans(), st.binary(max_size=0) | st.just(b": alive"))
def test_frames_are_read_and_stand_where_they_are_said_to(
    payloads: list[dict[str, Any]], end: bytes, done: bool, comment: bytes
) -> None:
    events = [f"data: {json.dumps(each)}".encode() + end + end for each in payloads]
    lead = comment + end + end if comment else b""
    tail = b"data: [DONE]" + end + end if done else b""
    body = lead + b"".join(events) + tail
    stream = read_stream(body)
    assert [each.payload for each in stream.frames] == payloads
    assert len(stream.done) == done
    assert stream.flaws == ()
    for frame, event in zip(stream.frames, events, strict=True):
        assert body[frame.start : frame.end] == event


@given(st.binary(max_size=200))
def test_any_bytes_are_read_and_judged(body: bytes) -> None:
    for streamed in (True, False):
        given_ = exchange(body, streamed=streamed)
        assert given_.outcome in {"answered", "failed", "refused"}
        strict_reading(given_)
        repaired_reading(given_)
        violations_of(given_)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "message", "tool_calls", "function", "usage",
                 "content", "error", "id", "index", "name", "arguments",
                 "finish_reason", "model", "prompt_tokens", "reasoning_content"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=16,
)  # fmt: skip


@given(st.lists(JSON, max_size=4))
def test_no_form_of_a_payload_breaks_a_reader_or_a_rule(payloads: list[Any]) -> None:
    body = b"".join(f"data: {json.dumps(each)}\n\n".encode() for each in payloads)
    whole = json.dumps(payloads[0] if payloads else None).encode()
    for given_ in (exchange(body), exchange(whole, streamed=False)):
        strict_reading(given_)
        repaired_reading(given_)
        for violation in violations_of(given_):
            assert violation.sentence
            assert 0 <= violation.breach.place <= len(given_.body)


def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    frame = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps({**frame, 'choices': [choice]})}\n\n".encode()


def test_arrivals_are_the_times_of_the_last_byte_of_each_frame() -> None:
    one, other = chunk({"content": "a"}), chunk({"content": "b"})
    given_ = exchange([(5, one[:9]), (7, one[9:] + other[:3]), (9.5, other[3:])])
    assert given_.arrivals == (7, 9.5)


def test_a_bare_client_mends_nothing() -> None:
    call = {"index": 0, "id": "a", "type": "function"}
    first = {**call, "function": {"name": "look", "arguments": "{"}}
    again = {**call, "function": {"name": "look", "arguments": "}"}}
    given_ = exchange(
        chunk({"role": "assistant", "tool_calls": [first]})
        + chunk({"tool_calls": [again]}, "tool_calls")
    )
    [read] = strict_reading(given_).calls
    assert (read.id, read.name, read.arguments) == ("aa", "looklook", "{}")
    [mended] = repaired_reading(given_).calls
    assert (mended.id, mended.name, mended.arguments) == ("a", "look", "{}")
    assert passing(given_, lambda each: each.names == ("look",)).sight == "mended"
    assert passing(given_, lambda each: each.names == ("other",)).sight == "failed"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"choices": []}', "answered"),
        (200, b'{"error": {"message": "no"}}', "refused"),
        (404, b"<html>", "refused"),
        (500, b'{"error": {"message": "no"}}', "failed"),
        (302, b"", "failed"),
        (200, b"", "failed"),
        (200, b"<html>", "failed"),
        (None, b"", "failed"),
    ],
)
def test_an_answer_a_refusal_and_a_failure_are_told_apart(
    status: int | None, body: bytes, outcome: str
) -> None:
    assert exchange(body, streamed=False, status=status).outcome == outcome


def test_what_broke_off_is_no_answer() -> None:
    body = b'{"choices": []}'
    broken = exchange(body, streamed=False, failure="ReadError")
    assert broken.outcome == "failed"
    assert violations_of(broken) == ()


def test_a_stream_that_says_it_failed_is_no_answer_and_no_refusal() -> None:
    error = b'data: {"error": {"message": "parser", "code": 500}}\n\n'
    begun = exchange(chunk({"role": "assistant", "content": "a"}) + error)
    assert begun.outcome == "failed"
    assert begun.why_failed == "an error in the stream: parser"
    assert "error_status" not in {each.rule.name for each in violations_of(begun)}
    at_once = exchange(error)
    assert at_once.outcome == "refused"
    assert "error_status" in {each.rule.name for each in violations_of(at_once)}
