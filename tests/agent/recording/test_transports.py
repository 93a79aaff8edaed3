"""What passes through is kept as it came, and played as it was kept."""

import asyncio
import json
from itertools import permutations
from pathlib import Path

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.recording.deck import Deck, TapeMiss
from agent.recording.tape import Recording
from agent.recording.tape_file import read_tape, tape_lines
from agent.recording.transports import RecordingTransport, ReplayingTransport
from tests.agent.recording.taping import AT, InMemory, recording, tape_of


async def _record(pieces: list[bytes]) -> Recording:
    recorder = RecordingTransport(InMemory(lambda _: pieces))
    async with httpx2.AsyncClient(transport=recorder) as client:
        await client.post(AT, json={"model": "m"})
    (only,) = recorder.finished
    return only


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8))
@settings(max_examples=50, deadline=None)
def test_what_is_recorded_is_played_byte_for_byte_with_its_splits(
    pieces: list[bytes],
) -> None:
    async def run() -> list[bytes]:
        deck = Deck(tape_of(await _record(pieces)), "a.tape")
        transport = ReplayingTransport(deck)
        async with (
            httpx2.AsyncClient(transport=transport) as client,
            client.stream("POST", AT, json={"model": "m"}) as response,
        ):
            return [each async for each in response.aiter_raw()]

    assert asyncio.run(run()) == pieces


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8))
@settings(max_examples=50, deadline=None)
def test_a_file_holds_what_was_recorded(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("tape") / "a.tape"
    tape = tape_of(recording({"model": "é", "n": [1, None]}, *pieces))
    path.write_text("\n".join(tape_lines(tape)), encoding="utf-8")
    assert read_tape(path) == tape


async def test_the_first_piece_arrives_before_the_next_is_sent() -> None:
    server = InMemory(lambda _: [b"one", b"two", b"three"])
    recorder = RecordingTransport(server)
    async with (
        httpx2.AsyncClient(transport=recorder) as client,
        client.stream("POST", AT, json={}) as response,
    ):
        raw = response.aiter_raw()
        assert await anext(raw) == b"one"
        assert server.sent == [b"one"]
        assert [each async for each in raw] == [b"two", b"three"]
    assert recorder.finished[0].end == "eof"


async def test_a_response_that_is_left_is_recorded_as_far_as_it_came() -> None:
    recorder = RecordingTransport(InMemory(lambda _: [b"one", b"two"]))
    async with (
        httpx2.AsyncClient(transport=recorder) as client,
        client.stream("POST", AT, json={}) as response,
    ):
        assert await anext(response.aiter_raw()) == b"one"
    (only,) = recorder.finished
    assert (only.body, only.end) == (b"one", "cancelled")


async def test_a_transport_that_breaks_is_played_as_broken() -> None:
    async def breaks(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("slow", request=request)

    recorder = RecordingTransport(httpx2.MockTransport(breaks))
    async with httpx2.AsyncClient(transport=recorder) as client:
        with pytest.raises(httpx2.ConnectTimeout):
            await client.post(AT, json={})
    (only,) = recorder.finished
    assert (only.status, only.end, only.error) == (None, "error", "ConnectTimeout")
    replayed = ReplayingTransport(Deck(tape_of(only), "a.tape"))
    async with httpx2.AsyncClient(transport=replayed) as client:
        with pytest.raises(httpx2.ConnectTimeout):
            await client.post(AT, json={})


async def test_a_response_that_came_whole_is_recorded() -> None:
    inner = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"a": 1}))
    recorder = RecordingTransport(inner)
    async with httpx2.AsyncClient(transport=recorder) as client:
        response = await client.post(AT, json={})
    (only,) = recorder.finished
    assert (only.body, only.end) == (response.content, "eof")


async def test_headers_that_are_not_on_the_list_are_not_kept() -> None:
    headers = {"content-type": "text/plain", "set-cookie": "a=b", "x-request-id": "7"}
    recorder = RecordingTransport(InMemory(lambda _: [b"x"], headers))
    async with httpx2.AsyncClient(transport=recorder) as client:
        await client.post(AT, json={}, headers={"authorization": "Bearer k"})
    assert dict(recorder.finished[0].headers) == {"content-type": "text/plain"}


@pytest.mark.parametrize("order", [*permutations(range(3))])
async def test_requests_side_by_side_get_their_own_recording_in_any_order(
    order: tuple[int, ...],
) -> None:
    several = [recording({"n": each}, b"%d" % each) for each in range(3)]
    transport = ReplayingTransport(Deck(tape_of(*several), "a.tape"))
    async with httpx2.AsyncClient(transport=transport) as client:
        answers = await asyncio.gather(
            *(client.post(AT, json={"n": each}) for each in order)
        )
    assert [each.text for each in answers] == [str(each) for each in order]


async def test_equal_requests_are_played_in_the_order_of_the_tape() -> None:
    several = [recording({"n": 1}, b"first"), recording({"n": 1}, b"second")]
    transport = ReplayingTransport(Deck(tape_of(*several), "a.tape"))
    async with httpx2.AsyncClient(transport=transport) as client:
        texts = [(await client.post(AT, json={"n": 1})).text for _ in range(2)]
        assert texts == ["first", "second"]
        with pytest.raises(TapeMiss, match="were played"):
            await client.post(AT, json={"n": 1})


async def test_ids_of_calls_user_and_seed_do_not_matter() -> None:
    def asked(call: str, seed: int) -> dict[str, object]:
        messages = [{"tool_calls": [{"id": call}]}, {"tool_call_id": call}]
        return {"messages": messages, "seed": seed, "user": call}

    transport = ReplayingTransport(
        Deck(tape_of(recording(asked("call_1", 1), b"x")), "a.tape")
    )
    async with httpx2.AsyncClient(transport=transport) as client:
        response = await client.post(AT, json=asked("call_99", 2))
    assert response.text == "x"


@pytest.mark.parametrize(("speed", "least", "most"), [(0, 0, 0.05), (1, 0.09, 9)])
async def test_the_speed_is_that_of_the_tape_or_none(
    speed: float, least: float, most: float
) -> None:
    ten = recording({}, *[b"x"] * 11)  # 10 ms between them
    transport = ReplayingTransport(Deck(tape_of(ten), "a.tape"), speed)
    loop = asyncio.get_running_loop()
    async with httpx2.AsyncClient(transport=transport) as client:
        began = loop.time()
        await client.post(AT, content=json.dumps({}))
    assert least <= loop.time() - began <= most


def test_a_file_is_read_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    path.write_text("\n".join(tape_lines(tape_of())), encoding="utf-8")
    assert read_tape(path).recordings == ()
