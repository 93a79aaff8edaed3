import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from agents import FunctionTool, RunContextWrapper
from agents.tool_context import ToolContext

from tests.conftest import ROOT
from tools.calls.run import Run, ToolOutput
from tools.calls.tool import ToolFunction, make_tool
from tools.errors import ToolError
from tools.evidence.evidence import Evidence
from tools.fetch import fetch
from tools.final_answer import final_answer
from tools.library.library import Library
from tools.requery import requery
from tools.search import search
from tools.trajectory.events import ToolEvent, ToolFinished, ToolStarted

TOLD = Path(__file__).with_name("told.json")
"""What the model is told of the four tools: a change to it is one to a prompt."""
FORMS: dict[str, Callable[[], ToolFunction]] = {}


def form(make: Callable[[], ToolFunction]) -> Callable[[], ToolFunction]:
    """Take note of a form that a user's own tool may have."""
    FORMS[make.__name__.replace("_", " ")] = make
    return make


@form
def a_run_first() -> ToolFunction:
    async def asked(run: Run, word: str, times: int = 1) -> str:
        """Repeat a word.

        Args:
            word: In any case.
            times: How often.
        """
        return f"{run.question} {word * times}"

    return asked


@form
def its_wrapper_first() -> ToolFunction:
    async def asked(context: RunContextWrapper[Run], word: str, times: int = 1) -> str:
        """Repeat a word.

        Args:
            word: In any case.
            times: How often.
        """
        return f"{context.context.question} {word * times}"

    return asked


@form
def the_context_of_its_call_first() -> ToolFunction:
    async def asked(context: ToolContext[Run], word: str, times: int = 1) -> str:
        """Repeat a word.

        Args:
            word: In any case.
            times: How often.
        """
        assert context.tool_name == "asked"
        return f"{context.context.question} {word * times}"

    return asked


@form
def neither() -> ToolFunction:
    async def asked(word: str, times: int = 1) -> str:
        """Repeat a word.

        Args:
            word: In any case.
            times: How often.
        """
        return f"What seals a segment? {word * times}"

    return asked


@form
def a_run_named_in_a_text() -> ToolFunction:
    async def asked(run: "Run", word: "str", times: "int" = 1) -> "str":
        """Repeat a word.

        Args:
            word: In any case.
            times: How often.
        """
        return f"{run.question} {word * times}"

    return asked


@form
def a_run_with_a_remark() -> ToolFunction:
    async def asked(run: Annotated[Run, "ours"], word: str, times: int = 1) -> str:
        """Repeat a word.

        Args:
            word: In any case.
            times: How often.
        """
        return f"{run.question} {word * times}"

    return asked


class Own:
    async def asked(self, run: Run, word: str, times: int = 1) -> str:
        """Repeat a word.

        Args:
            word: In any case.
            times: How often.
        """
        return f"{run.question} {word * times}"


@form
def a_method() -> ToolFunction:
    return Own().asked


@pytest.fixture
def begun(library: Library) -> Run:
    return Run(library, Evidence(), "What seals a segment?", turn=1)


async def invoke(tool: FunctionTool, run: Run, **arguments: Any) -> Any:
    return await invoke_with(tool, run, json.dumps(arguments))


async def invoke_with(tool: FunctionTool, run: Run, text: str) -> Any:
    context = ToolContext(
        run, tool_name=tool.name, tool_call_id="call_1", tool_arguments=text
    )
    return await tool.on_invoke_tool(context, text)


def test_the_model_is_told_of_the_four_tools_what_it_always_was() -> None:
    tools = map(make_tool, (search, fetch, requery, final_answer))
    told = [
        {
            "name": each.name,
            "description": each.description,
            "parameters": each.params_json_schema,
        }
        for each in tools
    ]
    assert json.dumps(told, ensure_ascii=False, indent=1) + "\n" == TOLD.read_text()


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS)
async def test_a_function_may_take_the_run_its_wrapper_or_neither(
    begun: Run, make: Callable[[], ToolFunction]
) -> None:
    tool = make_tool(make())
    assert await invoke(tool, begun, word="ha", times=2) == (
        "What seals a segment? haha"
    )
    assert (tool.name, tool.description) == ("asked", "Repeat a word.")
    assert tool.params_json_schema["required"] == ["word"]
    properties = tool.params_json_schema["properties"]
    assert [(name, each["description"]) for name, each in properties.items()] == [
        ("word", "In any case."),
        ("times", "How often."),
    ]


async def test_a_function_that_takes_a_run_can_be_called_without_a_model(
    begun: Run,
) -> None:
    function = a_run_first()
    make_tool(function)
    assert await function(begun, "ha") == "What seals a segment? ha"


async def test_a_run_that_does_not_stand_first_is_no_argument_of_a_model() -> None:
    async def asked(word: str, wrapper: RunContextWrapper[Run]) -> str:
        """Repeat a word."""
        return word

    with pytest.raises(Exception, match="non-first position"):
        make_tool(asked)


async def test_a_call_is_heard_when_it_begins_and_when_it_has_returned(
    begun: Run,
) -> None:
    heard: list[ToolEvent] = []
    begun.listen = heard.append
    await invoke(make_tool(neither()), begun, word="ha")
    (call,) = begun.trajectory
    assert heard == [ToolStarted("asked", {"word": "ha"}), ToolFinished(call)]
    assert (call.turn, call.name, call.failed) == (1, "asked", False)
    assert call.returned == "What seals a segment? ha"


async def test_a_long_output_stands_shortened_in_the_trajectory(begun: Run) -> None:
    output = await invoke(make_tool(neither()), begun, word="ha\n", times=100)
    assert len(output) > 300
    assert len(begun.trajectory[0].returned) == 200
    assert begun.trajectory[0].returned.endswith("…")


async def test_of_an_output_in_two_forms_the_model_gets_the_text(begun: Run) -> None:
    async def look() -> ToolOutput:
        """Look."""
        return ToolOutput("all that there is", "a lamp")

    assert await invoke(make_tool(look), begun) == "all that there is"
    assert begun.trajectory[0].returned == "a lamp"


async def test_the_same_call_is_made_once_while_its_output_stands(begun: Run) -> None:
    async def look(where: str | None = None) -> ToolOutput:
        """Look."""
        return ToolOutput("a lamp", "a lamp")

    tool = make_tool(look)
    await invoke(tool, begun)
    begun.turn = 2
    output = await invoke(tool, begun, where=None)
    assert output.startswith("You made this same call in turn 1")
    assert begun.trajectory[1].repeated
    begun.hide(set())
    assert await invoke(tool, begun) == "a lamp"


async def test_beyond_the_limit_only_the_answer_may_be_called(begun: Run) -> None:
    begun.max_tool_calls = 1
    tool = make_tool(neither())
    await invoke(tool, begun, word="ha")
    output = await invoke(tool, begun, word="ho")
    assert output == (
        "Error: all 1 tool calls of this question are made; call final_answer with "
        "what you have"
    )
    assert [each.failed for each in begun.trajectory] == [False, True]
    draft = await invoke(make_tool(final_answer), begun, answer="No.", answered=False)
    assert begun.acceptance.draft is draft


async def test_null_for_an_optional_argument_is_as_good_as_none(begun: Run) -> None:
    async def look(
        word: str, times: int = 2, where: str | None = "here", what: Any = "all"
    ) -> str:
        """Look."""
        return f"{word * times} {where} {what}"

    tool = make_tool(look)
    assert await invoke(tool, begun, word="ha", times=None) == "haha here all"
    output = await invoke(tool, begun, word="ha", where=None, what=None)
    assert output == "haha None None"
    refused = await invoke(tool, begun, word=None)
    assert refused.startswith("Error: word: Input should be a valid string")
    assert begun.trajectory[0].arguments == {"word": "ha", "times": None}


async def test_a_tool_error_is_told_to_the_model(begun: Run) -> None:
    async def fail() -> str:
        """Fail."""
        raise ToolError("lamp: it is out")

    assert await invoke(make_tool(fail), begun) == "Error: lamp: it is out"
    assert begun.trajectory[0].failed


async def test_any_other_error_surfaces_and_is_no_call_of_the_trajectory(
    begun: Run,
) -> None:
    async def fail() -> str:
        """Fail."""
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError, match="a bug"):
        await invoke(make_tool(fail), begun)
    assert begun.trajectory == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"word": "x', "Error: the arguments are not valid JSON: "),
        ("[1]", "Error: the arguments must be one JSON object"),
        ("{}", "Error: word: Field required"),
        ('{"word": 5}', "Error: word: Input should be a valid string"),
        ('{"word": "x", "times": "y"}', "Error: times: Input should be a valid int"),
    ],
)
async def test_arguments_that_do_not_fit_are_told_with_the_fields_name(
    begun: Run, text: str, says: str
) -> None:
    output = await invoke_with(make_tool(neither()), begun, text)
    assert output.startswith(says)
    assert begun.trajectory[0].failed


def test_the_sdk_has_one_import_site_in_tools() -> None:
    sites = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "tools").rglob("*.py"))
        if re.search(r"^\s*(?:from|import) agents\b", path.read_text(), re.MULTILINE)
    ]
    assert sites == ["tools/calls/tool.py"]
