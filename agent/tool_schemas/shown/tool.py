"""A tool as a request offers it to a model: a name, a description, a JSON Schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["BOTH", "Renderer", "Schema", "ToolSchema", "child_of", "mapping"]

Schema = Mapping[str, Any]


class Renderer(StrEnum):
    """The two programs that write a tool into the prompt of gpt-oss."""

    OPENAI = "openai"
    """OpenAI's own, openai-harmony, which vLLM uses."""
    TEMPLATE = "template"
    """The chat template that the model comes with: llama.cpp, transformers, others."""


BOTH = frozenset(Renderer)


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """One tool, whatever form it was given in."""

    name: str
    description: str | None
    """None where the tool has none; an empty text is one."""
    parameters: Schema | None
    """The JSON Schema of its arguments, as it is sent."""
    place: str = ""
    """The JSON pointer of the tool in what was read."""
    schema_place: str = "/parameters"
    """The JSON pointer of its schema, from the tool on."""


def mapping(value: object) -> Schema:
    """Return a value if it is an object, or else an empty one."""
    return value if isinstance(value, Mapping) else {}


def child_of(place: str, *keys: str | int) -> str:
    """Return the JSON pointer (RFC 6901) of what lies below a place."""
    escaped = (str(key).replace("~", "~0").replace("/", "~1") for key in keys)
    return "/".join([place, *escaped])
