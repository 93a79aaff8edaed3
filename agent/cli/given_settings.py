"""Turns the flags of a command into settings."""

import argparse

from agent.settings.settings import Settings

__all__ = ["settings_from"]


def settings_from(flags: argparse.Namespace) -> Settings:
    """Return the settings in force: a flag of a setting's name is above all else.

    Raises:
        UsageError: a value does not fit; the text names it and its origin.
    """
    names = Settings.model_fields
    return Settings.load({name: getattr(flags, name, None) for name in names})
