"""Tools of an MCP server, asked for by its own protocol."""

import asyncio
import os
import shlex
from typing import TYPE_CHECKING, Any

from agent.tool_schemas.reading import GivenTools, read_tools
from tools.errors import UsageError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

__all__ = ["ask_server"]

_SECONDS = 30.0
"""Until a server has started and named all its tools."""
_MOST_PAGES = 50


def ask_server(named: "str | MCPServer", seconds: float = _SECONDS) -> GivenTools:
    """Return the tools that an MCP server offers.

    Args:
        named: A command with its arguments, which is started and ended here; an
            address, `http://…` or `https://…`; or a server of this process.
        seconds: How long it may take.

    Raises:
        UsageError: it cannot be started or reached, or says nothing that is understood.
    """
    import json

    import httpx2
    from mcp import MCPError

    name = named if isinstance(named, str) else named.name
    try:
        pages = asyncio.run(_listed(named, seconds))
    except TimeoutError as error:
        raise UsageError(
            f"The MCP server {name} named no tools within {seconds:g} seconds."
        ) from error
    except (MCPError, OSError, ValueError, httpx2.HTTPError, ExceptionGroup) as error:
        raise UsageError(
            f"The MCP server {name} cannot be asked: {_first(error)}"
        ) from error
    return read_tools(json.dumps({"tools": pages}), f"the MCP server {name}")


async def _listed(named: "str | MCPServer", seconds: float) -> list[dict[str, Any]]:
    from mcp import Client

    found: list[dict[str, Any]] = []
    with open(os.devnull, "w") as nowhere:  # noqa: ASYNC230, PTH123 (no file at all)
        async with (
            asyncio.timeout(seconds),
            Client(_server(named, nowhere), read_timeout_seconds=seconds) as client,
        ):
            cursor = None
            for _ in range(_MOST_PAGES):
                page = await client.list_tools(cursor=cursor)
                found += [
                    each.model_dump(mode="json", by_alias=True, exclude_none=True)
                    for each in page.tools
                ]
                cursor = page.next_cursor
                if not cursor:
                    break
    return found


def _server(named: "str | MCPServer", nowhere: Any) -> Any:
    """Return what the client of MCP connects to; what a server complains of is left."""
    from mcp import StdioServerParameters, stdio_client

    if not isinstance(named, str) or named.startswith(("http://", "https://")):
        return named
    command, *arguments = shlex.split(named) or [""]
    # It gets PATH and HOME of the environment, as MCP has it, and no keys.
    started = StdioServerParameters(command=command, args=arguments)
    return stdio_client(started, errlog=nowhere)


def _first(error: BaseException) -> str:
    """Return what is at the bottom of groups of failures."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = str(error).strip().partition("\n")[0] or type(error).__name__
    return text if text.endswith(".") else f"{text}."
