"""Tools of Python code and of MCP servers."""

import sys
import time
from pathlib import Path

import pytest
from mcp.server.mcpserver import MCPServer

from agent.tool_schemas.importing import import_tools, names_code
from agent.tool_schemas.linting import lint_tools
from agent.tool_schemas.mcp_server import ask_server
from tests.agent.tool_schemas.offered import book
from tools.errors import UsageError

HERE = "tests.agent.tool_schemas.offered"
SERVER = Path(__file__).with_name("offered.py")


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("book", ["book"]),
        ("weather", ["weather"]),
        ("BOTH", ["book", "weather"]),
        ("AGENT", ["weather"]),
        ("TOOL", ["weather"]),
    ],
)
def test_functions_tools_agents_and_lists_are_tools(
    name: str, names: list[str]
) -> None:
    given = import_tools(f"{HERE}:{name}")
    assert [each.name for each in given.tools] == names
    assert given.tools[-1].description in {"Book a hotel.", "Tell the weather."}
    assert given.document[0]["function"]["name"] == names[0]


def test_a_tool_of_citeloop_is_shown_as_citeloop_sends_it() -> None:
    [linted] = lint_tools(import_tools("tools.search:search").tools)
    assert "limit?: number" in linted.by_openai
    assert linted.findings == ()


def test_the_sdks_own_form_of_a_function_loses_what_ours_shows() -> None:
    [linted] = lint_tools(import_tools(f"{HERE}:book").tools)
    assert "nights?: any" in linted.by_openai
    assert linted.mended is not None
    [again] = lint_tools([linted.mended])
    assert "// How many. At most 30.\nnights?: number" in again.by_openai


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no.such.module:x", "cannot be imported: ModuleNotFoundError"),
        (f"{HERE}:gone", "has no gone"),
        (f"{HERE}:LEFT", "is object, no tool"),
        (f"{HERE}:NOTHING", "holds no tools"),
        (f"{HERE}:takes_no_types", "can make no tool of takes_no_types"),
    ],
)
def test_what_is_no_tool_is_refused_in_a_sentence(name: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        import_tools(name)


def test_names_of_code_are_told_from_files() -> None:
    assert names_code("a.b:c")
    assert not any(map(names_code, ["tools.json", "C:\\tools.json", "-", "a b:c", ":"]))


def test_the_tools_of_an_mcp_server_in_this_process_are_asked_for() -> None:
    server = MCPServer("hotels")
    server.add_tool(book)
    [tool] = ask_server(server).tools
    assert (tool.name, tool.place) == ("book", "/tools/0")
    assert tool.schema_place == "/inputSchema"


def test_the_tools_of_an_mcp_server_that_is_a_command_are_asked_for() -> None:
    [tool] = ask_server(f"{sys.executable} {SERVER}").tools
    assert tool.name == "book"
    assert tool.description is not None
    assert tool.description.startswith("Book a hotel.")


@pytest.mark.parametrize(
    "command",
    [
        f"{sys.executable} {SERVER} no",
        "/no/such/command",
        "'",
        "http://127.0.0.1:9/mcp",
    ],
)
def test_a_server_that_is_none_is_named_in_a_sentence(command: str) -> None:
    with pytest.raises(UsageError, match=r"The MCP server .* (cannot be asked|named)"):
        ask_server(command, 20)


def test_a_server_that_says_nothing_is_given_up() -> None:
    began = time.monotonic()
    sleeping = f"{sys.executable} -c 'import time; time.sleep(60)'"
    with pytest.raises(UsageError, match="named no tools within 1 seconds"):
        ask_server(sleeping, 1)
    assert time.monotonic() - began < 20
