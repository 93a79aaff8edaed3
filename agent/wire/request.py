"""What a server is asked: the SDK's input as a chat-completions request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from agents import ModelSettings
from agents.models.chatcmpl_converter import Converter
from agents.models.reasoning_content_replay import ReasoningContentReplayContext
from openai import omit

from agent.model_call import ModelCall
from agent.wire.estimate import estimate_tokens

__all__ = ["Request", "make_request"]

_LEAST_BUDGET = 8192
"""Output tokens of a second try, at least; gpt-oss thinks in thousands of them."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and what its answer is judged by."""

    body: Mapping[str, Any]
    """The JSON of the request."""
    tools: frozenset[str]
    """The names of the registered tools."""
    known_tools: frozenset[str]
    """Those, and the ones that the model has called before."""
    taken: frozenset[str]
    """The ids of the calls that it holds."""
    streamed: bool
    seconds: float | None
    """Wall-clock time that the turn may take; None for any."""
    headers: Mapping[str, str] | None = None
    """Those that are sent besides the client's own."""
    query: Mapping[str, object] | None = None
    """What is sent in the address."""

    def with_more_room(self, used: int) -> Self:
        """Return the same request with twice the output budget that was used up."""
        budget = max(2 * used, _LEAST_BUDGET)
        return replace(self, body={**self.body, "max_tokens": budget})

    def with_note(self, said: str, note: str) -> Self:
        """Return the same request with what the model said, and a word on it."""
        answer = {"role": "assistant", "content": said}
        messages = [*self.body["messages"], answer, {"role": "user", "content": note}]
        return replace(self, body={**self.body, "messages": messages})

    def estimated_tokens(self) -> int:
        """Return about how many tokens the prompt has, without its schemas."""
        texts = (message.get("content") for message in self.body["messages"])
        return sum(estimate_tokens(text) for text in texts if isinstance(text, str))


def make_request(model: str, call: ModelCall, *, streamed: bool) -> Request:
    """Return the request for one turn.

    gpt-oss must read its chain of thought again while it works on one question: it
    goes back in the field that it came in.
    """
    settings, system = call.model_settings, call.system_instructions
    messages: list[Any] = [{"role": "system", "content": system}] if system else []
    messages += Converter.items_to_messages(
        call.input, model=model, should_replay_reasoning_content=_always
    )
    body: dict[str, Any] = {
        "model": model,
        "messages": messages,
        "tools": [Converter.tool_to_openai(tool) for tool in call.tools] or omit,
        "tool_choice": Converter.convert_tool_choice(settings.tool_choice),
        "response_format": Converter.convert_response_format(call.output_schema),
        **_sampling(settings, offered=bool(call.tools)),
        **(settings.extra_args or {}),
        **_mapping(settings.extra_body),
    }
    if streamed:
        body["stream"] = True
        body["stream_options"] = {"include_usage": settings.include_usage is not False}
    names = frozenset(tool.name for tool in call.tools)
    return Request(
        body={name: value for name, value in body.items() if value is not omit},
        tools=names,
        known_tools=names | {call["function"]["name"] for call in _calls(messages)},
        taken=frozenset(call["id"] for call in _calls(messages)),
        streamed=streamed,
        seconds=settings.timeout,
        headers=_mapping(settings.extra_headers),
        query=_mapping(settings.extra_query),
    )


def _sampling(settings: ModelSettings, *, offered: bool) -> dict[str, Any]:
    """Return those of the settings that are set."""
    effort = settings.reasoning.effort if settings.reasoning else None
    wanted = {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "frequency_penalty": settings.frequency_penalty,
        "presence_penalty": settings.presence_penalty,
        "max_tokens": settings.max_tokens,
        "reasoning_effort": effort,
        "verbosity": settings.verbosity,
        "metadata": settings.metadata,
        "parallel_tool_calls": settings.parallel_tool_calls if offered else None,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _mapping(given: Any) -> dict[str, Any]:
    return dict(given) if isinstance(given, Mapping) else {}


def _calls(messages: list[Any]) -> list[Any]:
    calls = (message.get("tool_calls") or () for message in messages)
    return [call for several in calls for call in several]


def _always(context: ReasoningContentReplayContext) -> bool:
    del context
    return True
