"""What the four tools of Citeloop take, for calls of them to be compared by."""

from collections.abc import Mapping
from typing import Any

from tools.calls.tool import make_tool
from tools.fetch import fetch
from tools.requery import requery
from tools.search import search

__all__ = ["own_schemas"]


def own_schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the JSON Schema of the arguments of each tool that finds something.

    What may be left out has the default null: to give null for it is to leave it out.
    """
    tools = (make_tool(each) for each in (search, fetch, requery))
    return {tool.name: _with_nulls(tool.params_json_schema) for tool in tools}


def _with_nulls(schema: Mapping[str, Any]) -> dict[str, Any]:
    required = schema.get("required", ())
    properties = {
        name: each if name in required else {"default": None, **each}
        for name, each in schema["properties"].items()
    }
    return {**schema, "properties": properties}
