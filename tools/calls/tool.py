"""Makes a tool that the model can call out of a typed async function.

The function's docstring is what the model reads, and its signature in plain JSON
Schema (`tools.calls.plain_schema`). A `ToolError`, or arguments that do not fit, become
the tool's output; anything else surfaces from the run.
"""

import inspect
import json
import warnings
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from time import perf_counter
from typing import Any, get_type_hints

from agents import FunctionTool, RunContextWrapper
from agents.function_schema import FuncSchema, function_schema
from agents.tool_context import ToolContext
from pydantic import BaseModel, ValidationError

from tools.calls.plain_schema import admits_null, one_line, plain_schema
from tools.calls.run import Run, ToolOutput
from tools.calls.shown_type import unclear_parameters
from tools.errors import ToolError
from tools.trajectory.arguments import parse_arguments, say_what_is_wrong
from tools.trajectory.events import ToolFinished, ToolStarted
from tools.trajectory.names import ANSWER
from tools.trajectory.tool_call import ToolCall

__all__ = ["ToolFunction", "make_tool", "warn_of_unclear"]

ToolFunction = Callable[..., Awaitable[Any]]
"""Takes the `Run` first, or the SDK's `RunContextWrapper[Run]`, or neither."""
_SUMMARY_LENGTH = 200
_UNCLEAR = (
    "{tool}: gpt-oss is shown the type of the parameter {name} as `any`. Let it be a "
    "text, a number, one of some constants, or a list of these, and say in the "
    "docstring how more is written in them."
)
_REPEATED = (
    "You made this same call in turn {turn}, and its output stands above. Ask "
    "something else, or answer from what you have."
)


def make_tool(function: ToolFunction) -> FunctionTool:
    """Return the tool for `function`, under the function's own name.

    Arguments with defaults are optional for the model, which may also give null for
    them. What the function returns is the output: a `ToolOutput`, a pydantic model that
    ends the run, or plain text.
    """
    told = _read(function)
    return FunctionTool(
        name=told.schema.name,
        description=one_line(told.schema.description or ""),
        params_json_schema=plain_schema(told.schema.params_json_schema),
        on_invoke_tool=told.invoke,
        strict_json_schema=False,
    )


def warn_of_unclear(functions: Iterable[ToolFunction]) -> None:
    """Warn of each parameter that gpt-oss would be shown as `any`."""
    for function in functions:
        tool = make_tool(function)
        for name in unclear_parameters(tool.params_json_schema):
            warnings.warn(_UNCLEAR.format(tool=tool.name, name=name), stacklevel=4)


@lru_cache(maxsize=64)
def _read(function: ToolFunction) -> "_Told":
    """Return what the model is told of a function; to work it out takes 5 ms."""
    if _takes_run(function):
        function = _unwrapping(function)
    return _Told(function, function_schema(function, strict_json_schema=False))


def _takes_run(function: ToolFunction) -> bool:
    """Whether the first parameter is a `Run`."""
    first = next(iter(inspect.signature(function).parameters), None)
    return first is not None and get_type_hints(function).get(first) is Run


def _unwrapping(function: ToolFunction) -> ToolFunction:
    """Return what the SDK takes for a function of its wrapper, and hands the run on."""

    @wraps(function)
    async def unwrap(
        wrapper: RunContextWrapper[Run], /, *given: Any, **named: Any
    ) -> Any:
        return await function(wrapper.context, *given, **named)

    first = next(iter(inspect.signature(function).parameters))
    hints = {**function.__annotations__, first: RunContextWrapper[Run]}
    unwrap.__annotations__ = hints
    return unwrap


@dataclass(frozen=True, slots=True)
class _Told:
    """A function as the runner calls it, and what the model is told of it."""

    function: ToolFunction
    schema: FuncSchema

    @property
    def _optional(self) -> set[str]:
        """Those for which null is no value of their own, but none at all."""
        properties = self.schema.params_json_schema["properties"]
        required = self.schema.params_json_schema.get("required", ())
        return {name for name, each in properties.items()
                if name not in required and not admits_null(each)}  # fmt: skip

    async def invoke(self, context: ToolContext[Run], text: str) -> Any:
        """Return the output of one call, and leave it in the trajectory."""
        run, name = context.context, self.schema.name
        started = perf_counter()
        arguments: dict[str, Any] = {}
        shown = len(run.shown)

        def record(
            returned: str, *, failed: bool = False, repeated: bool = False
        ) -> None:
            call = ToolCall(
                turn=run.turn,
                name=name,
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
            arguments = _parse(run, text)
            run.listen(ToolStarted(name, arguments))
            _require_room(run, name)
            if turn := _made_before(run, name, arguments):
                record(f"the same call as in turn {turn}", repeated=True)
                return _REPEATED.format(turn=turn)
            output = await self._call(context, arguments)
        except ToolError as error:
            record(str(error), failed=True)
            return f"Error: {error}"
        if isinstance(output, ToolOutput):
            run.made[_signature(name, arguments)] = run.turn
            record(output.summary)
            return output.text
        record("the answer" if isinstance(output, BaseModel) else str(output))
        return output

    async def _call(self, context: ToolContext[Run], arguments: dict[str, Any]) -> Any:
        given = {name: value for name, value in arguments.items()
                 if value is not None or name not in self._optional}  # fmt: skip
        try:
            values = self.schema.params_pydantic_model.model_validate(given)
        except ValidationError as error:
            context.context.invalid_calls += 1
            raise ToolError(say_what_is_wrong(error)) from error
        context.context.invalid_calls = 0
        positional, named = self.schema.to_call_args(values)
        if self.schema.takes_context:
            return await self.function(context, *positional, **named)
        return await self.function(*positional, **named)


def _parse(run: Run, text: str) -> dict[str, Any]:
    try:
        return parse_arguments(text)
    except ToolError:
        run.invalid_calls += 1
        raise


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


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1] + "…"
