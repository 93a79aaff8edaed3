"""Calls from records that are JSON: chat messages, items, lines of a trajectory.

Known are: a message of Chat Completions (`tool_calls`, `function_call`, and the role
`tool`), an item of Responses (`function_call`, `function_call_output`), a `ToolCall` of
ours, anything that has `name` and `arguments`, and a record that holds such records
under `trajectory`, `messages` or `tool_calls`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from agent.matching.call import Call, UnreadableRunError
from tools.errors import ToolError
from tools.trajectory.arguments import INVALID_ARGUMENTS, parse_arguments

__all__ = ["MAX_CALLS", "MAX_DEPTH", "calls_of", "read_arguments", "text_of"]

MAX_DEPTH = 60
"""Containers within each other that arguments may have; deeper ones are unreadable."""
MAX_CALLS = 10_000
"""Calls of one run: what is longer is not one."""
_HOLDERS = ("trajectory", "messages")
_SDK_FAILED = "An error occurred while running the tool"
"""How a tool's error begins that the SDK tells the model
(`default_tool_error_function`, openai-agents 0.24); it keeps no status."""

Arguments = tuple[dict[str, JsonValue], str]


def calls_of(records: Iterable[Any]) -> tuple[Call, ...]:
    """Return the calls of some records, each with what came back for it.

    A turn begins with each message of the assistant, or with each call that follows
    an output.

    Raises:
        UnreadableRunError: a record is in no form that is known.
    """
    reader = _Reader()
    for number, record in enumerate(records, start=1):
        reader.read(record, number)
        if len(reader.calls) > MAX_CALLS:
            raise UnreadableRunError(
                f"the run has more than {MAX_CALLS:,} calls; give the records of one "
                "run"
            )
    return tuple(reader.calls)


class _Reader:
    """What is read so far of the records of one run."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.turn = 0
        self._answered = True

    def read(self, record: Any, number: int) -> None:
        record = _plain(record)
        if not isinstance(record, Mapping):
            raise _unknown(number, f"it is no JSON object but {type(record).__name__}")
        if isinstance(held := _held(record), list):
            for each in held:
                self.read(each, number)
        elif record.get("role") == "assistant":
            self._message(record, number)
        elif not self._output_of(record):
            self._called(record, number)

    def _output_of(self, record: Mapping[str, Any]) -> bool:
        """Keep what came back, if that is what the record is."""
        if record.get("role") in {"tool", "function"}:
            called = record.get("tool_call_id")
            self._output(called, record.get("name"), record.get("content"))
            return True
        if record.get("type") == "function_call_output":
            self._output(record.get("call_id"), None, record.get("output"))
            return True
        return False

    def _called(self, record: Mapping[str, Any], number: int) -> None:
        """Keep a call; what else has a role or a type, nobody called."""
        if _is_name(record.get("name")) and "arguments" in record:
            self._call(record)
        elif "role" not in record and "type" not in record:
            keys = ", ".join(sorted(map(str, record)))[:80]
            raise _unknown(number, f"its keys are {keys}" if keys else "it is empty")

    def _message(self, message: Mapping[str, Any], number: int) -> None:
        made = list(message.get("tool_calls") or ())
        if message.get("function_call"):
            made.append({"function": message["function_call"]})
        self.turn += 1
        for each in map(_plain, made):
            function = _plain(each.get("function")) if isinstance(each, dict) else None
            if not (isinstance(function, dict) and _is_name(function.get("name"))):
                raise _unknown(number, "a call of it names no function")
            self._keep(function, _text_or_none(each.get("id")), self.turn)

    def _call(self, record: Mapping[str, Any]) -> None:
        if record.get("type") == "function_call" and self._answered:
            self.turn += 1
        self._answered = False
        turn = record.get("turn", self.turn or None)
        called = record.get("call_id") or record.get("id")
        self._keep(record, _text_or_none(called), turn if _is_turn(turn) else None)

    def _keep(self, made: Mapping[str, Any], called: str | None, turn: Any) -> None:
        arguments, problem = read_arguments(made.get("arguments"))
        returned = made.get("returned")
        failed = made.get("failed") is True
        if failed and not arguments and str(returned).startswith("the arguments "):
            problem = problem or str(returned)
        self.calls.append(
            Call(
                name=str(made["name"]),
                arguments=arguments,
                id=called,
                returned=None if returned is None else text_of(returned),
                failed=failed,
                turn=turn,
                unreadable=problem,
            )
        )

    def _output(self, called: Any, name: Any, output: Any) -> None:
        self._answered = True
        text = text_of(output)
        for place, call in enumerate(self.calls):
            same = call.id == called if called else call.name == name
            if same and call.returned is None:
                failed = text.startswith((_SDK_FAILED, "Error: "))
                self.calls[place] = replace(call, returned=text, failed=failed)
                return


def read_arguments(given: Any) -> Arguments:
    """Return the arguments of a call, and what is wrong if they are no JSON object."""
    if given is None:
        return {}, ""
    if isinstance(given, str):
        try:
            arguments: Any = parse_arguments(given)
        except ToolError as error:
            return {}, str(error)
    else:
        arguments = _plain(given)
    if not isinstance(arguments, dict):
        return {}, "the arguments are no JSON object"
    if arguments.keys() == {INVALID_ARGUMENTS}:
        return {}, f"the arguments are not valid JSON ({arguments[INVALID_ARGUMENTS]})"
    if not _shallow(arguments, MAX_DEPTH):
        return {}, f"the arguments are nested more than {MAX_DEPTH} deep"
    return arguments, ""


def text_of(output: Any) -> str:
    """Return what came back as text, the parts of a message joined."""
    if isinstance(output, str):
        return output
    if isinstance(output, Sequence):
        parts = (each.get("text") for each in output if isinstance(each, Mapping))
        return "".join(part for part in parts if isinstance(part, str))
    return "" if output is None else json.dumps(output, default=str)


def _held(record: Mapping[str, Any]) -> list[Any] | None:
    for key in _HOLDERS:
        if isinstance(record.get(key), list | tuple):
            return list(record[key])
    if "role" not in record and isinstance(record.get("tool_calls"), list):
        return [{"role": "assistant", **record}]
    return None


def _plain(record: Any) -> Any:
    dump = getattr(record, "model_dump", None)
    return record if dump is None else dump(mode="json")


def _shallow(value: Any, depth: int) -> bool:
    level: Iterator[Any] = iter([value])
    for _ in range(depth):
        inner = [each for each in level if isinstance(each, dict | list) and each]
        if not inner:
            return True
        level = (
            child
            for each in inner
            for child in (each.values() if isinstance(each, dict) else each)
        )
    return not any(isinstance(each, dict | list) and each for each in level)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_turn(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _unknown(number: int, problem: str) -> UnreadableRunError:
    return UnreadableRunError(
        f"record {number} of the run cannot be read: {problem}; expected are chat "
        "messages, or objects with name and arguments"
    )
