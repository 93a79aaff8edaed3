"""Tools in each form of JSON, and JSON that is none or would break a reader."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.tool_schemas.linting import lint_tools
from agent.tool_schemas.reading import MOST_BYTES, read_tools, written_back
from tools.errors import UsageError

SCHEMA = {"type": "object", "properties": {"x": {"anyOf": [{"type": "integer"}]}}}
TOLD = {"name": "look", "description": "Look."}
CHAT = {"type": "function", "function": {**TOLD, "parameters": SCHEMA}}
RESPONSES = {"type": "function", "strict": True, **TOLD, "parameters": SCHEMA}
FORMS: dict[str, tuple[Any, str]] = {
    "chat": ([CHAT], "/0/function/parameters"),
    "one tool": (CHAT, "/function/parameters"),
    "a request": ({"model": "m", "tools": [CHAT]}, "/tools/0/function/parameters"),
    "responses": ([{"type": "web_search"}, RESPONSES], "/1/parameters"),
    "bare": ([{**TOLD, "parameters": SCHEMA}], "/0/parameters"),
    "functions": ({"functions": [{**TOLD, "parameters": SCHEMA}]},
                  "/functions/0/parameters"),
    "Anthropic": ([{**TOLD, "input_schema": SCHEMA}], "/0/input_schema"),
    "MCP": ({"jsonrpc": "2.0", "id": 1, "result": {"tools": [
        {**TOLD, "inputSchema": SCHEMA, "annotations": {}}]}},
        "/result/tools/0/inputSchema"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "place"), FORMS.values(), ids=FORMS)
def test_each_form_is_read_and_written_back_as_it_was(
    document: Any, place: str
) -> None:
    given = read_tools(json.dumps(document), "tools.json")
    [tool] = given.tools
    assert (tool.name, tool.description, tool.parameters) == ("look", "Look.", SCHEMA)
    [linted] = lint_tools(given.tools)
    assert linted.findings[0].place == f"{place}/properties/x"
    assert linted.mended is not None
    fixed = written_back(given, [linted.mended])
    text = json.dumps(document).replace(
        '{"anyOf": [{"type": "integer"}]}', '{"type": "integer"}'
    )
    assert fixed == json.loads(text)
    assert given.document == document


REFUSED = {
    "no JSON": ("{", "is no JSON"),
    "empty": ("", "is no JSON"),
    "a number": ("3", "has no tools"),
    "an empty list": ("[]", "has no tools"),
    "a list of numbers": ("[1]", "at /0: this is no tool but 1"),
    "no name": ('[{"parameters": {}}]', "at /0: this tool has no name"),
    "a schema that is a list": ('[{"name": "a", "parameters": []}]', "are no object"),
    "a description that is a list": ('[{"name": "a", "description": []}]', "no text"),
    "infinity": ('[{"name": "a", "parameters": {"maximum": Infinity}}]', "Infinity"),
    "only the server's own": ('[{"type": "web_search"}]', "schema of their own"),
    "deep": ("[" * 5_000 + "]" * 5_000, "levels deep"),
    "far too deep": ("[" * 500_000, "levels deep"),
    "large": ("[" + "1," * (MOST_BYTES // 2) + "1]", "characters"),
    "many": (json.dumps([CHAT] * 2_001), "over 2,000 tools"),
}


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as raised:
        read_tools(text, "tools.json")
    assert str(raised.value).startswith("tools.json")


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def test_what_openais_renderer_would_refuse_as_too_deep_is_refused() -> None:
    tools = [{**TOLD, "parameters": deep(60)}]
    with pytest.raises(UsageError, match="levels deep"):
        read_tools(json.dumps(tools), "tools.json")
    tools = [{**TOLD, "parameters": deep(45)}]
    [linted] = lint_tools(read_tools(json.dumps(tools), "tools.json").tools)
    assert linted.by_openai.count("a?:") == 45


def laughing(names: int) -> dict[str, Any]:
    """Return definitions of which each holds all others twice."""
    several = [{"$ref": f"#/$defs/d{at}"} for at in range(names)] * 2
    return {
        "type": "object",
        "properties": {"x": {"$ref": "#/$defs/d0"}},
        "$defs": {f"d{at}": {"anyOf": several} for at in range(names)},
    }


def chain(names: int) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"x": {"$ref": "#/$defs/d0"}},
        "$defs": {f"d{at}": {"$ref": f"#/$defs/d{at + 1}"} for at in range(names)}
        | {f"d{names}": {"type": "string"}},
    }


@pytest.mark.timeout(20)
@pytest.mark.parametrize("schema", [laughing(12), chain(5_000)], ids=["all", "chain"])
def test_references_that_hold_too_much_are_found_and_not_written_out(
    schema: dict[str, Any],
) -> None:
    given = read_tools(json.dumps([{**TOLD, "parameters": schema}]), "tools.json")
    [linted] = lint_tools(given.tools)
    assert "references" in {each.rule for each in linted.findings}
    assert linted.mended is None


def test_a_definition_that_holds_itself_is_written_out_once() -> None:
    node = {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/Node"}, "n": {"type": "integer"}},
    }
    schema = {
        "type": "object",
        "properties": {"x": {"$ref": "#/$defs/Node"}},
        "$defs": {"Node": node},
    }
    given = read_tools(json.dumps([{**TOLD, "parameters": schema}]), "tools.json")
    mended = lint_tools(given.tools)[0].mended
    assert mended is not None
    assert mended.parameters is not None
    inner = mended.parameters["properties"]["x"]["properties"]
    assert inner["next"]["type"] == "object"
    assert "$ref" not in json.dumps(mended.parameters)


@pytest.mark.timeout(60)
def test_a_wide_tool_is_linted_in_time() -> None:
    wide = {f"p{at}": {"type": "integer", "maximum": at} for at in range(5_000)}
    schema = {"type": "object", "properties": wide}
    given = read_tools(json.dumps([{**TOLD, "parameters": schema}]), "tools.json")
    [linted] = lint_tools(given.tools)
    assert len(linted.findings) == 10_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["type", "properties", "items", "enum", "oneOf", "required", "default",
             "description", "anyOf", "$ref", "$defs", "examples", "title", "maximum"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=15,
)  # fmt: skip


def test_parameters_of_several_types_are_linted() -> None:
    for kinds, rules in ((["object", "null"], {"any"}), (["string"], {"not-a-schema"})):
        schema = {"type": kinds, "properties": {"x": {"type": "string"}}}
        given = read_tools(json.dumps([{**TOLD, "parameters": schema}]), "tools.json")
        [linted] = lint_tools(given.tools)
        assert {each.rule for each in linted.findings} - {"undescribed"} == rules


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["type", "properties", "oneOf"]), JSON))
def test_any_object_for_a_schema_is_linted_without_a_failure(
    schema: dict[str, Any],
) -> None:
    given = read_tools(json.dumps([{**TOLD, "parameters": schema}]), "tools.json")
    [linted] = lint_tools(given.tools)
    assert linted.by_openai.startswith("// Look.")
