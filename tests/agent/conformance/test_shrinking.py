"""The smallest request that still fails."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.conformance.bugs.shrinking import shrink

LARGE: dict[str, Any] = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "You help. " * 20},
        {"role": "user", "content": "What is the weather in Paris, please? " * 4},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": name,
                "parameters": {
                    "type": "object",
                    "properties": {"city": {"enum": ["Paris", "Rome"]}},
                },
            },
        }
        for name in ("get_weather", "get_time")
    ],
    "temperature": 0,
    "seed": 1,
    "stream": True,
    "stream_options": {"include_usage": True},
}


def holds(request: Mapping[str, Any], *needed: str) -> bool:
    text = json.dumps(request)
    return all(each in text for each in needed)


@pytest.mark.parametrize(
    ("needed", "left"),
    [
        (['"enum"'], {"model", "messages", "tools"}),
        (['"stream": true'], {"model", "messages", "stream"}),
        (["include_usage", '"seed"'], {"model", "messages", "stream_options", "seed"}),
        ([], {"model", "messages"}),
    ],
)
async def test_only_what_the_failure_needs_is_left(
    needed: list[str], left: set[str]
) -> None:
    async def fails(request: Mapping[str, Any]) -> bool:
        return holds(request, *needed)

    shrunk = await shrink(LARGE, fails, most=500)
    assert shrunk.whole
    assert shrunk.request.keys() == left
    assert len(shrunk.request["messages"]) == 1
    assert shrunk.request["messages"][0].keys() == {"role", "content"}
    assert holds(shrunk.request, *needed)


async def test_a_budget_that_is_spent_is_said() -> None:
    asked = []

    async def fails(request: Mapping[str, Any]) -> bool:
        asked.append(request)
        return False

    shrunk = await shrink(LARGE, fails, most=3)
    assert (len(asked), shrunk.tries, shrunk.whole) == (3, 3, False)
    assert shrunk.request == LARGE


JSON = st.recursive(
    st.text(max_size=20) | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=6), JSON, max_size=5),
    st.sets(st.integers(0, 40)),
)
@settings(max_examples=60, deadline=None)
async def test_what_is_left_failed_when_it_was_sent_and_nothing_is_changed_in_place(
    fields: dict[str, Any], failing: set[int]
) -> None:
    """A model that answers by chance: some requests fail, whatever they hold."""
    request = {**fields, "model": "m", "messages": [{"role": "user", "content": "x"}]}
    before, failed = json.dumps(request), [json.dumps(request)]
    count = 0

    async def fails(smaller: Mapping[str, Any]) -> bool:
        nonlocal count
        count += 1
        if count in failing:
            failed.append(json.dumps(smaller))
        return count in failing

    shrunk = await shrink(request, fails, most=60)
    assert json.dumps(shrunk.request) == failed[-1]
    assert json.dumps(request) == before
    assert shrunk.tries == count <= 60
