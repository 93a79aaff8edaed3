"""Puts settings, library and model together, and asks."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from agents import Model

from agent.answer import Answer
from agent.checking.choosing import checker_for, checks_itself
from agent.checking.named import named_checker
from agent.conversations.conversation import Conversation
from agent.conversations.history import history_items
from agent.endpoints.client import endpoint_client
from agent.endpoints.diagnosing import named_failures
from agent.endpoints.endpoint import Endpoint
from agent.endpoints.probing import identify
from agent.endpoints.profiles import Profile
from agent.endpoints.requests import endpoint_settings, model_settings
from agent.endpoints.resolving import resolve_endpoints
from agent.endpoints.retried_model import RetriedModel, ServedModel
from agent.events.events import Listener, ignore
from agent.extractive.model import ExtractiveModel
from agent.loop.asked import Question
from agent.loop.budget import Budget
from agent.loop.question import answer_question
from agent.modes.learnt import Learnt
from agent.modes.reasons import Reason
from agent.opening import open_library
from agent.recording.deck import named_misses
from agent.recording.session import TapeSession
from agent.settings.depth import DEPTHS, MAX_WINDOW, Depth, DepthName
from agent.settings.modes import ModeName
from agent.settings.settings import Settings
from agent.wire.model import WireModel
from tools.calls.tool import ToolFunction, warn_of_unclear
from tools.errors import UsageError
from tools.grounding.support.checker import Checker
from tools.text.clean import scalar
from tools.threads import left_behind, off_loop

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from tools.library.library import Library

__all__ = ["Assistant"]

_MAX_QUESTION = 20_000
_CLOSING_SECONDS = 1.0
"""For a library that something still works on, which nobody waits for."""


class Assistant:
    """An open library and a model, ready for any number of questions."""

    def __init__(
        self,
        settings: Settings,
        library: "Library",
        model: Model | None = None,
        tools: Sequence[ToolFunction] = (),
        tape: TapeSession | None = None,
    ) -> None:
        """Take an open library; `model` stands in for the one of the settings.

        A tape stands between the models of the settings and their servers; whoever
        hands it over saves it.
        """
        self.settings = settings
        self._tape = tape
        self.library = library
        warn_of_unclear(tools)
        self.tools = tools
        self._clients: dict[Endpoint, AsyncOpenAI] = {}
        """Those of models that were in use, too: they are closed at the end."""
        self._profiles: dict[Endpoint, Profile] = {}
        self.use(settings, model)

    @classmethod
    def open(
        cls,
        settings: Settings,
        model: Model | None = None,
        tools: Sequence[ToolFunction] = (),
        tape: TapeSession | None = None,
    ) -> Self:
        """Open the library of the settings; the rest is as when it is open already.

        Raises:
            CiteloopError: the library cannot be opened, or a setting is wrong.
        """
        if model is None:
            # What is wrong there is said before work begins.
            resolve_endpoints(settings)
        named_checker(settings)
        return cls(settings, open_library(settings), model, tools, tape)

    def use(self, settings: Settings, model: Model | None = None) -> None:
        """Go on with the model of other settings, or with one that is given."""
        self.settings = settings
        named = named_checker(settings)
        self._checker = self._served(named) if isinstance(named, Endpoint) else named
        if model is not None:
            self._models = [ServedModel(model, None)]
            return
        self._models = [self._served(each) for each in resolve_endpoints(settings)]

    def _served(self, endpoint: Endpoint | None) -> ServedModel:
        if endpoint is None:
            library = self.library
            return ServedModel(ExtractiveModel(library.embedder, library=library), None)
        if endpoint not in self._clients:
            transport = self._tape.transport() if self._tape else None
            self._clients[endpoint] = endpoint_client(endpoint, transport=transport)
        client = self._clients[endpoint]
        return ServedModel(
            WireModel(
                endpoint.model,
                client,
                self.settings.token_seconds,
                corrects_calls=self.settings.mode != "auto",
            ),
            endpoint,
            lambda settings: endpoint_settings(
                endpoint, self._profiles[endpoint], settings
            ),
        )

    async def _identify(self) -> Profile:
        """Look once at each server; return what is known of the first."""
        several = [*self._models, self._checker]
        served = [each for each in several if isinstance(each, ServedModel)]
        endpoints = [each.endpoint for each in served if each.endpoint]
        new = {each: None for each in endpoints if each not in self._profiles}
        asked = (identify(each, self._clients[each]) for each in new)
        found = await asyncio.gather(*asked)
        self._profiles.update(zip(new, found, strict=True))
        first = self._models[0].endpoint
        return self._profiles[first] if first else Profile()

    def _mode(self) -> tuple[ModeName, str]:
        """Return the mode that a question begins in, and why if that needs saying."""
        first = self._models[0]
        if _is_extractive(first):
            return "agent", ""
        if self.settings.mode != "auto" or first.endpoint is None:
            return self.settings.mode, ""
        known = self._learnt.of(first.endpoint, self._profiles[first.endpoint].version)
        if known is not None and known.mode == "guided":
            return "guided", known.said
        return "auto", ""

    def _learn(self, endpoint: Endpoint | None, reason: Reason | None) -> None:
        if endpoint is not None:
            self._learnt.learn(endpoint, reason, self._profiles[endpoint].version)

    @property
    def _learnt(self) -> Learnt:
        return Learnt(self.settings.data_dir)

    @property
    def model_name(self) -> str:
        """The model that is asked first; `extractive` if none is connected."""
        return self._models[0].name

    async def ask(
        self,
        question: str,
        conversation: Conversation | None = None,
        listen: Listener = ignore,
        depth: DepthName | None = None,
        stop: asyncio.Event | None = None,
    ) -> Answer:
        """Answer one question; a conversation is taken up and added to.

        Args:
            question: In any language.
            conversation: Taken up and added to.
            listen: Called with each turn, tool call and piece of text as it happens.
            depth: In place of that of the settings.
            stop: Set it to end the search: the answer is given from what was seen.

        Raises:
            CiteloopError: no answer came about; the text says why.
        """
        question = scalar(question).strip()
        if not question:
            raise UsageError("The question is blank.")
        if len(question) > _MAX_QUESTION:
            raise UsageError(
                f"The question has {len(question):,} characters, and {_MAX_QUESTION:,} "
                "at most: ingest what it quotes, and ask about that."
            )
        conversation = conversation or Conversation()
        settings = self.settings
        preset = DEPTHS[depth or settings.depth].limited(settings)
        with named_misses():
            profile = await self._identify()
        model = RetriedModel(self._models, settings.retry_seconds)
        mode, why = self._mode()
        asked = Question(
            text=question,
            library=self.library,
            evidence=conversation.evidence(),
            model=model,
            model_name=self.model_name,
            depth=preset,
            settings=model_settings(preset),
            history=history_items(conversation),
            tools=self.tools,
            listen=listen,
            stream=settings.stream,
            # What a follow-up is about, the model alone understands.
            prefetch=settings.prefetch and not conversation.answers,
            window=min(settings.context_window, profile.window or MAX_WINDOW),
            mode=mode,
            mode_reason=why,
            served=lambda: model.served.endpoint,
            own_mode="extractive" if _is_extractive(model.served) else "agent",
            learn=lambda reason: self._learn(model.served.endpoint, reason),
            strict=settings.strict,
            open_checker=self._open_checker(model, preset, profile),
            checks_itself=checks_itself(settings, preset.name),
            stop=stop,
        )
        if self._tape is not None:
            asked = replace(asked, today=self._tape.today)
        with named_failures(lambda: model.served.endpoint), named_misses():
            answer = await answer_question(asked)
        named: dict[str, Any] = {
            "run": f"{conversation.id}.{len(conversation.answers) + 1}"
        }
        if model.given_up:
            named |= {"model": model.served.name, "given_up": tuple(model.given_up)}
        if _is_extractive(model.served):
            named["mode"] = "extractive"
        answer = answer.model_copy(update=named)
        conversation.add(answer, asked.evidence)
        return answer

    def _open_checker(
        self, model: RetriedModel, depth: Depth, profile: Profile
    ) -> Callable[[Budget], Checker] | None:
        def connected() -> ServedModel | None:
            return None if _is_extractive(model.served) else model.served

        named = self._checker
        if isinstance(named, ServedModel) and named.endpoint:
            profile = self._profiles[named.endpoint]
        window = min(self.settings.context_window, profile.window or MAX_WINDOW)
        return checker_for(named, connected, self.settings, depth, window)

    async def aclose(self) -> None:
        """Close the client and the library."""
        for client in self._clients.values():
            await client.close()
        seconds = _CLOSING_SECONDS if left_behind() else None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await off_loop(self.library.close)


def _is_extractive(served: ServedModel) -> bool:
    return isinstance(served.model, ExtractiveModel)
