"""Reads a suite from its file, YAML or JSONL, and says where one is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from agent.evals.placing import Located, located_lines, located_yaml
from agent.evals.suite import Suite
from tools.errors import UsageError

__all__ = ["NamedSuite", "read_suite"]

_MAX_SIZE = 5_000_000
"""Bytes of the file of a suite."""
_MAX_TOLD = 5
"""What is wrong in a file is told so often, and the rest is counted."""


@dataclass(frozen=True, slots=True)
class NamedSuite:
    """A suite, and the file that it was read from."""

    suite: Suite
    name: str
    """What it calls itself, or how its file is called."""
    path: Path
    text: str
    """As the file holds it."""
    located: Located
    """What the file says, before defaults, and where."""


def read_suite(path: Path) -> NamedSuite:
    """Return the suite of a file: JSONL where its name ends in that, or else YAML.

    Raises:
        UsageError: it cannot be read or is no suite; the text names the line, the
            place within the file and, for a key that is unknown, the nearest known.
    """
    text = _read_text(path)
    is_lines = path.suffix.casefold() in {".jsonl", ".ndjson"}
    located = (located_lines if is_lines else located_yaml)(text, path)
    if not isinstance(located.data, dict):
        raise UsageError(f"{path} is no suite: it has no keys.")
    try:
        suite = Suite.model_validate(located.data)
    except ValidationError as error:
        raise UsageError(_say_what_is_wrong(error, located, path)) from None
    return NamedSuite(suite, suite.name or path.stem, path, text, located)


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_SIZE:
            raise UsageError(
                f"{path} has more than {_MAX_SIZE:,} bytes: split the suite."
            )
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {reason}.") from error


def _say_what_is_wrong(error: ValidationError, located: Located, path: Path) -> str:
    told = list(dict.fromkeys(_faults(error, located)))
    more = len(told) - _MAX_TOLD
    rest = [f"and {more} more"] if more > 0 else []
    return f"{path} is no suite: {'; '.join([*told[:_MAX_TOLD], *rest])}."


def _faults(error: ValidationError, located: Located) -> Iterator[str]:
    for each in error.errors(include_url=False, include_input=False):
        place = tuple(each["loc"])
        spelt = _spell(place)
        line = f"line {located.line(place)}: "
        if each["type"] == "extra_forbidden":
            yield f"{line}{spelt} is no key{_nearest(place)}"
        else:
            message = each["msg"].removeprefix("Value error, ")
            yield f"{line}{spelt or 'it'}: {message}"


def _spell(place: tuple[int | str, ...]) -> str:
    """Return a place as people write it: `cases[0].calls.expect[1].tool`."""
    spelt = ""
    for part in place:
        spelt += f"[{part}]" if isinstance(part, int) else f".{part}"
    return spelt.removeprefix(".")


def _nearest(place: tuple[int | str, ...]) -> str:
    """Return which known key was meant, or all that there are."""
    model = _model_at(Suite, place[:-1])
    if model is None:
        return ""
    known = [field.alias or name for name, field in model.model_fields.items()]
    near = get_close_matches(str(place[-1]), known, n=1)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; there are {', '.join(known)}"


def _model_at(
    model: type[BaseModel] | None, place: tuple[int | str, ...]
) -> type[BaseModel] | None:
    """Return which record stands at a place, None where it is none of ours."""
    for part in place:
        if model is None:
            return None
        if isinstance(part, int):
            continue
        by_alias = {field.alias or name: field for name, field in
                    model.model_fields.items()}  # fmt: skip
        field = by_alias.get(part)
        # A part that is no field names which form of several was tried.
        model = _record_in(field.annotation) if field else model
    return model


def _record_in(annotation: Any) -> type[BaseModel] | None:
    """Return the record that an annotation is of, through `| None` and tuples."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_record_in(each) for each in get_args(annotation))
    return next((each for each in inner if each is not None), None)
