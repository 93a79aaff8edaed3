"""A model that does what it is told, by rules: what a correct server serves.

It reads a few plain sentences, and does exactly what they say:

    Repeat exactly: TEXT                    says TEXT, to the end of the message
    Call NAME with {…}                      calls NAME; several lines, several calls
    Call NAME once, with any values …       calls NAME with an example of its schema
    Call step with the key …                follows keys from result to result
    Change the THING of order ID.           calls the tool whose description says so
    Count from 1 to N                       says the numbers
    … code word is WORD … What is the code word?    says WORD, wherever it was said

A result of a tool is said again, unless the user has told what to call next. Whatever
else it is told, it says yes. Tokens are its own: a word, or a sign, of four letters at
most, so that more text is always more tokens.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

__all__ = ["RULES", "Call", "Said", "answer", "example_of", "tokens", "used_tokens"]

Request = Mapping[str, Any]
_TOKEN = re.compile(r"\s*(?:\w{1,4}|[^\w\s])|\s+")
_EFFORT = {"none": 0, "minimal": 2, "low": 6, "medium": 16, "high": 48}
"""Words of reasoning."""


@dataclass(frozen=True)
class Call:
    """A tool call."""

    name: str
    arguments: str


@dataclass(frozen=True)
class Said:
    """What the model answers to one request, before any limit cuts it."""

    content: str = ""
    calls: Sequence[Call] = ()
    reasoning: str = ""
    finish: str = "stop"


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[str, ...]:
    """Return the tokens of a text; joined, they are the text."""
    return tuple(_TOKEN.findall(text))


def text_of(message: Mapping[str, Any]) -> str:
    """Return what a message says, in one text."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return content or ""


Rule = Callable[[Request], Said | None]
"""Returns what the model answers; None if it is about something else."""


def _last(request: Request) -> Mapping[str, Any]:
    last: Mapping[str, Any] = request["messages"][-1]
    return last


def _asked(request: Request) -> str:
    """Return what the user said last, if nobody has said anything since."""
    return text_of(_last(request)) if _last(request)["role"] == "user" else ""


def repeat(request: Request) -> Said | None:
    _, found, text = _asked(request).partition("Repeat exactly: ")
    return Said(text) if found else None


_CALL = re.compile(r"^Call (\S+) with (\{.*\})\s*$", re.MULTILINE)


def call(request: Request) -> Said | None:
    offered = {tool["function"]["name"] for tool in request.get("tools") or ()}
    found = [Call(*each) for each in _CALL.findall(_asked(request))]
    calls = [each for each in found if each.name in offered]
    return Said(calls=calls) if calls else None


_ORDER = re.compile(r"(\w+ the [\w ]+) of order (\S+)\.")


def order(request: Request) -> Said | None:
    found = _ORDER.fullmatch(_asked(request))
    for tool in request.get("tools") or () if found else ():
        if found and tool["function"]["description"] == f"{found[1]} of an order.":
            arguments = json.dumps({"order": found[2]})
            return Said(calls=[Call(tool["function"]["name"], arguments)])
    return None


def count(request: Request) -> Said | None:
    found = re.search(r"Count from 1 to (\d+)", _asked(request))
    return Said(" ".join(map(str, range(1, int(found[1]) + 1)))) if found else None


def code_word(request: Request) -> Said | None:
    if "What is the code word?" not in _asked(request):
        return None
    everything = "\n".join(map(text_of, request["messages"]))
    found = re.search(r"code word is ([\w-]+)", everything)
    return Said(found[1] if found else "I do not know.")


def any_call(request: Request) -> Said | None:
    found = re.match(r"Call (\S+) once, with any values", _asked(request))
    offered = {each["function"]["name"]: each for each in request.get("tools") or ()}
    tool = offered.get(found[1]) if found else None
    if tool is None:
        return None
    parameters = tool["function"]["parameters"]
    made = example_of(parameters, parameters)
    return Said(calls=[Call(tool["function"]["name"], json.dumps(made))])


def chain(request: Request) -> Said | None:
    users = [each for each in request["messages"] if each["role"] == "user"]
    asked = re.search(r"Call step with the key ([\w-]+)", text_of(users[-1]))
    if not asked or not request.get("tools"):
        return None
    if _last(request)["role"] == "user":
        return Said(calls=[Call("step", json.dumps({"key": asked[1]}))])
    told = json.loads(text_of(_last(request)))
    if "key" in told:
        return Said(calls=[Call("step", json.dumps({"key": told["key"]}))])
    return Said(f"The word is {told['word']}.")


def corrected(request: Request) -> Said | None:
    told = text_of(_last(request)) if _last(request)["role"] == "tool" else ""
    found = _CALL.search(told.partition("Error: no such word. ")[2])
    return Said(calls=[Call(*found.groups())]) if found else None


def result(request: Request) -> Said | None:
    if _last(request)["role"] != "tool":
        return None
    return Said(f"The tool says: {text_of(_last(request))}")


RULES: list[Rule] = [
    repeat, any_call, chain, call, order, count, code_word, corrected, result,
]  # fmt: skip
"""Asked in this order; add rules for prompts that say something else."""


def answer(request: Request, rules: Sequence[Rule] = tuple(RULES)) -> Said:
    """Return what the model answers, with the tool choice and form that were asked."""
    found = (each for rule in rules if (each := rule(request)) is not None)
    said = _chosen(next(found, Said("Yes.")), request)
    said = _formed(said, request)
    effort = str(request.get("reasoning_effort") or "medium")
    thought = " ".join(["Hmm,", *["so"] * _EFFORT[effort]]) if _EFFORT[effort] else ""
    finish = "tool_calls" if said.calls else "stop"
    return replace(said, reasoning=said.reasoning or thought, finish=finish)


def _chosen(said: Said, request: Request) -> Said:
    choice = request.get("tool_choice") or "auto"
    offered = {each["function"]["name"]: each for each in request.get("tools") or ()}
    if choice == "none":
        return replace(said, calls=(), content=said.content or "I call nothing.")
    if choice == "auto" or not offered:
        return said
    named = choice["function"]["name"] if isinstance(choice, Mapping) else None
    calls = [each for each in said.calls if named in {None, each.name}]
    if calls:
        return replace(said, calls=calls)
    name = named or next(iter(offered))
    parameters = offered[name]["function"].get("parameters") or {}
    made = example_of(parameters, parameters)
    return Said(calls=[Call(name, json.dumps(made if made is not None else {}))])


def _formed(said: Said, request: Request) -> Said:
    form = request.get("response_format") or {}
    if said.calls or form.get("type") not in {"json_object", "json_schema"}:
        return said
    schema = (form.get("json_schema") or {}).get("schema") or {"type": "object"}
    return replace(said, content=json.dumps(example_of(schema, schema)))


def example_of(schema: Any, root: Any, depth: int = 0) -> Any:
    """Return a small instance of a schema."""
    if not isinstance(schema, Mapping) or depth > 12:
        return None
    schema = _resolved(schema, root)
    if "const" in schema or "default" in schema:
        return schema.get("const", schema.get("default"))
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties") or {}
        wanted = schema.get("required") or properties
        given = {each: properties.get(each, {}) for each in wanted}
        return {name: example_of(each, root, depth + 1) for name, each in given.items()}
    if kind == "array":
        several = int(schema.get("minItems", 1))
        return [example_of(schema.get("items", {}), root, depth + 1)] * several
    return _scalar(kind, schema)


def _resolved(schema: Mapping[str, Any], root: Any) -> Mapping[str, Any]:
    """Return what a schema refers to, or the first of what it leaves open."""
    for _ in range(12):
        several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if "$ref" in schema:
            schema = _referred(str(schema["$ref"]), root)
        elif several:
            schema = several[0]
        else:
            break
    return schema


def _scalar(kind: str, schema: Mapping[str, Any]) -> Any:
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        most = schema.get("maximum", least)
        return min(least, most)
    if kind == "string":
        return "word" + "x" * max(0, int(schema.get("minLength", 0)) - 4)
    return {"boolean": True}.get(kind)


def _referred(reference: str, root: Any) -> Any:
    found = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        found = found.get(part, {}) if isinstance(found, Mapping) and part else found
    return found


def used_tokens(request: Request) -> int:
    """Return how many tokens a prompt has: of messages, and of tools as shown.

    The reasoning of a call is shown until its turn is at its end: the template drops it
    behind the next question of the user.
    """
    messages = request["messages"]
    users = [at for at, each in enumerate(messages) if each["role"] == "user"]
    asked = users[-1] if users else 0
    total = 3
    for at, message in enumerate(messages):
        total += 4 + len(tokens(text_of(message)))
        for each in message.get("tool_calls") or ():
            total += 4 + len(tokens(json.dumps(each["function"])))
        if at > asked:
            kept = message.get("reasoning") or message.get("reasoning_content") or ""
            total += len(tokens(kept))
    for tool in request.get("tools") or ():
        total += len(tokens(json.dumps(tool["function"])))
    form = request.get("response_format")
    return total + (len(tokens(json.dumps(form))) if form else 0)
