"""Our two renderers write what the real ones write, to the letter."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings

from agent.tool_schemas.shown.by_openai import tools_by_openai
from agent.tool_schemas.shown.by_template import TemplateError, tools_by_template
from agent.tool_schemas.shown.tool import ToolSchema
from agent.tool_schemas.tokens import encoding, missing_harmony
from tests.agent.tool_schemas.schemas import TOOLS
from tests.conftest import ROOT

TEMPLATE = ROOT.parent / "shared" / "models" / "gpt-oss-chat-template.jinja"

no_harmony = missing_harmony()
with_harmony = pytest.mark.skipif(no_harmony is not None, reason=str(no_harmony))


def by_the_real_openai(tools: list[ToolSchema]) -> str:
    from openai_harmony import (
        Conversation,
        DeveloperContent,
        Message,
        Role,
        ToolDescription,
    )

    told = [
        ToolDescription.new(each.name, each.description or "", each.parameters)  # type: ignore[arg-type]
        for each in tools
    ]
    content = DeveloperContent.new().with_function_tools(told)
    message = Message.from_role_and_content(Role.DEVELOPER, content)
    conversation = Conversation.from_messages([message])
    shown = encoding().decode_utf8(encoding().render_conversation(conversation))
    return shown.removeprefix("<|start|>developer<|message|>").removesuffix("<|end|>")


@cache
def template() -> Any:
    jinja2 = pytest.importorskip("jinja2")
    if not TEMPLATE.is_file():
        pytest.skip("../shared/models is not here")
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["strftime_now"] = lambda _: "2026-01-31"
    # As transformers has it (utils/chat_template_utils.py).
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment.from_string(TEMPLATE.read_text())


def by_the_real_template(tools: list[ToolSchema]) -> str:
    functions = []
    for each in tools:
        function = {"name": each.name, "parameters": each.parameters}
        if each.description is not None:
            function["description"] = each.description
        functions.append({"type": "function", "function": function})
    prompt = template().render(
        messages=[{"role": "user", "content": "?"}], tools=functions
    )
    section = prompt.split("<|start|>developer<|message|>", 1)[1]
    return section.removesuffix("<|end|><|start|>user<|message|>?<|end|>")


ODD = ToolSchema(
    "odd",
    "Two.\r\nLines.\r",
    {
        "oneOf": [
            {"type": "string", "default": "\x1f", "description": ""},
            {"type": "string", "default": '"', "enum": ["\x1f"], "nullable": True},
            {"type": "object", "default": {"b": 1e-5, "a": [1e16, True]}},
        ],
        "properties": {"a": {"oneOf": [{"default": "\x1f"}], "default": "\x1f"}},
    },
)

OBJECTS = [
    {"type": "object", "properties": {"a": {"type": "null"}}},
    {"type": "string"},
]
SEVERAL = ToolSchema(
    "several",
    "\r",
    {"type": "object", "properties": {"a": {"oneOf": OBJECTS, "default": "b"}}},
)


@with_harmony
@example(ODD)
@example(SEVERAL)
@settings(max_examples=200, deadline=None)
@given(TOOLS)
def test_openais_renderer_writes_the_same(tool: ToolSchema) -> None:
    assert tools_by_openai([tool]) == by_the_real_openai([tool])


@example(ODD)
@example(SEVERAL)
@settings(max_examples=200, deadline=None)
@given(TOOLS)
def test_the_models_template_writes_the_same_or_fails_as_well(tool: ToolSchema) -> None:
    try:
        real = by_the_real_template([tool])
    except TypeError:
        with pytest.raises(TemplateError):
            tools_by_template([tool])
        return
    assert tools_by_template([tool]) == real
