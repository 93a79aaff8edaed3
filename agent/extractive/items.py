"""Turns that no model made, as the SDK's items and events."""

import json
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
)

__all__ = ["completed", "make_call", "planned_response"]


def make_call(name: str, **arguments: Any) -> ResponseFunctionToolCall:
    """Return a call as a model makes it."""
    return ResponseFunctionToolCall(
        arguments=json.dumps(arguments, ensure_ascii=False),
        call_id=f"call_{uuid4().hex}",
        name=name,
        type="function_call",
        id=f"fc_{uuid4().hex}",
    )


def planned_response(calls: Sequence[ResponseFunctionToolCall], model: str) -> Response:
    """Return a turn that was planned, as a stream ends with it: no model took part."""
    return Response(
        id=f"resp_{uuid4().hex}",
        created_at=time.time(),
        model=model,
        object="response",
        output=list(calls),
        parallel_tool_calls=True,
        tool_choice="auto",
        tools=[],
    )


def completed(response: Response, number: int = 0) -> ResponseCompletedEvent:
    """Return the event that a stream ends with."""
    return ResponseCompletedEvent(
        response=response, sequence_number=number, type="response.completed"
    )
