"""The flags of `citeloop verify`."""

import argparse

from agent.cli.flags.groups.shared import add_checking

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop ask 'How is data stored?' --json > answer.json\n"
    "  citeloop verify answer.json      (exit code 6 if it is not grounded)\n\n"
    "An answer of another system is a JSON object: its `answer` has marks `[1]`,\n"
    "which count its `citations`, a list of `document` and `quote`, and perhaps\n"
    "`start_line` and `end_line`; or its `passages`, of `document` and `text`."
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `verify` takes."""
    parser.add_argument(
        "answer", metavar="ANSWER.json", help="or - to read standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    add_checking(parser, "nobody")
