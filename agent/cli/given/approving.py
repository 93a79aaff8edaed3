"""Shows what a project file would set, and asks whether it may."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.settings.keys import KEYS
from agent.settings.layers import own_layers
from agent.settings.settings import Settings
from agent.settings.trust import UntrustedError, trust_list
from tools.sources.naming import without_password
from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["asking_lines", "load_by_asking", "one_line"]

_LONGEST = 200
_SECRETS = {key.name for key in KEYS}
_PATHS = {"library", "data_dir", "embedder_weights", "reranker", "checker"}


def load_by_asking(given: Mapping[str, Any], error: UntrustedError) -> Settings:
    """Return the settings as the person at the terminal wants them.

    Whoever says yes is asked again once the file has changed; whoever says anything
    else goes on without what the file sets.
    """
    whole = Settings.load(given, trust_config=True)  # what is wrong there comes first
    names = error.file.asking(Settings.model_fields)
    lines = [
        f"{error.file.path} was written for this folder, maybe not by you. It sets",
        *asking_lines(names),
        *_keys_that_go(whole, names, error.file.name),
    ]
    for line in lines:
        print(one_line(line), file=sys.stderr)
    print("Approve this file? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        return Settings.load(given, trust_config=False)
    trust_list(own_layers(Settings, given)).add(error.file)
    return whole


def asking_lines(names: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a file sets, a line each; no key, and where a link leads."""
    for name, value in names.items():
        shown = "**********" if name in _SECRETS else without_password(str(value))
        yield one_line(f"  {name} = {shown[:_LONGEST]}{_lead(name, value)}")


def _lead(name: str, value: Any) -> str:
    text = str(value)
    if name not in _PATHS or "://" in text or "\x00" in text:
        return ""
    path = Path(text).expanduser().absolute()
    real = os.path.realpath(path)  # of a path that may not be there
    return f" (a link: it leads to {real})" if real != os.path.normpath(path) else ""


def _keys_that_go(
    settings: Settings, names: Mapping[str, Any], file: str
) -> Iterator[str]:
    """Yield the user's own keys that would go where the file says."""
    for key in KEYS:
        place = settings.origin(key.name)
        named = [name for name in key.places if name in names]
        if named and getattr(settings, key.name) and place != file:
            yield f"  and {key.name} ({place}) would be sent to that {named[0]}"


def one_line(text: str) -> str:
    """Return a text of a file's as it may be printed."""
    return neutralise_control_tokens(visible(" ".join(text.splitlines())))
