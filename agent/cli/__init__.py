"""The command `citeloop`. Only argparse is imported before a command is known."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

TYPE_CHECKING = False  # `typing` itself would cost the start a fifth of its time
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["COMMANDS", "main", "read_flags"]

COMMANDS = {
    "ingest": "bring the library up to date with documents",
    "search": "show what the search tool finds",
    "ask": "answer one question, with checked citations",
    "chat": "ask several questions in one conversation",
    "show": "open a citation of a saved answer in its document, or show the answer "
    "again",
    "verify": "check the citations of an answer that is there already",
    "eval": "ask a suite of questions, and judge and compare what comes of them",
    "library": "show what the library holds",
    "bulk": "fill a Milvus cluster with more than one machine can embed",
    "lint": "show what gpt-oss sees of tools, and what of them never reaches it",
    "tape": "look at what a server sent, compare it, and cut it into faults",
    "trust": "approve the settings of a folder's citeloop.toml",
    "doctor": "check settings, endpoint, library and embedder",
    "check": "check whether an OpenAI-compatible endpoint does what its API says",
}
"""Each command, and what it does.

`agent/cli/flags/` has its flags, and `agent/cli/` what it runs, in modules of its name.
"""

_OWN_FLAGS = {"-h", "--help", "--version"}

_DESCRIPTION = """\
Answers questions over your documents, with citations that have been checked.

Without a command it opens the chat."""
_EPILOG = """\
Exit codes: 0 answered and grounded, 1 bug, 2 usage or settings, 3 credentials,
4 model or provider, 5 library, 6 incomplete, not grounded or broken, 7 a limit of the
depth ended the run, 8 searched, and not in the documents, or undecided,
130 interrupted.

Settings: flags, then CITELOOP_* variables, then ./citeloop.toml (once you have approved
it), then your config file. `citeloop doctor` shows each and where it comes from."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    A reader that leaves (`| head -1`) ends it as it ends any program, whatever it was
    about to write, and without a word.
    """
    try:
        code = _main(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:
        from agent.cli.ending.failures import leave_quietly

        leave_quietly()
    if arguments is not None:
        return code
    from tools.threads import leave

    return leave(code)


def _main(arguments: Sequence[str]) -> int:
    try:
        flags = read_flags(arguments)
        from agent.cli.ending.failures import run_command

        writes_json = getattr(flags, "json", False) or getattr(flags, "queries", None)
        return run_command(
            lambda: _run(flags), debug=flags.debug, as_json=bool(writes_json)
        )
    finally:  # the interpreter itself would complain of a reader that has left
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()


def read_flags(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the command and its flags; what is wrong with them ends the program."""
    given = list(arguments)
    if not given or (given[0].startswith("-") and given[0] not in _OWN_FLAGS):
        given.insert(0, "chat")
    return _parser(given[0], as_json="--json" in given).parse_args(given)


def _run(flags: argparse.Namespace) -> int:
    command = import_module(f"agent.cli.{flags.command}")
    code: int = command.run(flags)
    return code


def _parser(command: str, *, as_json: bool) -> argparse.ArgumentParser:
    """Return a parser that knows all commands, and the flags of one."""
    parser = _Parser(
        prog="citeloop",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.as_json = as_json
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, what in COMMANDS.items():
        each = commands.add_parser(
            name,
            help=what,
            description=f"{what[0].upper()}{what[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        each.as_json = as_json
        if name == command:
            _add_flags(each, name)
    return parser


def _add_flags(parser: argparse.ArgumentParser, command: str) -> None:
    from agent.cli.flags.groups.shared import add_common

    flags = import_module(f"agent.cli.flags.{command}")
    parser.epilog = f"examples:\n{flags.EXAMPLES}"
    add_common(parser)
    flags.add_flags(parser)


class _Parser(argparse.ArgumentParser):
    """Tells a script as well what is wrong with the flags."""

    as_json = False

    def error(self, message: str) -> NoReturn:
        if self.as_json:
            from agent.output.json_object import JsonForm
            from tools.errors import ExitCode

            JsonForm(sys.stdout).write_failure(f"{message}.", ExitCode.USAGE)
        super().error(message)


class _Version(argparse.Action):
    """Prints the version; reading it from the metadata takes a while."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        parser.exit(message=f"citeloop {version('citeloop')}\n")
