"""Generated JSON Schemas of tools, of all that pydantic and people write, and odder."""

from typing import Any

from hypothesis import strategies as st

from agent.tool_schemas.shown.tool import ToolSchema

TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12
) | st.sampled_from(
    ["", 'a "quote"', "two\nlines", "win\r\nlines\r\n", "日本 🎉", "it's <b> & more",
     "x" * 60, "<|end|>", "null"]
)  # fmt: skip
NAMES = st.sampled_from(["a", "b", "limit", "the name", "ü", "items", "type"]) | TEXTS
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.sampled_from(
    [
        0.0,
        -0.0,
        0.5,
        -2.25,
        1e-4,
        1e-5,
        -1.5e-5,
        1e-6,
        1e15,
        1e16,
        -1.5e22,
        1e100,
        1e-100,
    ]
)
"""Not all floats: serde_json errs in the last of many digits."""
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=4,
)
TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"]


def _beside() -> st.SearchStrategy[dict[str, Any]]:
    """Return what may stand in any schema."""
    return st.fixed_dictionaries(
        {},
        optional={
            "description": TEXTS,
            "title": TEXTS,
            "default": VALUES,
            "nullable": st.booleans(),
            "examples": st.lists(VALUES, max_size=3),
            "minimum": st.integers(0, 9),
            "pattern": st.just("^a"),
            "const": VALUES,
            "enum": st.lists(TEXTS, max_size=3) | st.lists(VALUES, max_size=3),
            "additionalProperties": st.booleans(),
        },
    )


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": st.dictionaries(NAMES, inner, max_size=4),
            "required": st.lists(NAMES, max_size=3, unique=True),
        },
    )


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return (
        _objects(inner)
        | st.fixed_dictionaries({"type": st.just("array")}, optional={"items": inner})
        | st.fixed_dictionaries({"oneOf": several})
        | st.fixed_dictionaries({"anyOf": several})
        | st.fixed_dictionaries({"allOf": several})
    )


_PLAIN = (
    st.fixed_dictionaries({}, optional={"type": st.sampled_from(TYPES)})
    | st.fixed_dictionaries(
        {"type": st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True)}
    )
    | st.just({"$ref": "#/$defs/Thing"})
)


def _with_beside(
    inner: st.SearchStrategy[dict[str, Any]],
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda first, more: {**more, **first}, inner, _beside())


SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    _with_beside(_PLAIN) | st.booleans(),
    lambda inner: _with_beside(_nested(inner)),
    max_leaves=8,
)
PARAMETERS = _with_beside(_objects(SCHEMAS)) | _with_beside(_nested(SCHEMAS))
TOOLS = st.builds(
    ToolSchema,
    name=st.sampled_from(["look", "look_up", "a.b"]),
    description=TEXTS,
    parameters=PARAMETERS | st.none(),
)
