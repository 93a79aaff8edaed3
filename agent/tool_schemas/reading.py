"""Reads tools from JSON, in each form in which requests and servers have them."""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from agent.tool_schemas.shown.tool import ToolSchema, child_of, mapping
from tools.errors import UsageError

__all__ = ["MOST_BYTES", "GivenTools", "chat_form", "read_tools", "written_back"]

MOST_BYTES = 5_000_000
"""Of a file of tools; a request of half as much would fill the model's context."""
_DEEPEST = 100
"""Levels of a tool; openai-harmony refuses 128 of a whole request (serde_json)."""
_MOST_TOOLS = 2_000
_SCHEMAS = ("parameters", "input_schema", "inputSchema")
"""Under which key the schema stands: OpenAI's, Anthropic's, MCP's."""
_LISTS = ("tools", "functions", "function")
_FORMS = (
    "It is a list of tools in OpenAI's form (type and function, or name and "
    "parameters), Anthropic's (name and input_schema) or MCP's (name and inputSchema), "
    "or an object with such a list under tools"
)


@dataclass(frozen=True, slots=True)
class GivenTools:
    """Tools, and the document in which they stood."""

    tools: tuple[ToolSchema, ...]
    document: Any
    """The JSON as it was read, for what is written back."""


def read_tools(text: str, name: str) -> GivenTools:
    """Return the tools of a JSON text.

    Tools that the server itself has, such as `{"type": "web_search"}`, have no schema
    and are passed over.

    Args:
        text: The JSON.
        name: What it is called in what is said of it.

    Raises:
        UsageError: it is too large or too deep, no JSON, or has no tools.
    """
    if len(text) > MOST_BYTES:
        raise UsageError(
            f"{name} has over {MOST_BYTES:,} characters; no model takes so many tools. "
            "Give the tools of one request."
        )
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise UsageError(_too_deep(name)) from error
    except ValueError as error:
        raise UsageError(f"{name} is no JSON: {error}.") from error
    if _depth(document) > _DEEPEST:
        raise UsageError(_too_deep(name))
    return GivenTools(tuple(_tools(document, name)), document)


def written_back(given: GivenTools, tools: Sequence[ToolSchema]) -> Any:
    """Return the document with its tools as they are now, in the form they had."""
    document = copy.deepcopy(given.document)
    for tool in tools:
        at = _at(document, tool.place)
        at["name"] = tool.name
        if tool.description is not None:
            at["description"] = tool.description
        if tool.parameters is not None:
            at[tool.schema_place.removeprefix("/")] = tool.parameters
    return document


def chat_form(tools: Sequence[ToolSchema]) -> list[dict[str, Any]]:
    """Return tools as the chat API of OpenAI takes them."""
    return [
        {
            "type": "function",
            "function": {
                "name": each.name,
                "description": each.description or "",
                "parameters": each.parameters or {"type": "object", "properties": {}},
            },
        }
        for each in tools
    ]


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _too_deep(name: str) -> str:
    return (
        f"{name} is nested over {_DEEPEST} levels deep; OpenAI's renderer refuses 128 "
        "for a whole request. Make the tools flatter."
    )


def _depth(document: Any) -> int:
    """Return how many levels a document has, without recursion."""
    depth, level = 0, [document]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return depth


def _tools(document: Any, name: str) -> list[ToolSchema]:
    listed = list(islice(_listed(document, ""), _MOST_TOOLS + 1))
    if len(listed) > _MOST_TOOLS:
        raise UsageError(f"{name} has over {_MOST_TOOLS:,} tools. Give fewer.")
    tools = [_tool(each, place, name) for place, each in listed]
    found = [each for each in tools if each is not None]
    if not found:
        raise UsageError(f"{name} has no tools with a schema of their own. {_FORMS}.")
    return found


def _listed(document: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield what are the tools of a document, with where each stands."""
    if isinstance(document, list):
        yield from ((child_of(place, at), each) for at, each in enumerate(document))
        return
    known = mapping(document)
    key = next((each for each in _LISTS if isinstance(known.get(each), list)), None)
    if key:
        yield from _listed(known[key], child_of(place, key))
    elif isinstance(known.get("result"), Mapping) and not place:
        yield from _listed(known["result"], "/result")
    elif "name" in known or "function" in known:
        yield place, document


def _tool(given: Any, place: str, name: str) -> ToolSchema | None:
    """Return one tool, None for one that the server itself has."""
    if isinstance(given, Mapping) and isinstance(given.get("function"), Mapping):
        given, place = given["function"], child_of(place, "function")
    where = f"{name}, at {place or 'its root'}"
    if not isinstance(given, Mapping):
        raise UsageError(
            f"{where}: this is no tool but {json.dumps(given)[:60]}. {_FORMS}."
        )
    if "name" not in given and isinstance(given.get("type"), str):
        return None
    if not isinstance(given.get("name"), str):
        raise UsageError(f"{where}: this tool has no name. {_FORMS}.")
    key = next((each for each in _SCHEMAS if each in given), _SCHEMAS[0])
    schema, told = given.get(key), given.get("description")
    if schema is not None and not isinstance(schema, Mapping):
        raise UsageError(f"{where}: its {key} are no object, so no JSON Schema of one.")
    if told is not None and not isinstance(told, str):
        raise UsageError(f"{where}: its description is no text.")
    return ToolSchema(given["name"], told, schema, place, f"/{key}")


def _at(document: Any, place: str) -> Any:
    """Return what stands at a JSON pointer."""
    for key in place.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document
