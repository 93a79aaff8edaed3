"""What gpt-oss is shown of our tools, by both of OpenAI's renderers.

`shown.txt` is for people: whoever changes a docstring of a tool or the instructions
sees there what the model reads. A failing test prints what it would be now.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from agents import FunctionTool
from pydantic import BaseModel

from agent.testing.servers.harmony import encoding, render_prompt
from agent.tool_schemas.tokens import missing_harmony
from prompts import Prompt, render
from tests.conftest import ROOT
from tools.calls.shown_type import unclear_parameters
from tools.calls.tool import ToolFunction, make_tool, warn_of_unclear
from tools.fetch import fetch
from tools.final_answer import final_answer
from tools.requery import requery
from tools.search import search

SHOWN = Path(__file__).with_name("shown.txt")
TEMPLATE = ROOT.parent / "shared" / "models" / "gpt-oss-chat-template.jinja"
INSTRUCTIONS = render(Prompt.INSTRUCTIONS, today="2026-01-31", max_turns=12)
OURS = [make_tool(each) for each in (search, fetch, requery, final_answer)]
PART = "\n======== "

no_harmony = missing_harmony()
with_harmony = pytest.mark.skipif(no_harmony is not None, reason=str(no_harmony))


def request(tools: list[FunctionTool]) -> dict[str, Any]:
    functions = [
        {
            "name": each.name,
            "description": each.description,
            "parameters": each.params_json_schema,
        }
        for each in tools
    ]
    return {
        "messages": [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": "?"},
        ],
        "tools": [{"type": "function", "function": each} for each in functions],
    }


def by_harmony(tools: list[FunctionTool]) -> str:
    """Return what vLLM and others show, from the developer's message on."""
    return _developer(encoding().decode_utf8(render_prompt(request(tools))))


def by_template(tools: list[FunctionTool]) -> str:
    """Return what llama.cpp, transformers and others show."""
    prompt = _template().render(**request(tools), add_generation_prompt=True)
    return _developer(prompt)


@cache
def _template() -> Any:
    jinja2 = pytest.importorskip("jinja2")
    if not TEMPLATE.is_file():
        pytest.skip("../shared/models is not here")
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["strftime_now"] = lambda _: "2026-01-31"
    return environment.from_string(TEMPLATE.read_text())


def _developer(prompt: str) -> str:
    message = prompt.split("<|start|>developer<|message|>")[1]
    return message.partition("<|end|>")[0].strip()


def committed(part: str) -> str:
    return SHOWN.read_text().split(f"{PART}{part}\n")[1].partition(PART)[0].strip()


@with_harmony
def test_openais_renderer_shows_what_is_committed() -> None:
    assert by_harmony(OURS) == committed("OpenAI's renderer")


def test_the_models_own_template_shows_what_is_committed() -> None:
    assert by_template(OURS) == committed("the model's own template")


@pytest.mark.parametrize("part", ["OpenAI's renderer", "the model's own template"])
def test_each_parameter_is_shown_with_a_type(part: str) -> None:
    shown = committed(part).replace("}) => any;", "")
    assert "any" not in shown.partition("namespace functions")[2].split()
    for name in ("query: string", "limit?: number", "citations?: string[]"):
        assert name in shown


@with_harmony
def test_the_instructions_and_the_tools_cost_half_of_what_they_did() -> None:
    """They were 935 tokens by harmony and 1,438 as JSON, at commit 369d19d."""
    counted = [by_harmony(OURS), INSTRUCTIONS + json.dumps(request(OURS)["tools"])]
    tokens = [len(encoding().encode(each, allowed_special="all")) for each in counted]
    assert tokens[0] <= 935 / 2
    assert tokens[1] <= 1438 / 2


def test_no_description_of_where_holds_what_could_be_copied_into_a_call() -> None:
    """Small models copied `document=faq/*` into their calls, and found nothing."""
    for tool in OURS:
        where = tool.params_json_schema["properties"].get("where", {})
        assert not {"=", "*"} & set(where.get("description", ""))


class Place(BaseModel):
    document: str


class Far(BaseModel):
    document: str
    line: int


def asking(kind: Any) -> ToolFunction:
    async def look(what: Any, how: str = "") -> str:
        """Look.

        Args:
            what: Something.
            how: Somehow.
        """
        return ""

    look.__annotations__["what"] = kind
    return look


CLEAR = [
    str, int, float, bool, str | None, list[str], list[int] | None, int | str,
    Literal["a", "b"], Literal["a"], Literal["a", "b"] | None, Literal["a", 1], Place,
    Far, Far | None, list[Place], list[list[int]], list[str] | str, dict[str, str],
    Place | Far, Place | str,
]  # fmt: skip
UNCLEAR = [Any, list[Any], list[Far], list[Place | Far], list, tuple[int, str]]


@pytest.mark.parametrize("kind", CLEAR, ids=str)
def test_a_type_that_can_be_shown_is_shown_by_both(
    kind: Any, recwarn: pytest.WarningsRecorder
) -> None:
    tool = make_tool(asking(kind))
    warn_of_unclear([asking(kind)])
    assert not recwarn.list
    for show in _renderers():
        assert "any" not in show([tool]).split("type look = ")[1].split("}) =>")[0]


@pytest.mark.parametrize("kind", UNCLEAR, ids=str)
def test_a_parameter_that_would_be_shown_as_any_is_warned_of(kind: Any) -> None:
    with pytest.warns(UserWarning, match="look: .*parameter what as `any`") as warned:
        warn_of_unclear([asking(kind)])
    assert len(warned) == 1
    assert unclear_parameters(make_tool(asking(kind)).params_json_schema) == ["what"]


def _renderers() -> list[Callable[[list[FunctionTool]], str]]:
    """Return those that are here; the other test says which is not."""
    found = [] if no_harmony else [by_harmony]
    try:
        by_template(OURS)
    except pytest.skip.Exception:
        return found
    return [*found, by_template]


@pytest.mark.parametrize("kind", UNCLEAR, ids=str)
def test_what_is_warned_of_the_template_shows_as_any(kind: Any) -> None:
    shown = by_template([make_tool(asking(kind))]).split("type look = ")[1]
    assert "any" in shown.split("}) =>")[0]
