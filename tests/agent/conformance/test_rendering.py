"""Group J: gpt-oss's own format, on a server that speaks it by OpenAI's library."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agent.conformance.bench import Line
from agent.conformance.ledger import Ledger
from agent.conformance.planning import Plan
from agent.conformance.probes.catalogue import PROBES, probes_for
from agent.conformance.probes.rendering import RENDERING_PROBES
from agent.conformance.running import Check, run_check
from agent.conformance.terms import Terms
from agent.endpoints.endpoint import Endpoint
from agent.testing.servers.harmony import render_prompt
from tests.fakes.correct_server import Json, correct_server
from tests.fakes.faulty_manners import Quick
from tests.fakes.rule_model import Said


class GptOss(Quick):
    """Counts as gpt-oss's renderer does, with a date, and writes raw completions."""

    date = 10
    models = ("rule-model",)

    def count(self, request: Json) -> int:
        if "messages" not in request:
            return 1
        return len(render_prompt(request)) + self.date

    def raw(self, prompt: str) -> str:
        """Return what the model writes to a rendered prompt."""
        arguments = prompt.rpartition("Call look_up with ")[2].partition("<|end|>")[0]
        return (
            "<|channel|>analysis<|message|>Hmm.<|end|><|start|>assistant<|channel|>"
            "commentary to=functions.look_up <|constrain|>json<|message|>"
            f"{arguments}<|call|>"
        )


class ToolsLost(GptOss):
    def count(self, request: Json) -> int:
        return super().count({**request, "tools": None})


class CallLost(GptOss):
    """Its model calls, and the server makes a text of it."""

    def think(self, request: Json) -> Said:
        said = super().think(request)
        return Said("I would call it.") if said.calls else said


@contextmanager
def checked(manners: GptOss, *numbers: int) -> Iterator[Check]:
    with correct_server(manners) as server:
        probes = tuple(p for p in RENDERING_PROBES if p.number in numbers)
        yield asyncio.run(_run(Plan(probes, "seed", 1, Terms(True)), server.base_url))


async def _run(plan: Plan, base_url: str) -> Check:
    line = Line(Endpoint(base_url, "rule-model", None), Ledger(), seconds=20)
    try:
        return await run_check(plan, line, PROBES)
    finally:
        await line.close()


def test_prompts_with_the_tokens_of_the_renderer_and_a_date_pass() -> None:
    with checked(GptOss(), 43) as check:
        assert {each.verdict for each in check.findings} == {"ok"}
        assert check.findings[0].figures["a_question_more_tokens"] == 10


@pytest.mark.parametrize("date", [-1, 15])
def test_any_other_count_is_no_date(date: int) -> None:
    manners = GptOss()
    manners.date = date
    with checked(manners, 43) as check:
        assert {each.verdict for each in check.findings} == {"broken"}


def test_tools_that_never_reach_the_model_are_found() -> None:
    with checked(ToolsLost(), 43) as check:
        finding = check.findings[0]
        assert finding.verdict == "broken"
        assert "a tool: " in finding.sentence
        assert finding.counts.passed == 6


def completions(manners: GptOss) -> Any:
    """Return a server of manners that also has raw completions."""

    class WithCompletions(type(manners)):  # type: ignore[misc]
        paths = ("/v1/chat/completions", "/v1/completions")

        def respond(self, request: Json) -> Any:
            if "prompt" in request:
                text = self.raw(request["prompt"])
                return 200, {"choices": [{"text": text}], "model": request["model"]}
            return super().respond(request)

    return WithCompletions()


@pytest.mark.parametrize(
    ("manners", "verdict", "said"),
    [
        (GptOss(), "ok", "says what the model wrote"),
        (CallLost(), "broken", 'the model wrote [["look_up"'),
    ],
    ids=["the same", "the server's fault"],
)
def test_what_the_model_wrote_is_held_against_what_the_server_says(
    manners: GptOss, verdict: str, said: str
) -> None:
    with checked(completions(manners), 44) as check:
        finding = check.findings[0]
        assert (finding.verdict, said in finding.sentence) == (verdict, True), finding


def test_without_raw_completions_nothing_is_said() -> None:
    with checked(GptOss(), 44) as check:
        assert {each.verdict for each in check.findings} == {"refused"}


def test_these_probes_are_of_gpt_oss_alone() -> None:
    assert {43, 44}.isdisjoint(each.number for each in probes_for(is_gpt_oss=False))
    assert probes_for(is_gpt_oss=True) == PROBES
