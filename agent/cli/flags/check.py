"""The flags of `citeloop check`."""

import argparse

from agent.cli.flags.groups.shared import add_model, add_tape, positive

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop check --base-url http://localhost:8000/v1 --model gpt-oss-20b\n"
    "  citeloop check --provider ollama --quick\n"
    "  citeloop check --plan            (what it would ask; sends nothing)\n"
    "  citeloop check --group B --probe 37 --json > today.json\n"
    "  citeloop check --compare yesterday.json today.json\n"
    "  citeloop check --quick --report bugs --junit check.xml\n"
    "  citeloop check --cases BFCL_v4_simple_python.jsonl --repeat 4"
)


_FILES = {
    "junit": "JUnit XML",
    "markdown": "Markdown",
    "html": "one page of HTML, which loads nothing",
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `check` takes."""
    add_model(parser)
    add_tape(parser)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="only what no sampling excuses: no probe of behaviour",
    )
    parser.add_argument(
        "--plan",
        action="store_true",
        help="print how many requests and tokens it takes, send nothing, and end",
    )
    parser.add_argument(
        "--repeat",
        metavar="N|auto",
        type=_repeat,
        default="auto",
        help="how often a probe of behaviour is run; auto: until its rate is certainly "
        "above or below its bar, or 20 times",
    )
    parser.add_argument(
        "--group",
        metavar="A",
        action="append",
        type=str.upper,
        default=[],
        help="only the probes of a group; may be given several times",
    )
    parser.add_argument(
        "--probe",
        metavar="N",
        action="append",
        type=positive,
        default=[],
        help="only a probe, by its number; may be given several times",
    )
    parser.add_argument(
        "--cases",
        metavar="FILE",
        action="append",
        default=[],
        help="ask the cases of a benchmark's file: gpt-oss compatibility-test, BFCL, "
        "When2Call, NESTFUL, ACEBench, or a folder of walle's schemas; alone, unless "
        "--group or --probe are given as well",
    )
    parser.add_argument(
        "--seed", metavar="TEXT", help="of all that is drawn, to ask the same again"
    )
    parser.add_argument(
        "--request-seconds",
        metavar="S",
        type=positive,
        default=300,
        help="for one request until its last byte (300)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one object of citeloop.check/1"
    )
    for name, what in _FILES.items():
        parser.add_argument(f"--{name}", metavar="FILE", help=f"write {what} as well")
    parser.add_argument(
        "--report",
        metavar="DIR",
        help="write a bug report for each probe that failed, with the smallest request "
        "that still fails; asks the server again to find it, so not with --replay",
    )
    parser.add_argument(
        "--report-requests",
        metavar="N",
        type=positive,
        default=80,
        help="at most, for each bug report (80)",
    )
    parser.add_argument(
        "--compare",
        metavar=("A", "B"),
        nargs=2,
        help="show two checks side by side that --json has written; asks nobody",
    )


def _repeat(text: str) -> int | None:
    """Return a number from 1; None for `auto`."""
    return None if text == "auto" else positive(text)
