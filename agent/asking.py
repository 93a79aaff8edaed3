"""`ask` and `ask_sync`: one answer, from Python."""

import asyncio
from collections.abc import Sequence

from agents import Model

from agent.answer import Answer
from agent.assistant import Assistant
from agent.conversations.conversation import Conversation
from agent.events.events import Listener, ignore
from agent.settings.settings import Settings
from tools.calls.tool import ToolFunction
from tools.threads import off_loop

__all__ = ["ask", "ask_sync"]


async def ask(
    question: str,
    *,
    settings: Settings | None = None,
    conversation: Conversation | None = None,
    listen: Listener = ignore,
    model: Model | None = None,
    tools: Sequence[ToolFunction] = (),
) -> Answer:
    """Answer a question from the library, with checked citations.

    Args:
        question: In any language.
        settings: By default what the environment and the config files say.
        conversation: Taken up and added to, so that a follow-up can refer to it.
        listen: Called with each turn, tool call and piece of text as it happens.
        model: An SDK model in place of the settings' endpoint.
        tools: Async functions with docstrings, offered to the model beside the four.

    Raises:
        CiteloopError: no answer came about; its text says why and what to do.
    """
    chosen = settings or Settings.load({})
    assistant = await off_loop(Assistant.open, chosen, model, tools)
    try:
        return await assistant.ask(question, conversation, listen)
    finally:
        await assistant.aclose()


def ask_sync(
    question: str,
    *,
    settings: Settings | None = None,
    conversation: Conversation | None = None,
) -> Answer:
    """Answer a question, as `ask` does, from code that is not async."""
    return asyncio.run(ask(question, settings=settings, conversation=conversation))
