"""The flags of `citeloop library`."""

import argparse

from agent.cli.flags.groups.shared import add_action, positive

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop library\n"
    "  citeloop library list\n"
    "  citeloop library show storage.md --line 40\n"
    "  citeloop library remove drafts/old.md\n"
    "  citeloop library copy library.db http://localhost:19530\n"
    "  citeloop library verify --repair\n"
    "  citeloop library analyzer        (in which language words are split)\n"
    "  citeloop library analyzer en"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `library` takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    add_action(actions, "list", "list the documents")
    show = add_action(actions, "show", "print a document with its line numbers")
    show.add_argument("document", metavar="DOCUMENT")
    show.add_argument("--line", type=positive, metavar="N", help="begin at this line")
    remove = add_action(actions, "remove", "remove documents")
    remove.add_argument("documents", nargs="+", metavar="DOCUMENT")
    copy = add_action(
        actions,
        "copy",
        "copy a library to another engine, without embedding again",
        "A library is a .db path, or the address of a Milvus server (with /NAME behind "
        "it, of a database there). What TO holds already is not written again, so a "
        "copy that was interrupted is completed by the same command. Both are compared "
        "at the end. The setting library_token opens a server.",
    )
    copy.add_argument("origin", metavar="FROM")
    copy.add_argument("target", metavar="TO")
    copy.add_argument(
        "--from-token",
        metavar="TOKEN",
        help="for FROM, where both are servers with tokens of their own",
    )
    verify = add_action(
        actions,
        "verify",
        "look over every passage; the exit code is 5 if something is wrong",
    )
    verify.add_argument(
        "--repair",
        action="store_true",
        help="delete what is left over, ingest again what is damaged",
    )
    analyzer = add_action(
        actions,
        "analyzer",
        "show in which language full-text search splits words, or change it",
        "The first documents of a library decide it. To change it, the library is made "
        "anew beside itself, without reading or embedding anything again, and takes "
        "its own place when it is whole; it must be a file.",
    )
    analyzer.add_argument(
        "language",
        nargs="?",
        metavar="LANGUAGE",
        help="en, zh, de, … (ISO 639-1); auto: as the documents tell; or the analyzer "
        "itself: english, chinese, standard",
    )
    analyzer.add_argument("--yes", action="store_true", help="do not ask first")
