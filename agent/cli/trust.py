"""`citeloop trust`: approves the settings of a folder's file."""

import argparse
from pathlib import Path

from agent.cli.given.approving import asking_lines, one_line
from agent.cli.given.given_settings import flags_of
from agent.settings.layers import own_layers
from agent.settings.project import (
    HARMLESS,
    PROJECT_FILE,
    SettingsFile,
    read_settings_file,
)
from agent.settings.settings import Settings
from agent.settings.trust import TrustList, trust_list
from tools.errors import UsageError

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Show what a file sets, and approve it or take that back."""
    approved = trust_list(own_layers(Settings, flags_of(flags)))
    path = _path(flags.file)
    if flags.remove:
        _remove(approved, path)
        return 0
    file = read_settings_file(path)
    if flags.show:
        _show(approved, file)
    elif file is None:
        raise UsageError(f"There is no file {path}.")
    else:
        _describe(file)
        approved.add(file)
        print("Approved, until its content changes.")
    return 0


def _path(given: str) -> Path:
    path = Path(given).expanduser()
    path = path / PROJECT_FILE if path.is_dir() else path
    if path.name != PROJECT_FILE:
        raise UsageError(f"{path} is not named {PROJECT_FILE}: it is never read.")
    return path


def _describe(file: SettingsFile) -> None:
    print(one_line(f"{file.path} sets"))
    for line in asking_lines(file.asking(Settings.model_fields)):
        print(line)
    if harmless := file.values.keys() & HARMLESS:
        print(f"  and what needs no approval: {', '.join(sorted(harmless))}")


def _show(approved: TrustList, file: SettingsFile | None) -> None:
    if file is not None:
        _describe(file)
        print("It is approved." if approved.approves(file) else "It is not approved.")
    for path in sorted(approved.files()):
        print(one_line(f"approved: {path}"))


def _remove(approved: TrustList, path: Path) -> None:
    place = path.parent.resolve() / path.name
    if not approved.remove(place):
        raise UsageError(f"{place} is not approved.")
    print(one_line(f"{place} is approved no more."))
