"""The payloads in the bytes of a response, wherever the bytes are split."""

import json
from typing import Any

import pytest

from agent.wire.frames import MAX_PAYLOAD_BYTES, Frames, Payload
from tools.responses import MAX_OBJECT_BYTES

ONE: Payload = {"choices": [{"delta": {"content": "Grüße 🦭"}}]}
TWO: Payload = {"choices": [{"delta": {"content": "b"}}]}


def event(payload: Any) -> bytes:
    return f"data: {json.dumps(payload, ensure_ascii=False)}\n\n".encode()


def read(*pieces: bytes) -> tuple[list[Payload], Frames]:
    frames = Frames()
    payloads = [payload for piece in pieces for payload in frames.feed(piece)]
    return payloads + frames.finish(), frames


STREAMS = {
    "plain": event(ONE) + event(TWO) + b"data: [DONE]\n\n",
    "crlf": (event(ONE) + event(TWO)).replace(b"\n", b"\r\n") + b"data: [DONE]\r\n\r\n",
    "cr": (event(ONE) + event(TWO)).replace(b"\n", b"\r"),
    "keep-alives": b": OPENROUTER PROCESSING\n\n"
    + event(ONE)
    + b": x\n\n"
    + event(TWO),
    "no blank lines": (event(ONE) + event(TWO)).replace(b"\n\n", b"\n"),
    "no end of the last line": (event(ONE) + event(TWO)).rstrip(b"\n"),
    "no space": (event(ONE) + event(TWO)).replace(b"data: ", b"data:"),
    "other fields": b"retry: 3\nid: 7\nevent: message\n" + event(ONE) + event(TWO),
    "several data lines": event(ONE)
    + b'data: {"choices":\ndata: [{"delta": {"content": "b"}}]}\n\n',
    "byte order mark": b"\xef\xbb\xbf" + event(ONE) + event(TWO),
    "what follows the end": event(ONE)
    + event(TWO)
    + b"data: [DONE]\n\ndata: {nonsense",
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_split_at_each_byte_has_the_same_payloads(name: str) -> None:
    stream = STREAMS[name]
    for at in range(len(stream) + 1):
        payloads, frames = read(stream[:at], stream[at:])
        assert payloads == [ONE, TWO], at
        assert not frames.broken
        assert not frames.foreign
    assert read(*(stream[at : at + 1] for at in range(len(stream))))[0] == [ONE, TWO]


@pytest.mark.parametrize("spaces", [b"", b"\n\n   \n"])
def test_a_whole_object_split_at_each_byte_is_one_payload(spaces: bytes) -> None:
    whole = spaces + json.dumps(ONE, ensure_ascii=False).encode()
    for at in range(len(whole) + 1):
        payloads, frames = read(whole[:at], whole[at:])
        assert payloads == [ONE]
        assert not frames.broken


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (event(ONE) + b"data: {not json}\n\n" + event(TWO), [ONE]),
        (event(ONE) + event(TWO)[:20], [ONE]),
        (event(ONE) + b'data: "a string"\n\n', [ONE]),
        (b'{"choices": [', []),
        (event(ONE) + b"data: " + b"[" * 100_000 + b"\n\n", [ONE]),
    ],
    ids=["no json", "cut", "no object", "cut object", "deep"],
)
def test_what_is_no_json_object_breaks_the_response_where_it_stands(
    stream: bytes, expected: list[Payload]
) -> None:
    payloads, frames = read(stream)
    assert payloads == expected
    assert frames.broken


@pytest.mark.parametrize("page", [b"<html>Log in</html>", b"no", b"error code: 1015"])
def test_a_page_is_foreign_or_holds_no_payload(page: bytes) -> None:
    payloads, frames = read(page)
    assert payloads == []
    assert frames.foreign or not frames.done


def test_nothing_but_white_space_is_empty() -> None:
    assert read(b" \n")[1].empty
    assert not read(b": still here\n\n")[1].empty


def test_llama_cpps_error_lines_are_payloads() -> None:
    payloads, _ = read(event(ONE) + b'error: {"code": 500, "message": "no"}\n\n')
    assert payloads[1] == {"error": {"code": 500, "message": "no"}}


LONG = b"x" * 65_536


@pytest.mark.parametrize(
    "beginning",
    [b'data: {"a": "', b'{"a": "', b'{"a": 1}\n{"b": "', b"data: a\ndata: "],
)
def test_a_payload_without_an_end_is_given_up_and_kept_no_longer(
    beginning: bytes,
) -> None:
    frames = Frames()
    frames.feed(beginning)
    for _ in range(2 * MAX_PAYLOAD_BYTES // len(LONG)):
        assert len(frames.feed(LONG)) == 0 or frames.is_over
        if frames.is_over:
            break
    assert frames.overlong
    assert frames.finish() == []
    assert MAX_PAYLOAD_BYTES == MAX_OBJECT_BYTES


NDJSON = b"".join(json.dumps(each).encode() + b"\n" for each in (ONE, TWO))


@pytest.mark.parametrize(
    "stream", [NDJSON, NDJSON.rstrip(), NDJSON.replace(b"\n", b"\r\n"), b"\n" + NDJSON,
               NDJSON.replace(b"\n", b"\n\n")]
)  # fmt: skip
def test_objects_by_lines_are_read_wherever_they_are_split(stream: bytes) -> None:
    for at in range(len(stream) + 1):
        assert read(stream[:at], stream[at:])[0] == [ONE, TWO], at
    assert read(*(stream[at : at + 1] for at in range(len(stream))))[0] == [ONE, TWO]


def test_an_object_over_several_lines_is_one() -> None:
    whole = json.dumps(ONE, indent=2).encode() + b"\n"
    for at in range(len(whole) + 1):
        assert read(whole[:at], whole[at:])[0] == [ONE]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("error", "data: it broke", "it broke"),
        ("error", 'data: "it broke"', "it broke"),
        ("error", "data: it\ndata: broke", "it\nbroke"),
        ("error", "data:", "it sent an error without a word"),
        ("error", "", "it sent an error without a word"),
        ("exception", "data: {cut", "{cut"),
        ("response.failed", "data: no", "no"),
        ("stream_error", "data: no", "no"),
    ],
)
def test_an_event_that_is_named_an_error_is_one_whatever_it_holds(
    name: str, data: str, words: str
) -> None:
    stream = event(ONE) + f"event: {name}\n{data}\n\n".encode()
    for at in range(len(stream) + 1):
        payloads, frames = read(stream[:at], stream[at:])
        assert payloads == [ONE, {"error": {"message": words}}], at
        assert not frames.broken


def test_an_event_of_another_name_is_none() -> None:
    assert read(b"event: message\n" + event(ONE))[0] == [ONE]
    assert read(b"event: error_free\n" + event(ONE))[0] == [ONE]
