"""Makes a tool that the model can call out of a typed async function.

The function's docstring is what the model reads. A `ToolError`, or arguments that do
not fit, become the tool's output; anything else surfaces from the run.
"""

import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from time import perf_counter
from typing import Any

from agents import FunctionTool
from agents.function_schema import FuncSchema, function_schema
from agents.tool_context import ToolContext
from pydantic import BaseModel, ValidationError

from tools.calls.run import Run, ToolOutput
from tools.errors import ToolError
from tools.trajectory.arguments import parse_arguments, say_what_is_wrong
from tools.trajectory.events import ToolFinished, ToolStarted
from tools.trajectory.names import ANSWER
from tools.trajectory.tool_call import ToolCall

__all__ = ["ToolFunction", "make_tool"]

ToolFunction = Callable[..., Awaitable[Any]]
"""Takes a `RunContextWrapper[Run]` first, if it takes one at all."""
_SUMMARY_LENGTH = 200
_REPEATED = (
    "You made this same call in turn {turn}, and its output stands above. Ask "
    "something else, or answer from what you have."
)


def make_tool(function: ToolFunction) -> FunctionTool:
    """Return the tool for `function`, under the function's own name.

    Arguments with defaults are optional for the model. What the function returns is
    the output: a `ToolOutput`, a pydantic model that ends the run, or plain text.
    """
    schema = _schema_of(function)

    async def invoke(context: ToolContext[Run], arguments: str) -> Any:
        return await _invoke(function, schema, context, arguments)

    return FunctionTool(
        name=schema.name,
        description=schema.description or "",
        params_json_schema=schema.params_json_schema,
        on_invoke_tool=invoke,
        strict_json_schema=False,
    )


@lru_cache(maxsize=64)
def _schema_of(function: ToolFunction) -> FuncSchema:
    """Return what the model is told of a function; to work it out takes 5 ms."""
    return function_schema(function, strict_json_schema=False)


async def _invoke(
    function: ToolFunction, schema: FuncSchema, context: ToolContext[Run], text: str
) -> Any:
    run = context.context
    started = perf_counter()
    arguments: dict[str, Any] = {}
    shown = len(run.shown)

    def record(returned: str, *, failed: bool = False, repeated: bool = False) -> None:
        call = ToolCall(
            turn=run.turn,
            name=schema.name,
            arguments=arguments,
            returned=_shorten(returned),
            failed=failed,
            ms=round((perf_counter() - started) * 1000),
            new_passages=len(run.shown) - shown,
            repeated=repeated,
        )
        run.trajectory.append(call)
        run.listen(ToolFinished(call))

    try:
        arguments = parse_arguments(text)
        run.listen(ToolStarted(schema.name, arguments))
        _require_room(run, schema.name)
        if turn := _made_before(run, schema.name, arguments):
            record(f"the same call as in turn {turn}", repeated=True)
            return _REPEATED.format(turn=turn)
        output = await _call(function, schema, context, arguments)
    except ToolError as error:
        record(str(error), failed=True)
        return f"Error: {error}"
    except BaseException as error:
        run.failure = error
        raise
    if isinstance(output, ToolOutput):
        run.made[_signature(schema.name, arguments)] = run.turn
        record(output.summary)
        return output.text
    record("the answer" if isinstance(output, BaseModel) else str(output))
    return output


def _require_room(run: Run, name: str) -> None:
    if name != ANSWER and run.tool_calls >= run.max_tool_calls:
        raise ToolError(
            f"all {run.max_tool_calls} tool calls of this question are made; "
            f"call {ANSWER} with what you have"
        )


def _made_before(run: Run, name: str, arguments: dict[str, Any]) -> int | None:
    """Return the turn of the same call, if its output still stands in the prompt."""
    return run.made.get(_signature(name, arguments))


def _signature(name: str, arguments: dict[str, Any]) -> str:
    given = {key: value for key, value in arguments.items() if value is not None}
    return f"{name} {json.dumps(given, sort_keys=True)}"


async def _call(
    function: ToolFunction,
    schema: FuncSchema,
    context: ToolContext[Run],
    arguments: dict[str, Any],
) -> Any:
    try:
        values = schema.params_pydantic_model.model_validate(arguments)
    except ValidationError as error:
        raise ToolError(say_what_is_wrong(error)) from error
    positional, named = schema.to_call_args(values)
    if schema.takes_context:
        return await function(context, *positional, **named)
    return await function(*positional, **named)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1] + "…"
