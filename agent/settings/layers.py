"""The layers that settings come from, and which of them a value is of."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource

from agent.settings.project import read_settings_file
from tools.errors import UsageError

__all__ = [
    "PREFIX",
    "Layer",
    "first_of",
    "origin_of",
    "own_layers",
    "rank_of",
    "refuse_unknown",
    "say_what_is_wrong",
]

PREFIX = "CITELOOP_"

Layer = tuple[str, Mapping[str, Any]]


def own_layers(settings: type[BaseSettings], flags: Mapping[str, Any]) -> list[Layer]:
    """Return what the user says by flags, variables and a file, the highest first.

    Raises:
        UsageError: the user's file cannot be read.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    return [
        ("the flag", given),
        ("the variable", EnvSettingsSource(settings)()),
        _user_layer(),
    ]


def _user_layer() -> Layer:
    """Return what the user's file says, which a variable can replace by another."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    path = Path(named) if named else user_config_path("citeloop") / "config.toml"
    file = read_settings_file(path)
    if named and file is None:
        raise UsageError(f"{PREFIX}CONFIG names {named}, which is no file.")
    return str(path), file.values if file else {}


def first_of(name: str, layers: list[Layer]) -> Any:
    """Return what the highest layer that has a setting says, None if none has it."""
    rank = rank_of(name, layers)
    return layers[rank][1][name] if rank < len(layers) else None


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


def refuse_unknown(settings: type[BaseSettings], layers: list[Layer]) -> None:
    """Raise a `UsageError` for a name that is no setting.

    Some names with a leading underscore mean something to pydantic-settings itself
    (`_env_file`, `_secrets_dir`): no file may say those.
    """
    for place, values in layers:
        for name in values.keys() - settings.model_fields.keys():
            raise UsageError(f'There is no setting "{name}" ({_spell(name, place)}).')


def say_what_is_wrong(error: ValidationError, layers: list[Layer]) -> str:
    """Return which setting does not fit, where it comes from, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0])
    message = first["msg"].removeprefix("Value error, ")
    return f"The setting {name} ({origin_of(name, layers)}) is wrong: {message}."
