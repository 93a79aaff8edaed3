"""The flags of `citeloop ingest`."""

import argparse

from agent.cli.flags.groups.shared import add_private, positive

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop ingest docs/ notes.md 'papers/**/*.txt'\n"
    "  citeloop ingest https://example.org/manual.zip\n"
    "  citeloop ingest corpus.jsonl     (one document a line: _id, title, text)\n"
    "  citeloop ingest milvus-docs      (the Milvus 2.4 documentation)"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `ingest` takes."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a file, a folder, a glob, a .zip, a JSONL file, an http(s) address",
    )
    parser.add_argument(
        "--prune",
        action="store_true",
        help="remove documents of these sources that are not there any more",
    )
    parser.add_argument(
        "--workers",
        type=positive,
        default=1,
        metavar="N",
        help="processes that embed, each on its share of the cores (1: threads, which "
        "use all cores too; more pay from many cores on); with an embedder behind an "
        "endpoint, requests at once",
    )
    add_private(parser)
