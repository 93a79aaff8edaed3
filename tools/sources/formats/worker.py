"""The process that converts one file: bytes on standard input, JSON on its output."""

import json
import os
import sys
from contextlib import suppress

from tools.sources.formats.converted import RefusalError
from tools.sources.formats.table import load_converter
from tools.sources.formats.zipped import MAX_FILE

__all__ = ["main"]

_MEMORY = 3 * 1024 * 1024 * 1024
"""Bytes of address space; a converter that wants more fails."""


def main(converter: str) -> None:
    """Convert what standard input holds; nothing else reaches standard output.

    Args:
        converter: As a row of the table of formats names it.
    """
    answer = os.fdopen(os.dup(1), "w", encoding="ascii")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    _limit_memory()
    json.dump(_answer(sys.stdin.buffer.read(), converter), answer)
    answer.close()


def _answer(content: bytes, converter: str) -> dict[str, object]:
    try:
        converted = load_converter(converter)(content)
    except RefusalError as error:
        return {"refusal": _one_line(str(error))}
    except (RecursionError, MemoryError):
        return {"refusal": "cannot be converted: too large or too deeply nested"}
    except Exception as error:  # noqa: BLE001 (a converter may raise what it likes)
        return {"refusal": f"cannot be converted ({_one_line(_named(error))})"}
    if len(converted.text) > MAX_FILE:
        return {"refusal": "its text is larger than 64 MiB"}
    if not converted.text.strip():
        return {"refusal": "empty"}
    return converted.as_record()


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows; a lower limit; macOS
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
