"""Reads the cases of a file, whichever of the known forms it has."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agent.conformance.cases.formats import (
    read_acebench,
    read_bfcl,
    read_compat,
    read_nestful,
    read_when2call,
)
from agent.conformance.cases.schemas import SchemaCase
from agent.conformance.probe import Probe
from tools.errors import UsageError

__all__ = ["FORMS", "CaseFile", "read_cases"]

FORMS = "gpt-oss compatibility-test, BFCL, When2Call, NESTFUL, ACEBench, walle schemas"
_MOST_BYTES = 64 * 2**20


class _Case(Protocol):
    def probe(self) -> Probe: ...


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What a file of cases comes to."""

    probes: tuple[Probe, ...]
    """One for each case."""
    left_out: tuple[str, ...]
    """Cases that cannot be asked, each with its reason."""


def read_cases(path: Path) -> CaseFile:
    """Return a probe for each case of a file, or of a folder of schemas.

    What belongs to it lies beside it, as it came: `tools.json`, `possible_answer/`,
    the functions of NESTFUL (`…-spec.json`).

    Raises:
        UsageError: it cannot be read, or has none of the known forms.
    """
    try:
        found = list(_schemas_of(path) or _cases(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(
            f"{path} has another form than it seemed to have "
            f"({type(error).__name__}: {error}). Known are {FORMS}."
        ) from error
    if not found:
        raise UsageError(f"{path} has no case. Known are {FORMS}.")
    return CaseFile(
        tuple(each.probe() for each in found if not isinstance(each, str)),
        tuple(each for each in found if isinstance(each, str)),
    )


def _schemas_of(path: Path) -> list[_Case | str]:
    """Return the cases of walle's schemas, if a path is one of their files."""
    if path.is_dir():
        files = sorted(path.rglob("*valid.jsonl"))
        return [case for file in files for case in _schemas(file)]
    return list(_schemas(path)) if path.name in {"valid.jsonl", "invalid.jsonl"} else []


def _cases(path: Path) -> Iterator[_Case | str]:
    rows = _rows(path)
    first = rows[0] if rows else {}
    if "tool_name" in first:
        yield from read_compat(rows, _json(path.with_name("tools.json")))
    elif "correct_answer" in first:
        yield from read_when2call(rows)
    elif "output" in first:
        spec = path.name.removeprefix("dev-").replace("-data", "-spec")
        yield from read_nestful(rows, _json(path.with_name(spec)))
    elif isinstance(first.get("question"), str):
        accepted = _rows(path.parent / "possible_answer" / path.name)
        yield from read_acebench(rows, accepted)
    elif "question" in first and "function" in first:
        yield from read_bfcl(rows)


def _schemas(path: Path) -> Iterator[SchemaCase | str]:
    kind = path.stem
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        name = f"{path.parent.name}:{kind}:{number}"
        text = line if kind == "valid" else json.loads(line)["schema"]
        try:
            schema = json.loads(text)
        except ValueError:
            yield f"{name} is no JSON, so no request can hold it"
            continue
        yield SchemaCase(name, schema, kind == "valid")


def _rows(path: Path) -> list[Mapping[str, Any]]:
    """Return the objects of a file: one a line, or one list of all."""
    text = _text(path)
    if text.lstrip().startswith("["):
        rows = json.loads(text)
    else:
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [each for each in rows if isinstance(each, Mapping)]


def _json(path: Path) -> Any:
    return json.loads(_text(path))


def _text(path: Path) -> str:
    """Return a file's text.

    Raises:
        UsageError: it is larger than such a file is.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise UsageError(f"{path} is larger than {_MOST_BYTES // 2**20} MiB.")
    return path.read_text(encoding="utf-8")
