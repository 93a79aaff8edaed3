"""What a run answered, whoever's run it was."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agent.answer import Answer
from agent.matching.calls import UnreadableRunError
from agent.matching.records import text_of

__all__ = ["answer_of"]


def answer_of(run: object) -> str:
    """Return the text that a run ended with; blank where it ended without one.

    A run is an `Answer`, a `RunResult` of the SDK, messages of Chat Completions, a path
    to a JSONL trajectory or its text; any other string is the answer itself.

    Raises:
        UnreadableRunError: it is none of these.
    """
    if isinstance(run, Answer):
        return run.answer
    if hasattr(run, "final_output"):
        return _said(run.final_output)
    if isinstance(run, str):
        return _last(_lines(run)) if run.lstrip().startswith("{") else run
    if isinstance(run, Path):
        return _last(_lines(_read(run)))
    if isinstance(run, Mapping) or hasattr(run, "model_dump"):
        return _last([run])
    if isinstance(run, Iterable):
        return _last(tuple(run))
    raise UnreadableRunError(
        f"a {type(run).__name__} has no answer; give an Answer, a RunResult, chat "
        "messages, a JSONL trajectory or the text"
    )


def _last(records: Iterable[Any]) -> str:
    """Return what the last record says, if the model says it."""
    said = ""
    for record in map(_plain, records):
        if not isinstance(record, Mapping):
            raise UnreadableRunError(
                f"a record of the run is no JSON object but {type(record).__name__}"
            )
        if isinstance(record.get("answer"), str):
            said = record["answer"]
        elif isinstance(record.get("messages"), list):
            said = _last(record["messages"])
        elif record.get("role") == "assistant":
            said = text_of(record.get("content") or "")
        elif record.get("role") == "tool" or record.get("type") in _NO_ANSWER:
            said = ""
    return said


_NO_ANSWER = {"function_call", "function_call_output"}


def _said(output: object) -> str:
    return output if isinstance(output, str) else text_of(_plain(output))


def _plain(record: Any) -> Any:
    dump = getattr(record, "model_dump", None)
    return record if dump is None else dump(mode="json")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UnreadableRunError(f"{path} cannot be read: {error}") from error


def _lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError as error:
        raise UnreadableRunError(f"the trajectory is no JSON: {error}") from error
