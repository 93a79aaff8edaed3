"""The flags of `citeloop chat`."""

import argparse

from agent.cli.flags.groups.shared import add_checking, add_depth, add_model, add_tape

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop chat --provider openrouter --model gpt-oss-120b\n"
    "  citeloop chat --resume           (goes on with the latest conversation)"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `chat` takes."""
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="ID",
        help="go on with the latest conversation, or with the one named",
    )
    add_model(parser)
    add_depth(parser)
    add_checking(parser, "the model itself, at medium and high")
    add_tape(parser)
