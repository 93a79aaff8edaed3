"""The process that reads files: requests on standard input, JSON on its output.

A request is a line of JSON, and as many bytes as it says; the answer is a line of JSON.
"""

import gc
import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from tools.documents.outline import read_outline
from tools.sources.formats.converted import RefusalError
from tools.sources.formats.table import load_converter
from tools.sources.formats.zipped import MAX_FILE

__all__ = ["main"]

_MEMORY = 3 * 1024 * 1024 * 1024
"""Bytes of address space; a converter that wants more fails."""

_OBJECTS = 100_000
"""New objects after which circles of them are looked for; Python's 700 cost up to a
third of the time that reading the definitions of a large program takes."""


def main() -> None:
    """Answer requests until there are no more; nothing else reaches the output."""
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    _limit_memory()
    gc.set_threshold(_OBJECTS)
    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(request["size"])
        _limit_time(request["seconds"])
        answers.write(json.dumps(_answer(request, content)) + "\n")
        answers.flush()
        _limit_time(0)


def _answer(request: dict[str, Any], content: bytes) -> dict[str, object]:
    """Return what was asked for, or why not; `worn`: the next needs a new process.

    An error that nobody foresaw may leave anything behind.
    """
    try:
        if "form" in request:
            return _outline(request, content)
        return _convert(request, content)
    except RefusalError as error:
        return {"refusal": _one_line(str(error))}
    except (RecursionError, MemoryError):
        refusal = "cannot be read: too large or too deeply nested"
    except Exception as error:  # noqa: BLE001 (a converter may raise what it likes)
        refusal = f"cannot be read ({_one_line(_named(error))})"
    return {"refusal": refusal, "worn": True}


def _convert(request: dict[str, Any], content: bytes) -> dict[str, object]:
    converted = load_converter(request["converter"])(content)
    if len(converted.text) > MAX_FILE:
        raise RefusalError("its text is larger than 64 MiB")
    if not converted.text.strip():
        raise RefusalError("empty")
    return converted.as_record()


def _outline(request: dict[str, Any], content: bytes) -> dict[str, object]:
    text = content.decode("utf-8", "replace")
    return read_outline(text, request["form"], request["name"]).as_record()


def _limit_time(seconds: float) -> None:
    """End this process later than who asks would; they may be gone by then."""
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(int(seconds) + 10 if seconds else 0)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows; a lower limit; macOS
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
