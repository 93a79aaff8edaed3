"""The flags of `citeloop doctor`."""

import argparse

from agent.cli.flags.groups.shared import add_mode, add_model

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop doctor\n"
    "  citeloop doctor --provider ollama --model gpt-oss-20b\n"
    "  citeloop doctor --forget         (what was learnt of models that need guiding)"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `doctor` takes."""
    add_model(parser)
    add_mode(parser)
    parser.add_argument(
        "--forget",
        action="store_true",
        help="forget which models need guiding, and end",
    )
