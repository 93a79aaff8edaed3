"""What probes of several groups ask for, in words that leave no choice."""

import json
from collections.abc import Mapping
from typing import Any

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.exchanges.reading import ReadCall, Reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.rules.wire_rules import violations_of

__all__ = [
    "LOOK_UP",
    "arguments_of",
    "asked_call",
    "asked_count",
    "breaks",
    "function_tool",
    "has_words",
    "history_of_call",
    "prompt_tokens",
]


def function_tool(
    name: str, description: str, properties: Mapping[str, Any], *required: str
) -> dict[str, Any]:
    """Return a tool as a request has it.

    Args:
        name: Of the function.
        description: What the model is told of it.
        properties: Of its parameters: a schema each.
        required: Names of parameters; all if none is named.
    """
    parameters = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required or properties),
    }
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


LOOK_UP = function_tool(
    "look_up",
    "Look up a word in the dictionary.",
    {"word": {"type": "string", "description": "The word."}},
)
"""The tool where it does not matter which."""


def asked_call(*words: str, name: str = "look_up") -> str:
    """Return a prompt that asks for one call for each word."""
    lines = [f"Call {name} with {json.dumps({'word': word})}" for word in words]
    return "\n".join(lines)


def asked_count(last: int) -> str:
    """Return a prompt whose answer is about twice as many tokens as it counts."""
    return (
        f"Count from 1 to {last}. Write all the numbers with spaces between them, "
        "and nothing else."
    )


def arguments_of(call: ReadCall) -> Any:
    """Return the arguments of a call as JSON; None if they are none."""
    try:
        return json.loads(call.arguments)
    except (ValueError, RecursionError):
        return None


def breaks(exchange: Exchange, rule: str) -> bool:
    """Whether a response breaks a rule, which then is the probe's that has it."""
    return any(each.rule.name == rule for each in violations_of(exchange))


def has_words(reading: Reading) -> bool:
    """Whether an answer says anything at all."""
    return bool(reading.content.strip() or reading.reasoning.strip() or reading.calls)


def prompt_tokens(exchange: Exchange) -> int | None:
    """Return how many tokens a server counted of a prompt; None if it did not."""
    usage = strict_reading(exchange).usage
    return usage.prompt if usage else None


def history_of_call(word: str, result: str, **fields: str) -> list[dict[str, Any]]:
    """Return a question, a call of `look_up` and its result, which is the last.

    Content beside the call is blank and not null: whether null is taken is probe 3's.

    Args:
        word: That is looked up.
        result: What the tool said.
        fields: More of the message with the call, such as its reasoning.
    """
    function = {"name": "look_up", "arguments": json.dumps({"word": word})}
    call = {"id": "call_a1b2c3d4e", "type": "function", "function": function}
    return [
        {"role": "user", "content": f"Look up {word}."},
        {"role": "assistant", "content": "", "tool_calls": [call], **fields},
        {"role": "tool", "tool_call_id": call["id"], "content": result},
    ]
