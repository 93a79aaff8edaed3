"""Turns the flags of a command into settings."""

import argparse
import sys
from typing import Any

from agent.screen.notices import complain
from agent.settings.settings import Settings
from agent.settings.trust import UntrustedError

__all__ = ["flags_of", "settings_from"]


def settings_from(flags: argparse.Namespace) -> Settings:
    """Return the settings in force: a flag of a setting's name is above all else.

    A person at a terminal is asked about a project file that nobody has approved.

    Raises:
        UsageError: a value does not fit; the text names it and its origin. Or nobody
            is there to be asked.
    """
    given = flags_of(flags)
    try:
        settings = Settings.load(given, trust_config=flags.trust_config)
    except UntrustedError as error:
        if not (_is_terminal(sys.stdin) and _is_terminal(sys.stderr)):
            raise
        from agent.cli.given.approving import load_by_asking

        settings = load_by_asking(given, error)
    for reason, names in _by_reason(settings.unapproved | settings.withheld).items():
        complain(f"left out: {', '.join(names)}; {reason}.")
    return settings


def flags_of(flags: argparse.Namespace) -> dict[str, Any]:
    """Return what of the flags is a setting."""
    return {name: getattr(flags, name, None) for name in Settings.model_fields}


def _is_terminal(stream: Any) -> bool:
    return stream is not None and bool(stream.isatty())


def _by_reason(left_out: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        found.setdefault(reason, []).append(name)
    return found
