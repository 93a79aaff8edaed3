"""A file of settings; that of the folder that Citeloop runs in may be anybody's.

Of one that the user has not approved only what does no harm is taken: `HARMLESS`.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tools.errors import UsageError

__all__ = ["HARMLESS", "PROJECT_FILE", "SettingsFile", "read_settings_file"]

PROJECT_FILE = "citeloop.toml"
HARMLESS = frozenset(
    {
        "depth", "effort", "max_turns", "max_tool_calls", "max_tokens", "max_seconds",
        "max_cost", "turn_seconds", "token_seconds", "retry_seconds",
        "download_seconds", "context_window", "prefetch", "stream", "mode",
        "strict",
    }
)  # fmt: skip
"""Settings that say how long, how deep, how strictly, and none where things go."""
_MAX_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file of settings, read once: what is approved is what is used."""

    name: str
    """As a message names it."""
    path: Path
    """Its place, its folder without links: half of what is approved."""
    digest: str
    """SHA-256 of its bytes: the other half."""
    values: Mapping[str, Any]

    def asking(self, known: Collection[str]) -> dict[str, Any]:
        """Return those of the known settings that somebody has to approve."""
        return {
            name: value
            for name, value in self.values.items()
            if name in known and name not in HARMLESS
        }

    def without(self, names: Collection[str]) -> dict[str, Any]:
        """Return what it says besides some settings."""
        return {name: each for name, each in self.values.items() if name not in names}


def read_settings_file(path: Path) -> SettingsFile | None:
    """Return what a TOML file says, None where there is none.

    Raises:
        UsageError: it cannot be read, or is no TOML.
    """
    try:
        if not path.is_file():
            return None
        content = _read(path)
        values = tomllib.loads(content.decode("utf-8"))
        folder = path.parent.resolve()
    except (ValueError, OSError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error
    digest = sha256(content).hexdigest()
    return SettingsFile(str(path), folder / path.name, digest, values)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ValueError(f"it is larger than {_MAX_BYTES // 1024} KiB")
    return content
