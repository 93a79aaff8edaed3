"""The flags of `citeloop ask`."""

import argparse

from agent.cli.flags.groups.shared import add_checking, add_depth, add_model, add_tape

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop ask 'How is data stored, and what keeps the metadata?'\n"
    "  citeloop ask --provider ollama --depth high 'Which index fits on disk?'\n"
    "  echo 'How is data stored?' | citeloop ask - --json\n"
    "  citeloop ask 'Who won the cup?' || echo $?      (8: not in the documents)\n"
    "  citeloop ask --record cup.tape 'Who won the cup?'    (then --replay cup.tape)"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `ask` takes."""
    parser.add_argument(
        "question", nargs="?", metavar="QUESTION", help="or - to read standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument(
        "--json-schema", action="store_true", help="print the schema of --json and end"
    )
    add_model(parser)
    add_depth(parser)
    add_checking(parser, "the model itself, at medium and high")
    add_tape(parser)
