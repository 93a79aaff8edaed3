"""The layers that settings come from, and which of them a value is of."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource

from tools.errors import UsageError

__all__ = [
    "PREFIX",
    "Layer",
    "origin_of",
    "rank_of",
    "read_file",
    "read_layers",
    "say_what_is_wrong",
    "settings_files",
]

PREFIX = "CITELOOP_"
_PROJECT_FILE = "citeloop.toml"


def settings_files() -> list[Path]:
    """Return the project's file and the user's, which a variable can replace."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    user = Path(named) if named else user_config_path("citeloop") / "config.toml"
    if named and not user.is_file():
        raise UsageError(f"{PREFIX}CONFIG names {named}, which is no file.")
    return [path for path in (Path(_PROJECT_FILE), user) if path.is_file()]


def read_file(path: Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises:
        UsageError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error


Layer = tuple[str, Mapping[str, Any]]


def read_layers(settings: type[BaseSettings]) -> list[Layer]:
    """Return what variables and files say, the highest first."""
    variables = EnvSettingsSource(settings)()
    return [
        ("the variable", variables),
        *((str(path), read_file(path)) for path in settings_files()),
    ]


def rank_of(name: str, layers: list[Layer]) -> int:
    """Return the layer that a setting comes from, 0 the highest."""
    ranks = (rank for rank, (_, values) in enumerate(layers) if name in values)
    return next(ranks, len(layers))


def origin_of(name: str, layers: list[Layer]) -> str:
    """Return where a setting comes from, in words."""
    rank = rank_of(name, layers)
    return _spell(name, layers[rank][0]) if rank < len(layers) else "the default"


def _spell(name: str, place: str) -> str:
    if place == "the flag":
        return f"--{name.replace('_', '-')}"
    if place == "the variable":
        return f"{PREFIX}{name.upper()}"
    return place


def say_what_is_wrong(error: ValidationError, layers: list[Layer]) -> str:
    """Return which setting does not fit, where it comes from, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0])
    origin = origin_of(name, layers)
    if first["type"] == "extra_forbidden":
        return f'There is no setting "{name}" ({origin}).'
    message = first["msg"].removeprefix("Value error, ")
    return f"The setting {name} ({origin}) is wrong: {message}."
