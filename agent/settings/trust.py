"""Which project files the user has approved: each by its place and its content.

The list lies in the user's own data folder, never in one that a project file names.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from platformdirs import user_data_path

from agent.settings.layers import Layer, first_of, rank_of
from agent.settings.project import PROJECT_FILE, SettingsFile, read_settings_file
from tools.errors import UsageError
from tools.own_files import own_folder, read_own, write_own

__all__ = ["TrustList", "UntrustedError", "heeded_layers", "trust_list"]

_FILE = "trusted.json"


class UntrustedError(UsageError):
    """A project file sets what nobody has approved, and that would be in force."""

    def __init__(self, file: SettingsFile, asking: Collection[str]) -> None:
        """Say which settings of a file would be in force, and how to go on."""
        self.file = file
        super().__init__(
            f"{file.name} of this folder sets {', '.join(asking)}, and you have not "
            "approved it. See it and approve it with `citeloop trust`, take it once "
            "with --trust-config, or go on without it with --no-trust-config."
        )


class TrustList:
    """The approved files, kept in a folder as paths and digests."""

    def __init__(self, folder: Path) -> None:
        """Take the user's data folder, which need not be there."""
        self._folder = folder

    def approves(self, file: SettingsFile) -> bool:
        """Whether this content at this place was approved."""
        return self.files().get(str(file.path)) == file.digest

    def files(self) -> dict[str, str]:
        """Return the approved places, each with the digest of its content.

        A list that cannot be read approves nothing.
        """
        try:
            kept = json.loads(read_own(self._folder / _FILE))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def add(self, file: SettingsFile) -> None:
        """Approve a file as it is now.

        Raises:
            UsageError: the list cannot be written.
        """
        self._write(self.files() | {str(file.path): file.digest})

    def remove(self, path: Path) -> bool:
        """Approve a place no more; return whether it was approved.

        Raises:
            UsageError: the list cannot be written.
        """
        files = self.files()
        if files.pop(str(path), None) is None:
            return False
        self._write(files)
        return True

    def _write(self, files: Mapping[str, str]) -> None:
        try:
            own_folder(self._folder)
            write_own(self._folder / _FILE, json.dumps(files, indent=1).encode())
        except OSError as error:
            raise UsageError(
                f"The list of approved files cannot be kept in {self._folder}: "
                f"{error.strerror or error}."
            ) from error


def heeded_layers(
    own: list[Layer], known: Collection[str], trust_config: bool | None
) -> tuple[list[Layer], dict[str, str]]:
    """Return all layers, and why of the project file's settings some are in none.

    Args:
        own: What the user says: flags, variables, a file (`agent.settings.layers`).
        known: The names of all settings.
        trust_config: See `agent.settings.settings.Settings.load`.

    Raises:
        UntrustedError: what nobody has approved would be in force.
    """
    file = read_settings_file(Path(PROJECT_FILE))
    if file is None:
        return own, {}
    above, user = own[:2], own[2:]
    asking = file.asking(known)
    if trust_config or not asking or trust_list(own).approves(file):
        return [*above, (file.name, file.values), *user], {}
    in_force = [name for name in asking if rank_of(name, above) == len(above)]
    if in_force and trust_config is None:
        raise UntrustedError(file, in_force)
    reason = f"{file.name} is not approved (`citeloop trust` does that)"
    layers = [*above, (file.name, file.without(asking)), *user]
    return layers, dict.fromkeys(asking, reason)


def trust_list(own: list[Layer]) -> TrustList:
    """Return the approved files, kept where no project file has a say."""
    named = Path(str(first_of("data_dir", own) or "")).expanduser()
    # A relative one would be another list in each folder, by whoever made that.
    return TrustList(named if named.is_absolute() else user_data_path("citeloop"))
