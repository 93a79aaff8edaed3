"""The model within its budget: what it is told is left, and a prompt that fits."""

import json
from dataclasses import replace
from typing import Any

import httpx2
import openai
import pytest

from agent.wire.estimate import estimate_tokens
from tests.fakes.scripted import DEEP, final, last_prompt, run, script, search
from tests.fakes.wrapped import Wrapped
from tools.library.library import Library


class Narrow(Wrapped):
    """A server that refuses prompts of over 2,500 tokens, in llama.cpp's words."""

    async def before(self, items: Any, tools: Any) -> None:
        if estimate_tokens(items) > 2500:
            request = httpx2.Request("POST", "http://localhost/v1/chat/completions")
            text = "the request exceeds the available context size"
            body = {"error": {"message": text, "type": "exceed_context_size_error"}}
            response = httpx2.Response(400, json=body, request=request)
            raise openai.BadRequestError(text, response=response, body=body)


async def test_the_model_is_told_what_is_left(library: Library) -> None:
    queries = ["segment", "flush", "storage", "index", "memory", "recall"]
    model = script(*map(search, queries), final())
    await run(library, model, depth=replace(DEEP, max_turns=8))
    assert "Left for this question: 2 turns." in last_prompt(model)
    assert "Left for" not in json.dumps(model.calls[4].input)


@pytest.mark.parametrize("stream", [True, False])
async def test_a_prompt_that_a_server_refuses_is_made_shorter(
    library: Library, stream: bool
) -> None:
    model = Narrow(script(search(limit=20), search("flush"), final()))
    answer = await run(library, model, depth=DEEP, stream=stream)
    assert answer.stop_reason == "answered"
    assert answer.grounded


async def test_what_was_left_out_is_shown_in_full_again(library: Library) -> None:
    queries = ["segment", "flush", "index"]
    searches = [search(query, limit=20) for query in queries]
    model = script(*searches, search("segment", limit=20), final())
    answer = await run(library, model, depth=DEEP, window=8000)
    assert estimate_tokens(model.calls[-1].input) < 8000
    assert not answer.trajectory[3].repeated
    assert answer.trajectory[3].new_passages > 0
