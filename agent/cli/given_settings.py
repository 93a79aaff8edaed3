"""Turns the flags of a command into settings."""

import argparse

from agent.settings.settings import Settings

__all__ = ["settings_from"]

_NAMES = (
    "library", "base_url", "model", "provider", "depth", "stream", "effort",
    "max_turns", "max_tool_calls", "max_tokens", "max_seconds", "max_cost", "prefetch",
    "models",
)  # fmt: skip


def settings_from(flags: argparse.Namespace) -> Settings:
    """Return the settings in force.

    Raises:
        UsageError: a value does not fit; the text names it and its origin.
    """
    return Settings.load({name: getattr(flags, name, None) for name in _NAMES})
