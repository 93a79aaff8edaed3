"""The same bytes are the same turn, however they come."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from agent.testing.faults.table import FAULTS
from agent.testing.servers.replies import Said
from agent.wire.assembly import Assembler
from agent.wire.frames import Frames
from agent.wire.repairs.in_order import repair
from agent.wire.turns.turn import Turn
from agent.wire.verdict import Fault, find_fault
from tests.conftest import ROOT

TOOLS = frozenset({"search", "fetch", "requery", "final_answer"})
HARMONY = ROOT.parent / "shared" / "data" / "harmony" / "outputs.jsonl"
COMPAT = ROOT.parent / "shared" / "data" / "gpt-oss-compat" / "cases.jsonl"
SMALL = 4000
"""Bytes up to which a stream is split at each of them; larger ones byte by byte."""


def read(pieces: Iterable[bytes]) -> tuple[Turn, Fault | None, bool]:
    """Return the turn of a response that comes in these pieces."""
    frames, assembler = Frames(), Assembler()
    payloads = [payload for piece in pieces for payload in frames.feed(piece)]
    for payload in [*payloads, *frames.finish()]:
        assembler.add(payload)
    turn = repair(assembler.turn(), TOOLS, frozenset())
    return turn, find_fault(turn), frames.empty or frames.foreign


def body(said: Said, *, stream: bool) -> bytes:
    """Return the bytes of a turn behind the head of the response."""
    joined = b"".join(each for each in said.steps(stream=stream) if type(each) is bytes)
    return joined.partition(b"\r\n\r\n")[2]


@cache
def recorded() -> dict[str, bytes]:
    """The streams of the table, each once; those that never end are left out."""
    found: dict[bytes, str] = {}
    for fault in FAULTS:
        for at, reply in enumerate(fault.replies):
            steps = reply.steps(stream=True)
            sent = b"".join(each for each in steps if isinstance(each, bytes))
            if len(steps) < 1000 and b"event-stream" in sent:
                found.setdefault(sent.partition(b"\r\n\r\n")[2], f"{fault.id}-{at}")
    return {name: sent for sent, name in found.items()}


def assert_split_anywhere(sent: bytes, step: int = 1) -> None:
    expected = read([sent])
    assert read(sent[at : at + 1] for at in range(len(sent))) == expected
    if len(sent) <= SMALL:
        for at in range(len(sent) % step, len(sent), step):
            assert read([sent[:at], sent[at:]]) == expected, sent[:at]


@pytest.mark.parametrize("name", recorded())
def test_a_stream_of_the_table_is_one_turn_wherever_it_is_split(name: str) -> None:
    of_content = name.startswith("B")  # whose frames are those of the others
    assert_split_anywhere(recorded()[name], step=23 if of_content else 1)


def lines_of(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.skipif(not HARMONY.exists(), reason=f"{HARMONY.name} is not here")
def test_raw_harmony_in_the_content_is_one_turn_wherever_it_is_split() -> None:
    for each in lines_of(HARMONY):
        said = Said(each["output"])
        assert_split_anywhere(body(said, stream=True))
        turn, fault, _ = read([body(said, stream=True)])
        assert fault or "<|" not in turn.text
        assert read([body(said, stream=False)])[0] == turn


@pytest.mark.skipif(not COMPAT.exists(), reason=f"{COMPAT.name} is not here")
def test_the_calls_that_gpt_oss_servers_are_checked_with_stay_letter_for_letter() -> (
    None
):
    for each in lines_of(COMPAT):
        call = {
            "index": 0,
            "id": "call_1",
            "type": "function",
            "function": {
                "name": each["tool_name"], "arguments": each["expected_arguments"]
            },
        }  # fmt: skip
        said = Said(calls=[call], finish="tool_calls")
        frames, assembler = Frames(), Assembler()
        for payload in frames.feed(body(said, stream=True)):
            assembler.add(payload)
        turn = repair(assembler.turn(), frozenset({each["tool_name"]}), frozenset())
        assert turn.calls[0].arguments == each["expected_arguments"]
        assert turn.repairs == ()
        assert_split_anywhere(body(said, stream=True))


def test_streamed_and_whole_are_the_same_turn() -> None:
    compared = 0
    for fault in FAULTS:
        for reply in fault.replies:
            if not isinstance(reply, Said) or reply.deltas is not None or reply.frames:
                continue
            streamed = read([body(reply, stream=True)])
            whole = read([body(reply, stream=False)])
            assert streamed == whole, fault.id
            compared += 1
    assert compared > 40
