"""A good model's run in `agent` is what it was before other modes were there.

The committed conversation is what such a model has sent and been given, in full; the
messages, the number of turns and the settings of the commit before the modes (bd9bddf)
were the same over HTTP, with instructions and tools of about half the length now.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.scripted import DEEP, call, final, run, script, search
from tools.library.library import Library

CONVERSATION = Path(__file__).with_name("good_model.txt")
_VARIES = re.compile(r"(?<=score )\d\.\d\d")
"""What differs from one machine to the next."""


def calls() -> list[Any]:
    return [
        search(),
        call("requery", {"queries": ["share of the maximum size", "seal proportion"]}),
        call("fetch", {"document": "write-path.md", "line": 30}),
        final(),
    ]


def written(item: Any) -> str:
    """Return an item of a conversation as a person reads it."""
    if "role" in item:
        return f"{item['role']}: {item['content']}"
    if item["type"] == "function_call":
        return f"call of {item['name']}: {item['arguments']}"
    return f"it returned:\n{item['output']}"


@pytest.mark.parametrize("stream", [True, False])
async def test_a_good_model_takes_as_many_turns_and_reads_no_more(
    library: Library, *, stream: bool
) -> None:
    model = script(*calls())
    answer = await run(library, model, stream=stream, depth=DEEP, mode="agent")
    assert answer.grounded
    assert len(model.calls) == len(calls())
    for each, after in zip(model.calls, model.calls[1:], strict=False):
        assert list(after.input)[: len(each.input)] == list(each.input)
    read = "\n\n".join(map(written, model.calls[-1].input)) + "\n"
    assert _VARIES.sub("…", read) == CONVERSATION.read_text("utf-8")
