"""The flags of `citeloop search`."""

import argparse

from agent.cli.flags.groups.shared import positive

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop search 'how is data stored' --limit 5\n"
    "  citeloop search 'index types' --where 'document=userGuide/*' --json\n"
    "  citeloop search --from queries.jsonl > results.jsonl"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `search` takes."""
    parser.add_argument("query", nargs="?", metavar="QUERY")
    parser.add_argument(
        "--from",
        dest="queries",
        metavar="FILE.jsonl",
        help="queries, one a line (_id, text); writes one JSON line for each",
    )
    parser.add_argument(
        "--limit",
        type=positive,
        metavar="N",
        help="passages to return (10; 50 with --from)",
    )
    parser.add_argument(
        "--where",
        metavar="COND",
        help="FIELD=PATTERN with * for any characters; the fields are document, title "
        "and those of the front matter; several are joined by and",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON object (--from always writes JSON)",
    )
