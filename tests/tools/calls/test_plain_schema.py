"""Schemas as pydantic writes them, and as a renderer of prompts can show them."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from tools.calls.plain_schema import admits_null, one_line, plain_schema


class Node(BaseModel):
    title: str = Field(description="A property, and no keyword.")
    default: int = 0
    children: "list[Node]" = []


class Named(BaseModel):
    """Something with a name."""

    name: str


class Other(BaseModel):
    kind: Literal["other"]


FORMS: dict[str, tuple[Any, dict[str, Any]]] = {
    "null beside a type": (int | None, {"type": "integer"}),
    "a range": (
        Annotated[int | None, Field(ge=1, description="From\none.")],
        {"type": "integer", "description": "From one.", "minimum": 1},
    ),
    "an enum": (Literal["a", "b"] | None, {"type": "string", "enum": ["a", "b"]}),
    "a constant": (Literal["a"], {"type": "string", "enum": ["a"]}),
    "mixed constants": (
        Literal["a", 1, None],
        {"type": ["string", "integer"], "enum": ["a", 1]},
    ),
    "scalars": (str | int | None, {"type": ["string", "integer"]}),
    "numbers": (int | float, {"type": "number"}),
    "a list or its item": (
        list[str] | str,
        {"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]},
    ),
    "an object": (
        Named | None,
        {
            "type": "object",
            "description": "Something with a name.",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
        },
    ),
    "values of a mapping": (
        dict[str, Named | None],
        {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "description": "Something with a name.",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
            },
        },
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_a_plain_one(form: str) -> None:
    kind, plain = FORMS[form]
    assert plain_schema(TypeAdapter(kind).json_schema()) == plain


def test_a_definition_that_holds_itself_ends() -> None:
    plain = plain_schema(Node.model_json_schema())
    assert plain["properties"]["children"]["items"] == {"type": "object"}


def test_properties_that_are_called_like_keywords_stay() -> None:
    plain = plain_schema(Node.model_json_schema())
    assert plain["properties"]["title"]["description"] == "A property, and no keyword."
    assert plain["properties"]["default"] == {"type": "integer", "default": 0}
    assert "title" not in plain


def test_variants_that_a_key_tells_apart_are_written_out() -> None:
    kind = Annotated[Node2 | Other, Field(discriminator="kind")]
    plain = plain_schema(TypeAdapter(kind).json_schema())
    assert [each["properties"]["kind"]["enum"] for each in plain["oneOf"]] == [
        ["node"],
        ["other"],
    ]
    assert "discriminator" not in plain


class Node2(BaseModel):
    kind: Literal["node"]


@pytest.mark.parametrize(
    ("default", "kept"),
    [
        (None, False), ("", False), ([], False), ({}, False),
        (0, True), (False, True), ("a", True), (5, True),
    ],
)  # fmt: skip
def test_a_default_is_kept_where_it_says_something(default: Any, kept: bool) -> None:
    assert ("default" in plain_schema({"type": "x", "default": default})) is kept


@pytest.mark.parametrize(
    ("kind", "admits"),
    [
        (int | None, True), (Any, True), (Literal["a", None], True), (None, True),
        (int, False), (Literal["a"], False), (Named, False), (list[str], False),
    ],
)  # fmt: skip
def test_what_admits_null_is_known(kind: Any, admits: bool) -> None:
    assert admits_null(TypeAdapter(kind).json_schema()) is admits


def test_lists_and_code_in_a_description_keep_their_lines() -> None:
    text = "Takes a text\nor two.\n\nOne of:\n- a\n- b\n    code(\n"
    assert one_line(text) == "Takes a text or two.\n\nOne of:\n- a\n- b\n    code("
