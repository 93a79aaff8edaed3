import json
import time
from typing import Any

from agent.loop.compaction import compact
from agent.wire.estimate import estimate_tokens


def test_what_is_oldest_is_left_out_first() -> None:
    def output(number: int) -> Any:
        text = f"[{number}] lines 1-9: a.md\nUnder: A\nL1: {'word ' * 200}"
        return {"type": "function_call_output", "call_id": "x", "output": text}

    finished: list[Any] = [
        {"role": role, "content": f"{role} {number}"}
        for number in range(3)
        for role in ("user", "assistant")
    ]
    asked: Any = {"role": "user", "content": "Now?"}
    items = [*finished, asked, *map(output, range(1, 5))]
    whole = estimate_tokens(items)
    assert compact(items, whole, 6).items == items
    some = compact(items, whole - 200, 6)
    assert some.hidden == {1}
    assert some.items[:7] == items[:7]
    assert "left out" in json.dumps(some.items[7])
    least = compact(items, 60, 6)
    assert least.items[0] == asked
    assert least.hidden == {1, 2, 3, 4}


def conversation(calls: int) -> list[Any]:
    """Return a question whose message made so many calls, each with its output."""
    made = [
        {"type": "function_call", "call_id": f"c{at}", "name": "search",
         "arguments": json.dumps({"query": "word " * 20})}
        for at in range(calls)
    ]  # fmt: skip
    outputs = [
        {"type": "function_call_output", "call_id": f"c{at}",
         "output": f"[{at}] lines 1-9: a.md\nUnder: A\nL1: {'word ' * 60}"}
        for at in range(calls)
    ]  # fmt: skip
    return [{"role": "user", "content": "Now?"}, *made, *outputs]


def seconds_to_compact(calls: int) -> float:
    items, taken = conversation(calls), []
    for _ in range(3):
        started = time.process_time()
        compact(items, 1000)
        taken.append(time.process_time() - started)
    return min(taken)


def test_four_times_the_calls_take_no_more_than_about_four_times_the_time() -> None:
    assert seconds_to_compact(4000) < 9 * seconds_to_compact(1000) + 0.05


def test_as_little_as_possible_is_left_out() -> None:
    items = conversation(40)
    for room in range(100, estimate_tokens(items), 97):
        kept = compact(items, room).items
        least = compact(items, 0).items
        assert len(kept) == len(items)
        assert estimate_tokens(kept) <= max(room, estimate_tokens(least) + 90)
