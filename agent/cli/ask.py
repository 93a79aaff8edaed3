"""`citeloop ask`: one answer."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.answer import Answer
from agent.cli.given.given_settings import settings_from
from agent.cli.given.taping import taped
from agent.endpoints.endpoint import EXTRACTIVE
from agent.endpoints.resolving import resolve_endpoints
from agent.opening import open_library
from agent.output.forms import choose_form
from agent.output.remarks import (
    remarks_on_end,
    remarks_on_grounding,
    remarks_on_models,
)
from agent.settings.depth import DEPTHS
from agent.settings.settings import Settings
from tools.errors import LibraryError, UsageError
from tools.text.clean import scalar
from tools.threads import off_loop

if TYPE_CHECKING:
    from agent.assistant import Assistant
    from agent.conversations.conversation import Conversation
    from agent.recording.session import TapeSession
    from tools.library.library import Library

__all__ = ["run"]

_OPENING_SECONDS = 30.0
"""For a library to open, at least: engines and embedders take some seconds to start,
and the time of the question begins when they have."""
_EXTRACTIVE = (
    "The extractive model answered, by quoting alone. To connect gpt-oss: "
    "--provider ollama (or openrouter, vllm, …), or set CITELOOP_BASE_URL."
)


def run(flags: argparse.Namespace) -> int:
    """Answer the question and return the exit code that tells how it went."""
    if flags.json_schema:
        print(json.dumps(Answer.model_json_schema(by_alias=True), indent=2))
        return 0
    form = choose_form(sys.stdout, as_json=flags.json)
    question = _question(flags.question)
    settings = settings_from(flags)
    with taped(flags, settings) as tape:
        answer = asyncio.run(_ask(question, settings, tape))
    form.write_answer(answer)
    for remark in _remarks(answer):
        form.write_remark(remark)
    if tape is not None:
        tape.require_played()
    return answer.exit_code


def _question(given: str | None) -> str:
    if given is None:
        raise UsageError(
            "There is no question: `citeloop ask QUESTION`, or - for stdin."
        )
    if given == "-" and sys.stdin is None:
        raise UsageError("There is no standard input to read the question from.")
    question = scalar(sys.stdin.read() if given == "-" else given).strip()
    if not question:
        raise UsageError("The question is blank.")
    return question


async def _ask(question: str, settings: Settings, tape: "TapeSession | None") -> Answer:
    from agent.conversations.conversation import Conversation
    from agent.repl.interrupts import Interruptible
    from agent.screen.console import console_for
    from agent.screen.notices import complain
    from agent.screen.progress import Progress

    with Progress(console_for(sys.stderr)) as progress:
        assistant = await _open(settings, tape)
        heard = Interruptible(progress, complain)
        conversation = Conversation()
        asking = assistant.ask(question, conversation, heard, stop=heard.stop)
        try:
            await heard.run(asking)
        finally:
            await assistant.aclose()
    return _kept(conversation, settings)


def _kept(conversation: "Conversation", settings: Settings) -> Answer:
    """Save the conversation for `show` and `chat --resume`; return its answer.

    Where it cannot be kept, the answer is given all the same.
    """
    from agent.screen.notices import complain

    answer = conversation.answers[-1]
    try:
        conversation.save(settings.conversations)
    except UsageError as error:
        complain(str(error))
        return answer.model_copy(update={"run": ""})
    return answer


async def _open(settings: Settings, tape: "TapeSession | None") -> "Assistant":
    """Open the library while the SDK is imported: each of them takes a second."""
    resolve_endpoints(settings)  # what is wrong there is said before work begins
    preset = DEPTHS[settings.depth].limited(settings)
    seconds = max(preset.max_seconds, _OPENING_SECONDS)
    opening = asyncio.create_task(_opened(settings, seconds))
    await asyncio.sleep(0)  # lets the thread begin
    from agent.assistant import Assistant

    return Assistant(settings, await opening, tape=tape)


async def _opened(settings: Settings, seconds: float) -> "Library":
    """Return the library, unless it takes longer than the question may.

    Raises:
        LibraryError: it cannot be opened, or not in this time.
    """
    try:
        async with asyncio.timeout(seconds):
            return await off_loop(open_library, settings)
    except TimeoutError:
        raise LibraryError(
            f"The library {settings.library} did not open in {seconds:g} s. Check that "
            "it and its embedder can be reached."
        ) from None


def _remarks(answer: Answer) -> Iterator[str]:
    yield from remarks_on_models(answer)
    if answer.model == EXTRACTIVE and not answer.given_up:
        yield _EXTRACTIVE
    yield from remarks_on_grounding(answer)
    yield from remarks_on_end(answer)
