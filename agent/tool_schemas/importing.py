"""Tools of Python code, named as `module:name`: what the SDK would send of them."""

import inspect
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

from agent.tool_schemas.reading import GivenTools, chat_form
from agent.tool_schemas.shown.tool import ToolSchema, child_of
from tools.errors import UsageError

__all__ = ["import_tools", "names_code", "tools_of"]


def names_code(name: str) -> bool:
    """Whether a name is `module:name`, rather than a file's."""
    module, colon, attribute = name.partition(":")
    parts = [*module.split("."), *attribute.split(".")]
    return bool(colon) and all(each.isidentifier() for each in parts)


def import_tools(name: str) -> GivenTools:
    """Return the tools that `module:name` is or holds.

    It may be a tool of the SDK, a typed function, an agent, or a list of these. The
    module is imported, from the folder of now as well, so its code runs.

    Raises:
        UsageError: it cannot be imported, or is no tool.
    """
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = import_module(module)
    except Exception as error:
        # Somebody else's module may raise anything.
        raise UsageError(
            f"{module} cannot be imported: {type(error).__name__}: {error}."
        ) from error
    for each in attribute.split("."):
        if not hasattr(found, each):
            raise UsageError(f"{module} has no {attribute}.")
        found = getattr(found, each)
    return tools_of(found, name)


def tools_of(found: object, name: str) -> GivenTools:
    """Return the tools that an object of Python is or holds.

    Raises:
        UsageError: it is no tool, nor holds any.
    """
    sent = list(_sent(found, name))
    if not sent:
        raise UsageError(f"{name} holds no tools.")
    document = chat_form(sent)
    for form, each in zip(document, sent, strict=True):
        if each.description is None:
            del form["function"]["description"]
    return GivenTools(tuple(sent), document)


def _sent(found: object, name: str) -> Iterator[ToolSchema]:
    several = getattr(found, "tools", found)
    listed = list(several) if isinstance(several, list | tuple) else [found]
    for at, each in enumerate(listed):
        place = child_of("", at, "function")
        if hasattr(each, "params_json_schema"):
            yield _of_tool(each, place)
        elif inspect.isroutine(each):
            yield _of_function(each, place, name)
        else:
            raise UsageError(
                f"{name} is {type(each).__name__}, no tool: name a function with "
                "types, a tool of the Agents SDK, an agent, or a list of these."
            )


def _of_tool(tool: Any, place: str) -> ToolSchema:
    return ToolSchema(
        tool.name, tool.description or None, tool.params_json_schema, place
    )


def _of_function(function: Callable[..., Any], place: str, name: str) -> ToolSchema:
    """Return what the SDK makes of a function, or Citeloop, if it takes a `Run`."""
    from agents.exceptions import UserError
    from agents.function_schema import function_schema
    from pydantic.errors import PydanticUserError

    from tools.calls.tool import make_tool

    try:
        if _takes_run(function):
            return _of_tool(make_tool(function), place)
        known = function_schema(function, strict_json_schema=False)
    except (NameError, TypeError, UserError, PydanticUserError, ValueError) as error:
        first = str(error).strip().partition("\n")[0]
        raise UsageError(
            f"{name}: the SDK can make no tool of {function.__name__}: {first}"
        ) from error
    return ToolSchema(
        known.name, known.description or None, known.params_json_schema, place
    )


def _takes_run(function: Callable[..., Any]) -> bool:
    from tools.calls.run import Run

    first = next(iter(inspect.signature(function).parameters), None)
    return first is not None and get_type_hints(function).get(first) is Run
