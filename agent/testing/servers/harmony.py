"""gpt-oss's own format by its own library: prompts rendered, completions parsed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from agent.tool_schemas.tokens import encoding, missing_harmony
from tools.errors import UsageError

if TYPE_CHECKING:
    from openai_harmony import Message, StreamableParser

__all__ = [
    "Delta",
    "MissingHarmonyError",
    "encoding",
    "parse",
    "render_prompt",
    "require_harmony",
]

_FUNCTIONS = "functions."


class MissingHarmonyError(UsageError):
    """The packages that speak harmony are not installed."""


def require_harmony() -> None:
    """Load what speaks harmony: a second, once in a process.

    Raises:
        MissingHarmonyError: it is not installed.
    """
    if why := missing_harmony():
        raise MissingHarmonyError(
            f"No harmony can be spoken here ({why}). Install the extra `check`: "
            "pip install 'citeloop[check]'"
        )
    encoding()


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of what was parsed."""

    kind: Literal["reasoning", "content", "call"]
    text: str
    name: str | None = None
    """Of a tool call that begins."""


def render_prompt(request: dict[str, Any]) -> list[int]:
    """Return the tokens that the model reads for a request.

    The renderer could drop analysis itself, and servers differ in what they let it drop
    (vllm #35907), so here all that the client sends is read.
    """
    from openai_harmony import Conversation, RenderConversationConfig, Role

    messages = list(chain(_system(request), _messages(request["messages"])))
    tokens: list[int] = encoding().render_conversation_for_completion(
        Conversation.from_messages(messages),
        Role.ASSISTANT,
        RenderConversationConfig(auto_drop_analysis=False),
    )
    return tokens


def _system(request: dict[str, Any]) -> Iterator["Message"]:
    """Yield who the model is, and what the developer says and offers."""
    from openai_harmony import (
        DeveloperContent,
        Message,
        ReasoningEffort,
        Role,
        SystemContent,
        ToolDescription,
    )

    effort = ReasoningEffort[request.get("reasoning_effort", "medium").upper()]
    system = SystemContent.new().with_reasoning_effort(effort)
    yield Message.from_role_and_content(Role.SYSTEM, system)
    developer = DeveloperContent.new()
    for message in request["messages"]:
        if message["role"] == "system":
            developer = developer.with_instructions(message["content"])
    functions = [each["function"] for each in request.get("tools") or []]
    if functions:
        developer = developer.with_function_tools(
            [
                ToolDescription.new(
                    each["name"], each.get("description", ""), each.get("parameters")
                )
                for each in functions
            ]
        )
    yield Message.from_role_and_content(Role.DEVELOPER, developer)


def _messages(messages: list[dict[str, Any]]) -> Iterator["Message"]:
    from openai_harmony import Author, Message, Role

    names: dict[str, str] = {}
    for message in messages:
        content = message.get("content") or ""
        if message["role"] == "user":
            yield Message.from_role_and_content(Role.USER, content)
        elif message["role"] == "assistant":
            yield from _assistant(message)
            for call in message.get("tool_calls") or []:
                names[call["id"]] = call["function"]["name"]
        elif message["role"] == "tool":
            author = Author.new(Role.TOOL, _FUNCTIONS + names[message["tool_call_id"]])
            answer = Message.from_author_and_content(author, content)
            yield answer.with_recipient("assistant").with_channel("commentary")


def _assistant(message: dict[str, Any]) -> Iterator["Message"]:
    from openai_harmony import Message, Role

    def say(channel: str, text: str) -> "Message":
        said = Message.from_role_and_content(Role.ASSISTANT, text)
        return said.with_channel(channel)

    calls = message.get("tool_calls") or []
    if thought := message.get("reasoning") or message.get("reasoning_content"):
        yield say("analysis", thought)
    if message.get("content"):
        yield say("commentary" if calls else "final", message["content"])
    for call in calls:
        function = call["function"]
        json.loads(function["arguments"])
        called = say("commentary", function["arguments"])
        recipient = _FUNCTIONS + function["name"]
        yield called.with_recipient(recipient).with_content_type("<|constrain|>json")


def parse(tokens: Sequence[int]) -> Iterator[Delta]:
    """Yield what a server makes of generated tokens.

    Raises:
        HarmonyError: the parser takes them for no harmony.
    """
    from openai_harmony import Role, StreamableParser, StreamState

    parser = StreamableParser(encoding(), Role.ASSISTANT)
    was = parser.state
    for token in tokens:
        parser.process(token)
        kind, name = _destination(parser)
        begins = was is not StreamState.CONTENT and parser.state is StreamState.CONTENT
        if begins and kind == "call":
            yield Delta(kind, "", name)
        if kind and parser.last_content_delta:
            yield Delta(kind, parser.last_content_delta)
        was = parser.state


def _destination(
    parser: "StreamableParser",
) -> tuple[Literal["reasoning", "content", "call"] | None, str | None]:
    channel, recipient = parser.current_channel, parser.current_recipient
    if channel == "final":
        return "content", None
    if recipient:
        return "call", recipient.removeprefix(_FUNCTIONS)
    kinds = {"analysis": "reasoning", "commentary": "content"}
    return kinds.get(channel or ""), None  # type: ignore[return-value]
