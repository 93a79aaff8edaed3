"""The flags of `citeloop trust`."""

import argparse

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop trust                   (./citeloop.toml, as it is now)\n"
    "  citeloop trust --show            (what it sets, and what is approved)\n"
    "  citeloop trust --remove projects/lamps/citeloop.toml"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `trust` takes."""
    parser.add_argument(
        "file",
        nargs="?",
        default="citeloop.toml",
        metavar="FILE",
        help="a file of settings, or its folder (./citeloop.toml)",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--show", action="store_true", help="show what it sets, and approve nothing"
    )
    what.add_argument("--remove", action="store_true", help="approve it no more")
