"""The flags of `citeloop tape`."""

import argparse

from agent.cli.flags.groups.shared import add_action, add_model, positive

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop ask --record a.tape 'How is data stored?'\n"
    "  citeloop tape show a.tape\n"
    "  citeloop tape check a.tape --live --provider ollama\n"
    "  citeloop tape cut a.tape -- citeloop ask --json --model gpt-oss-20b "
    "'How is data stored?'\n"
    "  citeloop tape cut a.tape -- python my_agent.py {base_url}"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `tape` takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = add_action(actions, "show", "list what a tape holds")
    show.add_argument("tape", metavar="TAPE")
    check = add_action(
        actions, "check", "say whether a tape is whole, and of these prompts"
    )
    check.add_argument("tape", metavar="TAPE")
    check.add_argument(
        "--live",
        action="store_true",
        help="send its requests to the server, and compare the shapes of the answers",
    )
    add_model(check)
    cut = add_action(
        actions,
        "cut",
        "run a command against each fault that a tape can be given",
        "The command is told the server's address by CITELOOP_BASE_URL and "
        "OPENAI_BASE_URL, and wherever it says {base_url}. It must write the same as "
        "with the whole tape, or exit with another code than 0.",
    )
    cut.add_argument("tape", metavar="TAPE")
    cut.add_argument("program", nargs="+", metavar="COMMAND", help="behind a --")
    cut.add_argument(
        "--cuts",
        metavar="N|all",
        type=_count,
        default=100,
        help="places at which answers end early, besides the borders of frames (100)",
    )
    cut.add_argument(
        "--seconds", metavar="S", type=positive, default=120, help="for a run (120)"
    )


def _count(text: str) -> int | None:
    """Return a number from 1; None for `all`."""
    return None if text == "all" else positive(text)
