"""The calls of a run: of ours, of the SDK's, of chat messages, of a file of lines."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agent.answer import Answer
from agent.matching.call import Call, UnreadableRunError
from agent.matching.records import calls_of, text_of
from tools.trajectory.names import ANSWER, PREFETCH

__all__ = ["Call", "UnreadableRunError", "read_calls"]

MAX_BYTES = 64_000_000
"""Of a file of a trajectory."""


def read_calls(run: object) -> tuple[Call, ...]:
    """Return the calls of a run, in their order.

    A run is an `Answer` of ours (without its `final_answer`, and without the search
    that came before its first turn), a `RunResult` of the SDK, messages of Chat
    Completions, a path to a JSONL file, the text or the lines of one, or some `Call`s.
    Arguments that are a JSON string are parsed; what cannot be parsed is kept as
    unreadable.

    Raises:
        UnreadableRunError: it is none of these.
    """
    if isinstance(run, Answer):
        return _of_ours(calls_of(run.trajectory))
    if hasattr(run, "new_items"):
        return calls_of(filter(None, map(_sdk_record, run.new_items)))
    if isinstance(run, Path):
        return _of_ours(calls_of(_lines(_read(run))))
    if isinstance(run, str):
        is_text = "\n" in run or run.lstrip().startswith(("{", "["))
        return _of_ours(calls_of(_lines(run if is_text else _read(Path(run)))))
    if isinstance(run, Mapping) or hasattr(run, "model_dump"):
        return _of_ours(calls_of([run]))
    if isinstance(run, Iterable):
        return _of_each(tuple(run))
    raise UnreadableRunError(
        f"a {type(run).__name__} is no run; give an Answer, a RunResult, chat messages "
        "or a JSONL trajectory"
    )


def _of_each(records: tuple[object, ...]) -> tuple[Call, ...]:
    calls = tuple(each for each in records if isinstance(each, Call))
    if len(calls) == len(records):
        return calls
    lines = [each for each in records if isinstance(each, str)]
    if len(lines) == len(records):
        return _of_ours(calls_of(_lines("\n".join(lines))))
    return calls_of(records)


def _of_ours(calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """Leave out what is the answer itself, and what no model called."""
    return tuple(each for each in calls if each.name not in {ANSWER, PREFETCH})


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableRunError(
                f"{path} has more than {MAX_BYTES:,} bytes; give the trajectory of one "
                "run"
            )
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UnreadableRunError(f"{path} cannot be read: {error}") from error


def _lines(text: str) -> Iterable[Any]:
    if text.lstrip().startswith("["):
        whole = _parsed(text, 1)
        yield from whole if isinstance(whole, list) else [whole]
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _parsed(line, number)


def _parsed(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableRunError(
            f"line {number} of the trajectory is no JSON: {error}"
        ) from error


def _sdk_record(item: Any) -> dict[str, Any] | None:
    """Return an item of a run of the SDK as the API would write it.

    What is neither the call of a function nor its output has no arguments to compare.
    """
    kind = getattr(item, "type", "")
    raw = getattr(item, "raw_item", None)
    dump = getattr(raw, "model_dump", None)
    record = raw if dump is None else dump(mode="json")
    if not isinstance(record, dict):
        return None
    if kind == "tool_call_item" and "name" in record and "arguments" in record:
        return {**record, "type": "function_call"}
    if kind == "tool_call_output_item" and "call_id" in record:
        output = text_of(record.get("output") or getattr(item, "output", ""))
        return {**record, "type": "function_call_output", "output": output}
    return None
