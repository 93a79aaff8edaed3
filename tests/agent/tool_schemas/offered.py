"""Tools of Python, to be named as `module:name`; one module is an MCP server, too."""

import sys
from typing import Annotated, Any

from agents import Agent, FunctionTool, function_tool
from pydantic import Field

LEFT = object()


def book(city: str, nights: Annotated[int | None, Field(ge=1, le=30)] = None) -> str:
    """Book a hotel.

    Args:
        city: Where.
        nights: How many.
    """
    return f"{city} {nights}"


@function_tool
def weather(city: str) -> str:
    """Tell the weather.

    Args:
        city: Where.
    """
    return city


def takes_no_types(*given: LEFT) -> str:  # type: ignore[valid-type]
    """Do something."""
    return str(given)


BOTH: list[Any] = [book, weather]
AGENT = Agent(name="guide", tools=[weather])
TOOL: FunctionTool = weather
NOTHING: list[Any] = []


def serve() -> None:
    """Be an MCP server, on standard input and output."""
    from mcp.server.mcpserver import MCPServer

    server = MCPServer("hotels")
    server.add_tool(book)
    server.run("stdio")


if __name__ == "__main__":
    serve() if len(sys.argv) == 1 else sys.exit("I do not serve.")
