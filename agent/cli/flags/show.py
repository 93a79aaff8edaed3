"""The flags of `citeloop show`."""

import argparse

from agent.cli.flags.groups.shared import positive

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop show                    (the latest answer, of ask or of chat)\n"
    "  citeloop show 2                  (its citation [2], as it stands now)\n"
    "  citeloop show 2 --run 20261124-221530-ab12.1"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `show` takes."""
    parser.add_argument(
        "id", nargs="?", type=positive, metavar="ID", help="the number of a citation"
    )
    parser.add_argument(
        "--run", metavar="RUN", help="the answer's name, as ask and chat tell it"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
