"""What is found in a tool: the rule, how bad it is, and for which renderer."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from agent.tool_schemas.linting import lint_tools
from agent.tool_schemas.rules.finding import RULES, Finding, Level, at_or_above
from agent.tool_schemas.shown.by_openai import show_by_openai
from agent.tool_schemas.shown.by_template import show_by_template
from agent.tool_schemas.shown.tool import Renderer, ToolSchema
from tests.agent.tool_schemas.schemas import TOOLS
from tools.calls.tool import make_tool
from tools.fetch import fetch
from tools.final_answer import final_answer
from tools.requery import requery
from tools.search import search

OURS = [make_tool(each) for each in (search, fetch, requery, final_answer)]
LEG = {
    "type": "object",
    "properties": {
        "departure": {"type": "string"},
        "destination": {"type": "string"},
        "day": {"type": "string"},
    },
    "required": ["departure"],
}


def tool_of(schema: Any, **more: Any) -> ToolSchema:
    """Return a tool of one parameter."""
    given = {"name": "look", "description": "Look."} | more
    parameters = {"type": "object", "properties": {"x": schema}}
    return ToolSchema(parameters=parameters, **given)


def findings(tool: ToolSchema) -> list[Finding]:
    return [
        each for each in lint_tools([tool])[0].findings if each.rule != "undescribed"
    ]


BOTH = "openai template"
FOUND: dict[str, tuple[Any, str, str, str]] = {
    "anyOf": (
        {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "any", "hidden", BOTH,
    ),
    "allOf": ({"allOf": [{"type": "integer"}]}, "any", "hidden", BOTH),
    "no type": ({"description": "What."}, "any", "hidden", BOTH),
    "true": (True, "any", "hidden", BOTH),
    "null alone": ({"type": "null"}, "any", "hidden", BOTH),
    "an enum without a type": ({"enum": ["a", "b"]}, "any", "hidden", BOTH),
    "a list without items": ({"type": "array"}, "any", "hidden", BOTH),
    "items of any type": ({"type": "array", "items": {}}, "any", "hidden", BOTH),
    "types with properties": (
        {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
        "any", "hidden", BOTH,
    ),
    "a long item": ({"type": "array", "items": LEG}, "long-item", "hidden", "template"),
    "numbers of an enum": (
        {"type": "integer", "enum": [10, 20]}, "values", "hidden", BOTH,
    ),
    "a constant": ({"type": "string", "const": "on"}, "values", "hidden", BOTH),
    "an enum of items": (
        {"type": "array", "items": {"type": "string", "enum": ["up", "down"]}},
        "values", "hidden", "template",
    ),
    "a maximum": ({"type": "integer", "maximum": 9}, "constraint", "unsaid", BOTH),
    "a pattern": ({"type": "string", "pattern": "^a"}, "constraint", "unsaid", BOTH),
    "a format": ({"type": "string", "format": "date"}, "constraint", "unsaid", BOTH),
    "values of any key": (
        {"type": "object", "additionalProperties": {"type": "integer"}},
        "constraint", "unsaid", BOTH,
    ),
    "no item twice": (
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "condition", "unsaid", BOTH,
    ),
    "a key's description": (
        {
            "type": "object",
            "properties": {"a": {"type": "string", "description": "A."}},
        },
        "description", "partial", "template",
    ),
    "the description of items": (
        {"type": "array", "items": {"type": "string", "description": "Each a name."}},
        "description", "unsaid", BOTH,
    ),
    "a key's default": (
        {"type": "object", "properties": {"a": {"type": "string", "default": "no"}}},
        "default", "partial", "template",
    ),
    "examples": (
        {"type": "string", "examples": ["Rome"]}, "examples", "partial", "template",
    ),
    "examples that are no text": (
        {"type": "integer", "examples": [7]}, "examples", "unsaid", BOTH,
    ),
    "a default of another type": (
        {"type": "integer", "default": "ten"}, "default-type", "unsaid", BOTH,
    ),
    "a number as default beside an enum": (
        {"type": "integer", "enum": [1, 2], "description": "1 or 2.", "default": 1},
        "template-fails", "broken", "template",
    ),
    "lines": (
        {"type": "string", "description": "One.\nTwo."}, "line-ends", "advice", BOTH,
    ),
    "a title": ({"type": "string", "title": "X"}, "title", "advice", "openai"),
    "a type of Python": ({"type": "dict"}, "type-name", "broken", BOTH),
    "a type of nobody": ({"type": "thing"}, "not-a-schema", "broken", BOTH),
    "a reference to nothing": (
        {"$ref": "#/$defs/Gone"}, "references", "hidden", BOTH,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "rule", "level", "who"), FOUND.values(), ids=FOUND)
def test_what_is_lost_is_found_by_its_rule_alone(
    schema: Any, rule: str, level: str, who: str
) -> None:
    [finding] = findings(tool_of(schema))
    assert (finding.rule, finding.level) == (rule, level)
    assert " ".join(sorted(finding.renderers)) == who
    assert finding.place.startswith("/parameters")


CLEAN: dict[str, Any] = {
    "a text": {"type": "string", "description": "What."},
    "an enum": {"type": "string", "enum": ["a", "b"]},
    "a list": {"type": "array", "items": {"type": "number"}},
    "a flat object": {"type": "object", "properties": {"a": {"type": "string"}}},
    "oneOf with objects": {"oneOf": [{"type": "string"}, LEG]},
    "several types": {"type": ["string", "integer"]},
    "a maximum that is said": {
        "type": "integer", "maximum": 1000, "description": "At most 1,000."
    },
    "a maximum in words": {
        "type": "integer", "maximum": 5, "description": "Up to five."
    },
    "a minimum that is taken for granted": {"type": "integer", "minimum": 1},
    "a long item whose keys are named": {
        "type": "array",
        "items": LEG,
        "description": "Each with departure, destination and day.",
    },
    "numbers of an enum that are said": {
        "type": "integer", "enum": [10, 20], "description": "10 or 20."
    },
    "a default": {"type": "integer", "default": 3},
    "no further keys": {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "additionalProperties": False,
    },
}  # fmt: skip


@pytest.mark.parametrize("schema", CLEAN.values(), ids=CLEAN)
def test_what_is_shown_or_said_is_no_finding(schema: Any) -> None:
    assert findings(tool_of(schema)) == []


def test_a_number_within_another_is_not_said() -> None:
    schema = {"type": "integer", "maximum": 5, "description": "Of 50."}
    assert [each.rule for each in findings(tool_of(schema))] == ["constraint"]


def test_parameters_without_a_type_are_hidden_from_openais_renderer_alone() -> None:
    tool = ToolSchema("look", "Look.", {"properties": {"x": {"type": "string"}}})
    [finding] = findings(tool)
    assert (finding.rule, set(finding.renderers)) == ("any", {Renderer.OPENAI})
    mended = lint_tools([tool])[0].mended
    assert mended is not None
    assert findings(mended) == []


def test_required_that_names_no_property_is_broken_where_no_other_key_is_taken() -> (
    None
):
    schema = {"type": "object", "properties": {}, "required": ["y"]}
    [finding] = findings(ToolSchema("look", "Look.", schema))
    assert (finding.rule, finding.level) == ("required", Level.UNSAID)
    [finding] = findings(
        ToolSchema("look", "Look.", {**schema, "additionalProperties": False})
    )
    assert finding.level is Level.BROKEN


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("find flights", "find_flights"),
        ("geo.find", "geo_find"),
        ("n" * 70, "n" * 64),
        ("", "tool"),
    ],
)
def test_a_name_that_servers_refuse_is_broken(name: str, mended: str) -> None:
    tool = tool_of({"type": "string"}, name=name)
    [finding] = findings(tool)
    assert (finding.rule, finding.level) == ("tool-name", Level.BROKEN)
    fixed = lint_tools([tool])[0].mended
    assert fixed is not None
    assert fixed.name == mended


def test_a_tool_without_a_description_cannot_be_written_by_the_template() -> None:
    [linted] = lint_tools([tool_of({"type": "string"}, description=None)])
    assert linted.by_template is None
    assert linted.findings[0].rule == "no-description"


def test_tools_of_one_name_and_of_nearly_one_are_found() -> None:
    names = ["get_user", "get_user", "getUser", "get_users", "weather"]
    linted = lint_tools([tool_of({"type": "string"}, name=each) for each in names])
    rules = [{each.rule for each in tool.findings} - {"undescribed"} for tool in linted]
    assert rules == [set(), {"same-name"}, {"near-name"}, {"near-name"}, set()]


def test_our_own_tools_lint_clean() -> None:
    tools = [
        ToolSchema(each.name, each.description, each.params_json_schema)
        for each in OURS
    ]
    linted = lint_tools(tools)
    found = [finding for each in linted for finding in each.findings]
    assert [each for each in found if each.rule != "undescribed"] == []
    assert at_or_above(found, Level.PARTIAL) == []
    assert [each.mended for each in linted] == [None] * 4


def test_each_rule_of_the_table_is_tried_here() -> None:
    tried = {rule for _, rule, _, _ in FOUND.values()}
    tried |= {"required", "tool-name", "no-description", "same-name", "near-name"}
    assert tried | {"undescribed", "parameter-name"} == RULES.keys()


def test_a_parameter_that_is_no_plain_word_is_named() -> None:
    parameters = {"type": "object", "properties": {"the name": {"type": "string"}}}
    found = lint_tools([ToolSchema("look", "Look.", parameters)])[0].findings
    assert [each.rule for each in found] == ["parameter-name", "undescribed"]


BY_HAND = {
    "no type", "true", "null alone", "a list without items", "items of any type",
    "no item twice", "a type of nobody", "a reference to nothing",
}  # fmt: skip
"""What no machine can know."""


@pytest.mark.parametrize("case", sorted(FOUND.keys() - BY_HAND))
def test_what_a_machine_can_mend_is_mended(case: str) -> None:
    [linted] = lint_tools([tool_of(FOUND[case][0])])
    assert linted.mended is not None
    assert findings(linted.mended) == []


@pytest.mark.parametrize("case", sorted(BY_HAND))
def test_what_no_machine_can_mend_is_left_as_it_is(case: str) -> None:
    [linted] = lint_tools([tool_of(FOUND[case][0])])
    assert linted.mended is None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TOOLS)
def test_no_schema_is_too_odd_and_none_is_mended_for_the_worse(
    tool: ToolSchema,
) -> None:
    [linted] = lint_tools([tool])
    if linted.mended is None:
        return
    [again] = lint_tools([linted.mended])
    assert again.by_template is not None
    before = {each.rule for each in linted.findings}
    after = {each.rule for each in again.findings if each.level is Level.BROKEN}
    assert after <= before


_NEVER = ("minimum", "maximum", "pattern", "format", "minLength", "multipleOf")


@settings(max_examples=100, deadline=None)
@given(TOOLS, st.sampled_from(_NEVER))
def test_what_is_said_to_be_never_shown_changes_nothing_that_is_shown(
    tool: ToolSchema, keyword: str
) -> None:
    assume(tool.parameters)
    bare = ToolSchema(tool.name, tool.description, _without(tool.parameters, keyword))
    assert show_by_openai(bare) == show_by_openai(tool)
    try:
        shown = show_by_template(tool)
    except Exception:  # noqa: BLE001 (it fails with and without it)
        return
    assert show_by_template(bare) == shown


def _without(schema: Any, keyword: str) -> Any:
    if isinstance(schema, list):
        return [_without(each, keyword) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {"properties", "default", "examples", "enum"}
    return {
        key: value
        if key in kept - {"properties"}
        else {name: _without(each, keyword) for name, each in value.items()}
        if key == "properties"
        else _without(value, keyword)
        for key, value in schema.items()
        if key != keyword
    }
