"""The command `citeloop`. Only argparse is imported before a command is known."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

TYPE_CHECKING = False  # `typing` itself would cost the start a fifth of its time
if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001
    # (argparse has no public name for what add_subparsers returns)

__all__ = ["main"]

_OWN_FLAGS = {"-h", "--help", "--version"}

_DESCRIPTION = """\
Answers questions over your documents, with citations that have been checked.

Without a command it opens the chat."""
_EPILOG = """\
Exit codes: 0 answered and grounded, 1 bug, 2 usage or settings, 3 credentials,
4 model or provider, 5 library, 6 incomplete or not grounded, 7 a limit of the depth
ended the run, 130 interrupted.

Settings: flags, then CITELOOP_* variables, then ./citeloop.toml, then your config
file. `citeloop doctor` shows each and where it comes from."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in _OWN_FLAGS):
        given.insert(0, "chat")
    flags = _parser().parse_args(given)
    from agent.cli.failures import run_command

    return run_command(lambda: _run(flags), debug=flags.debug)


def _run(flags: argparse.Namespace) -> int:
    command = import_module(f"agent.cli.{flags.command}")
    code: int = command.run(flags)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="citeloop",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_ingest(commands)
    _add_search(commands)
    _add_ask(commands)
    _add_chat(commands)
    _add_library(commands)
    _add_bulk(commands)
    _add_doctor(commands)
    return parser


class _Version(argparse.Action):
    """Prints the version; reading it from the metadata takes a while."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        parser.exit(message=f"citeloop {version('citeloop')}\n")


def _add(
    commands: Commands, name: str, what: str, example: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=f"examples:\n{example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--library",
        metavar="URI",
        help="a .db file, or a Milvus server such as http://localhost:19530",
    )
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
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
        help="openrouter, ollama, vllm, lmstudio, llamacpp, groq or together: fills in "
        "the URL, the key's variable and the model's name",
    )


def _add_depth(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--depth", metavar="DEPTH", help="low, medium or high: a preset of the limits"
    )
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


def _add_ingest(commands: Commands) -> None:
    parser = _add(
        commands,
        "ingest",
        "bring the library up to date with documents",
        "  citeloop ingest docs/ notes.md 'papers/**/*.txt'\n"
        "  citeloop ingest https://example.org/manual.zip\n"
        "  citeloop ingest corpus.jsonl     (one document a line: _id, title, text)\n"
        "  citeloop ingest milvus-docs      (the Milvus 2.4 documentation)",
    )
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
        type=_positive,
        default=1,
        metavar="N",
        help="processes that embed, each on its share of the cores (1: threads, which "
        "use all cores too; more pay from many cores on); with an embedder behind an "
        "endpoint, requests at once",
    )


def _add_search(commands: Commands) -> None:
    parser = _add(
        commands,
        "search",
        "show what the search tool finds",
        "  citeloop search 'how is data stored' --limit 5\n"
        "  citeloop search 'index types' --where 'document=userGuide/*' --json\n"
        "  citeloop search --from queries.jsonl > results.jsonl",
    )
    parser.add_argument("query", nargs="?", metavar="QUERY")
    parser.add_argument(
        "--from",
        dest="queries",
        metavar="FILE.jsonl",
        help="queries, one a line (_id, text); writes one JSON line for each",
    )
    parser.add_argument(
        "--limit",
        type=_positive,
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


def _add_ask(commands: Commands) -> None:
    parser = _add(
        commands,
        "ask",
        "answer one question, with checked citations",
        "  citeloop ask 'How is data stored, and what keeps the metadata?'\n"
        "  citeloop ask --provider ollama --depth high 'Which index fits on disk?'\n"
        "  echo 'How is data stored?' | citeloop ask - --json",
    )
    parser.add_argument(
        "question", nargs="?", metavar="QUESTION", help="or - to read standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument(
        "--json-schema", action="store_true", help="print the schema of --json and end"
    )
    _add_model(parser)
    _add_depth(parser)


def _add_chat(commands: Commands) -> None:
    parser = _add(
        commands,
        "chat",
        "ask several questions in one conversation",
        "  citeloop chat --provider openrouter --model gpt-oss-120b\n"
        "  citeloop chat --resume           (goes on with the latest conversation)",
    )
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="ID",
        help="go on with the latest conversation, or with the one named",
    )
    _add_model(parser)
    _add_depth(parser)


def _add_library(commands: Commands) -> None:
    parser = _add(
        commands,
        "library",
        "show what the library holds",
        "  citeloop library\n"
        "  citeloop library list\n"
        "  citeloop library show storage.md --line 40\n"
        "  citeloop library remove drafts/old.md\n"
        "  citeloop library copy library.db http://localhost:19530\n"
        "  citeloop library verify --repair",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    _add_action(actions, "list", "list the documents")
    show = _add_action(actions, "show", "print a document with its line numbers")
    show.add_argument("document", metavar="DOCUMENT")
    show.add_argument("--line", type=_positive, metavar="N", help="begin at this line")
    remove = _add_action(actions, "remove", "remove documents")
    remove.add_argument("documents", nargs="+", metavar="DOCUMENT")
    copy = _add_action(
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
    verify = _add_action(
        actions,
        "verify",
        "look over every passage; the exit code is 5 if something is wrong",
    )
    verify.add_argument(
        "--repair",
        action="store_true",
        help="delete what is left over, ingest again what is damaged",
    )


def _add_bulk(commands: Commands) -> None:
    parser = _add(
        commands,
        "bulk",
        "fill a Milvus cluster with more than one machine can embed",
        "  citeloop bulk write corpus.jsonl.gz --to files/\n"
        "  citeloop bulk import files/ --library http://cluster:19530 \\\n"
        "      --object-store http://minio:9000/a-bucket/citeloop\n"
        "  citeloop bulk ray corpus.jsonl.gz --library http://cluster:19530\n\n"
        "write and import need the extra `bulk` and Milvus 2.5 (2.4 with\n"
        "--vectors-only); ray needs the extra `ray` and any Milvus server.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_bulk_write(actions)
    _add_bulk_import(actions)
    _add_bulk_ray(actions)


def _add_bulk_write(actions: Commands) -> None:
    write = _add_action(
        actions, "write", "embed documents into parquet files, to be imported later"
    )
    write.add_argument("sources", nargs="+", metavar="SOURCE")
    write.add_argument(
        "--to",
        required=True,
        metavar="DIR",
        help="an empty folder, or one where the same command was interrupted",
    )
    write.add_argument(
        "--vectors-only",
        action="store_true",
        help="for a server without full-text search (Milvus 2.4)",
    )


def _add_bulk_import(actions: Commands) -> None:
    load = _add_action(
        actions,
        "import",
        "import written files into a fresh collection, then search that one",
    )
    load.add_argument("folder", metavar="DIR", help="what `bulk write` has written")
    load.add_argument(
        "--object-store",
        required=True,
        metavar="URL",
        help="the cluster's own bucket: http://host:9000/bucket/prefix or "
        "s3://bucket/prefix; keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
    load.add_argument(
        "--import-url",
        metavar="URL",
        help="the cluster's REST interface, if not at the address of the library",
    )
    load.add_argument(
        "--rename-old",
        action="store_true",
        help='if "citeloop" is a collection and no alias yet, give it another name',
    )
    load.add_argument(
        "--drop-old",
        action="store_true",
        help="drop the collection that was searched before",
    )
    load.add_argument(
        "--wait",
        type=_positive,
        metavar="MINUTES",
        default=1440,
        help="for the import jobs (1440); the same command waits again",
    )


def _add_bulk_ray(actions: Commands) -> None:
    ray = _add_action(
        actions, "ray", "bring a cluster up to date with documents, by many machines"
    )
    ray.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="as for ingest; read on this machine alone",
    )
    ray.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="a Ray cluster that runs, or auto for the one this machine belongs to; "
        "without it, Ray is started here. Citeloop must be installed on all of it",
    )
    ray.add_argument(
        "--workers",
        type=_positive,
        metavar="N",
        help="processes that embed and write, of one core each (all cores)",
    )


def _add_action(
    actions: Commands, name: str, what: str, more: str = ""
) -> argparse.ArgumentParser:
    description = f"{what[0].upper()}{what[1:]}. {more}".rstrip()
    action = actions.add_parser(name, help=what, description=description)
    # The same flag as before the action; it must not undo what was said there.
    action.add_argument("--library", metavar="URI", default=argparse.SUPPRESS)
    return action


def _add_doctor(commands: Commands) -> None:
    parser = _add(
        commands,
        "doctor",
        "check settings, endpoint, library and embedder",
        "  citeloop doctor\n  citeloop doctor --provider ollama --model gpt-oss-20b",
    )
    _add_model(parser)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1')
    return int(text)
