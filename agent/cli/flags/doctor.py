"""The flags of `citeloop doctor`."""

import argparse

from agent.cli.flags.shared import add_model

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = "  citeloop doctor\n  citeloop doctor --provider ollama --model gpt-oss-20b"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `doctor` takes."""
    add_model(parser)
