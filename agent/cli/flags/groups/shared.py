"""Flags that several commands take."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False  # `typing` itself would cost the start a fifth of its time
if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001
    # (argparse has no public name for what add_subparsers returns)

__all__ = [
    "add_action",
    "add_checking",
    "add_common",
    "add_depth",
    "add_mode",
    "add_model",
    "add_private",
    "add_tape",
    "positive",
]


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes."""
    parser.add_argument(
        "--library",
        metavar="URI",
        help="a .db file, or a Milvus server such as http://localhost:19530",
    )
    parser.add_argument(
        "--trust-config",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="take all of a ./citeloop.toml that is not approved, or only what does no "
        "harm (see citeloop trust)",
    )
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)


def add_action(
    actions: Commands, name: str, what: str, more: str = ""
) -> argparse.ArgumentParser:
    """Add what follows a command, as in `citeloop library list`; return its parser."""
    description = f"{what[0].upper()}{what[1:]}. {more}".rstrip()
    action = actions.add_parser(name, help=what, description=description)
    # The same flags as before the action; they must not undo what was said there.
    action.add_argument("--library", metavar="URI", default=argparse.SUPPRESS)
    action.add_argument(
        "--trust-config",
        action=argparse.BooleanOptionalAction,
        default=argparse.SUPPRESS,
    )
    return action


def add_private(parser: argparse.ArgumentParser) -> None:
    """Add whether a download may stay within one's own network."""
    parser.add_argument(
        "--allow-private",
        action="store_true",
        default=None,
        help="let addresses lead to this computer or into a private network",
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add which model answers, and where it is."""
    from agent.settings.providers import PROVIDERS

    *names, last = PROVIDERS
    parser.add_argument(
        "--base-url", metavar="URL", help="an OpenAI-compatible endpoint"
    )
    parser.add_argument(
        "--model", metavar="NAME", help="gpt-oss-20b, gpt-oss-120b, or a server's name"
    )
    parser.add_argument(
        "--models",
        metavar="A,B",
        help="asked in this order: the next one when one is down (NAME, PROVIDER:NAME "
        "or 'URL NAME')",
    )
    parser.add_argument(
        "--provider",
        metavar="NAME",
        help=f"{', '.join(names)} or {last}: fills in the URL, the key's variable and "
        "the model's name",
    )


def add_mode(parser: argparse.ArgumentParser) -> None:
    """Add how an answer comes about."""
    parser.add_argument(
        "--mode",
        metavar="MODE",
        help="agent: the model searches; guided: it answers from what Citeloop has "
        "found; auto (as it is by default): the first, or the second if it has to",
    )


def add_checking(parser: argparse.ArgumentParser, auto: str) -> None:
    """Add how strictly sentences are checked, and who reads what is unclear.

    Args:
        parser: Of the command.
        auto: Who that is where nobody is named.
    """
    parser.add_argument(
        "--checker",
        metavar="WHO",
        help="who reads a sentence and its quotes where rules cannot tell: none, "
        "PROVIDER:NAME, 'URL NAME', the folder of a model of inference, or auto "
        f"({auto})",
    )
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="take a sentence only if it stands in what it cites in its own words",
    )


def add_depth(parser: argparse.ArgumentParser) -> None:
    """Add how long a question may be worked on."""
    parser.add_argument(
        "--depth", metavar="DEPTH", help="low, medium or high: a preset of the limits"
    )
    add_mode(parser)
    for flag, metavar, what in (
        ("--effort", "EFFORT", "reasoning effort: low, medium or high"),
        ("--max-turns", "N", "model calls, the last of them for the answer"),
        ("--max-tool-calls", "N", "searches and looks into documents"),
        ("--max-tokens", "N", "prompt tokens of all model calls together"),
        ("--max-seconds", "S", "time until the answer"),
        ("--max-cost", "USD", "where the provider reports it"),
    ):
        parser.add_argument(flag, metavar=metavar, help=what)
    parser.add_argument(
        "--prefetch",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="search for the question itself before the model is called",
    )
    parser.add_argument(
        "--no-stream",
        dest="stream",
        action="store_false",
        default=None,
        help="ask the model for whole responses",
    )


def add_tape(parser: argparse.ArgumentParser) -> None:
    """Add whether the talk with the server is recorded, or played from a tape."""
    tape = parser.add_mutually_exclusive_group()
    tape.add_argument(
        "--record",
        metavar="TAPE",
        help="write all that the server sends to a file, with its times and no key",
    )
    tape.add_argument(
        "--replay",
        metavar="TAPE",
        help="play such a file in place of the server: nothing is sent",
    )
    parser.add_argument(
        "--replay-speed",
        metavar="N",
        type=float,
        default=0,
        help="1 takes the time that was taken, 2 half of it; 0, the default, none",
    )


def positive(text: str) -> int:
    """Return a number from 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1')
    return int(text)
