"""How a model is asked to answer from passages: one short prompt, without a tool."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents import ModelSettings

from agent.guided.passages import write_passages
from agent.guided.reply import reply_schema
from agent.model_call import ModelCall
from prompts import Prompt, render
from tools.evidence.shown import ShownSource

__all__ = ["Asking"]

_MAX_OUTPUT = {"low": 2048, "medium": 4096, "high": 8192}
"""Tokens of a reply with its reasoning, by effort: a small model may never end."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a model is asked, and how."""

    question: str
    before: str
    """The question before it; blank if it is the first one."""
    passages: Sequence[ShownSource]
    takes_schema: bool
    """Whether its server holds it to a JSON schema."""
    said: str = ""
    """What it answered before, if that was not accepted."""
    problems: str = ""
    """Why not."""

    def of(self, call: ModelCall) -> ModelCall:
        """Return a call of the loop's as this one, without its tools."""
        schema = reply_schema([each.id for each in self.passages])
        return replace(
            call,
            system_instructions=self._instructions(),
            input=self._items(),
            tools=[],
            handoffs=[],
            output_schema=schema if self.takes_schema else None,
            model_settings=_settings(call.model_settings),
        )

    def _instructions(self) -> str:
        form = Prompt.GUIDED_JSON if self.takes_schema else Prompt.GUIDED_TEXT
        return render(Prompt.GUIDED, form=render(form))

    def _items(self) -> list[Any]:
        """Return the passages with the question last, and what came of it so far."""
        asked = f"{write_passages(self.passages)}\n\n"
        if self.before:
            asked += f"(Asked before: {self.before})\n"
        items = [{"role": "user", "content": f"{asked}Question: {self.question}"}]
        if self.said and self.problems:
            text = render(Prompt.GUIDED_REPAIR, problems=self.problems)
            items += [
                {"role": "assistant", "content": self.said},
                {"role": "user", "content": text},
            ]
        return items


def _settings(settings: ModelSettings) -> ModelSettings:
    effort = settings.reasoning.effort if settings.reasoning else None
    most = _MAX_OUTPUT.get(effort or "medium", _MAX_OUTPUT["high"])
    return replace(
        settings,
        tool_choice=None,
        parallel_tool_calls=None,
        max_tokens=settings.max_tokens or most,
    )
