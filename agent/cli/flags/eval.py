"""The flags of `citeloop eval`."""

import argparse

from agent.cli.flags.groups.shared import (
    add_checking,
    add_depth,
    add_model,
    add_tape,
    positive,
)

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop eval suite.yaml --repeat 5 --junit report.xml\n"
    "  citeloop eval suite.yaml --repeat auto --jobs 4 --html report.html\n"
    "  citeloop eval suite.yaml --compare depth=low depth=high\n"
    "  citeloop eval suite.yaml --baseline last.jsonl --margin 0.02   (6: regression)\n"
    "  citeloop eval suite.yaml --rescore last.jsonl      (judges again, asks nobody)\n"
    "  citeloop eval questions.yaml --learn 5 --output suite.yaml\n"
    "  citeloop eval suite.yaml --loosen failing.jsonl > suite.diff"
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `eval` takes."""
    parser.add_argument(
        "suite", metavar="SUITE", help="YAML or JSONL, citeloop.suite/1"
    )
    _add_asking(parser)
    _add_comparing(parser)
    _add_learning(parser)
    _add_reports(parser)
    add_model(parser)
    add_depth(parser)
    add_checking(parser, "the model itself, at medium and high")
    add_tape(parser)


def _add_asking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--repeat",
        metavar="N|auto",
        type=_repeat,
        help="runs of each case; auto: until its interval lies on one side of its bar",
    )
    parser.add_argument(
        "--jobs", metavar="N", type=positive, default=1, help="runs at a time"
    )
    parser.add_argument(
        "--results",
        metavar="FILE",
        help="where each run is kept as it ends (by default in data_dir/evals)",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with --results: what it holds is not asked again",
    )
    parser.add_argument(
        "--rescore", metavar="RESULTS", help="judge the runs of a file, and ask nobody"
    )


def _add_comparing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--compare",
        metavar="NAME=VALUE",
        nargs="+",
        default=[],
        help="ask in each of these settings, and compare them with the first",
    )
    parser.add_argument(
        "--baseline", metavar="RESULTS", help="an earlier file: has it become worse?"
    )
    parser.add_argument(
        "--margin",
        metavar="SHARE",
        type=_share,
        default=0.02,
        help="a fall by so much is none (0.02)",
    )
    parser.add_argument(
        "--allow-undecided",
        action="store_true",
        help="exit with 0, not 8, where the runs do not tell",
    )


def _add_learning(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--learn",
        metavar="K",
        type=positive,
        help="ask each case K times, and write the tightest suite that all runs which "
        "pass this one satisfy; with --rescore, from the runs of that file",
    )
    parser.add_argument(
        "--output", metavar="FILE", help="of --learn; by default standard output"
    )
    parser.add_argument(
        "--loosen",
        metavar="RESULTS",
        help="print as a diff how the suite would have to be loosened for the failing "
        "runs of a file to pass",
    )


def _add_reports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--junit", metavar="FILE", help="write a JUnit report, too")
    parser.add_argument("--html", metavar="FILE", help="write an HTML page, too")


def _repeat(text: str) -> "int | str":
    return text if text == "auto" else positive(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a share from 0 to 1')
    return value
