"""The flags of `citeloop check`."""

import argparse

from agent.cli.flags.shared import add_model, positive

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop check --base-url http://localhost:8000/v1 --model gpt-oss-20b\n"
    "  citeloop check --provider ollama --quick\n"
    "  citeloop check --plan            (what it would ask; sends nothing)\n"
    "  citeloop check --group B --probe 37 --json\n"
    "  citeloop check --cases BFCL_v4_simple_python.jsonl --repeat 4"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `check` takes."""
    add_model(parser)
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


def _repeat(text: str) -> int | None:
    """Return a number from 1; None for `auto`."""
    return None if text == "auto" else positive(text)
