import json
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
