"""A turn as the SDK's items, which are what goes back to the server later."""

from collections.abc import Mapping
from time import time
from typing import Any

from agents import ModelResponse, Usage
from agents.items import TResponseOutputItem
from agents.models.chatcmpl_converter import Converter
from agents.models.fake_id import FAKE_RESPONSES_ID
from agents.usage import _attach_raw_usage_snapshot
from openai.types.chat import ChatCompletionMessage
from openai.types.responses import Response, ResponseUsage
from openai.types.responses.response_usage import (
    InputTokensDetails,
    OutputTokensDetails,
)

from agent.wire.turns.turn import Turn
from agent.wire.usage import token_count

__all__ = [
    "NO_ID",
    "output_items",
    "streamed_response",
    "wasted_response",
    "whole_response",
]

NO_ID = FAKE_RESPONSES_ID
"""What stands for an id that the server did not give; the SDK sends it to nobody."""


def whole_response(turn: Turn, model: str, requests: int) -> ModelResponse:
    """Return what a model that does not stream returns for a turn.

    Args:
        turn: A turn that can be used; its usage is that of all requests.
        model: Who said it; reasoning is replayed to the same model alone.
        requests: How many it took.
    """
    return ModelResponse(
        output=output_items(turn, model),
        usage=_usage(turn.usage, requests),
        response_id=turn.response_id,
        raw_usage=dict(turn.usage) if turn.usage else None,
    )


def wasted_response(usage: Mapping[str, Any] | None, requests: int) -> ModelResponse:
    """Return what stands for turns that could not be used: what they took."""
    return ModelResponse(
        output=[],
        usage=_usage(usage, requests),
        response_id=None,
        raw_usage=dict(usage) if usage else None,
    )


def _usage(usage: Mapping[str, Any] | None, requests: int) -> Usage:
    return Usage(
        requests=requests,
        input_tokens=token_count(usage, "prompt_tokens"),
        output_tokens=token_count(usage, "completion_tokens"),
        total_tokens=token_count(usage, "total_tokens"),
    )


def streamed_response(turn: Turn, model: str, requests: int) -> Response:
    """Return the same as a stream ends with it."""
    usage = ResponseUsage(
        input_tokens=token_count(turn.usage, "prompt_tokens"),
        output_tokens=token_count(turn.usage, "completion_tokens"),
        total_tokens=token_count(turn.usage, "total_tokens"),
        input_tokens_details=InputTokensDetails.model_construct(
            cached_tokens=0, cache_write_tokens=0
        ),
        output_tokens_details=OutputTokensDetails(reasoning_tokens=0),
    )
    response = Response(
        id=turn.response_id or NO_ID,
        created_at=time(),
        model=model,
        object="response",
        output=output_items(turn, model),
        usage=usage,
        parallel_tool_calls=False,
        tool_choice="auto",
        tools=[],
    )
    _tell_the_runner(response, turn, requests)
    return response


def _tell_the_runner(response: Response, turn: Turn, requests: int) -> None:
    """Put on a response what the runner reads under private names alone.

    There is no other way by which a streamed response carries how many requests it
    took, and what they cost; `tests/house/test_private_apis.py` says if it is gone.
    """
    object.__setattr__(response.usage, "_agents_sdk_request_count", requests)
    _attach_raw_usage_snapshot(response, turn.usage)


def output_items(turn: Turn, model: str) -> list[TResponseOutputItem]:
    """Return reasoning, text and calls as items, in this order.

    The SDK knows two of the reasoning fields; `reasoning_details` alone goes back as
    `reasoning`, its text form at OpenRouter.
    """
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None}
    if turn.reasoning:
        content = turn.reasoning_field == "reasoning_content"
        message["reasoning_content" if content else "reasoning"] = turn.reasoning
    if turn.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in turn.calls
        ]
    return Converter.message_to_output_items(
        ChatCompletionMessage.model_validate(message),
        provider_data={"model": model, "response_id": turn.response_id},
    )
