"""Whether the quotes of a sentence bear it out, by sentences whose label is known.

    python tests/benchmarks/support.py [--data ../shared/data] [--half A|B|C|AB|ABC]
                                       [--sets own summedits wice] [--show KIND…]
                                       [--checker WHO [--sample N]]

Of `own`, the sentences of `support_statements.jsonl` and what its generator makes of
them (see `support_statements.py`): each is an answer of one sentence that cites its
quote, and the passage that holds it, as ingestion cuts it, is all that was shown. Half
A is to choose on, half B reports; half C is an attack, half of whose documents were
looked at. SummEdits and WiCE: see `support_sets.py`; their
sentences cite the document, and the intervals are over documents.

A sentence is borne out if its support is `stated` or `close`. `--show` prints what was
misjudged of these kinds. The exit code is 1 if a floor is missed.

`--checker oracle` has the labels read what the rules leave; `--checker PROVIDER:NAME`,
`URL NAME` or a folder, as the setting, asks that of N cases of each set, drawn with a
fixed seed. See `support_readers.py`. Of a sample there are no floors.
"""

import argparse
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import TypeVar

from agent.checking.named import NOBODY
from tests.benchmarks.support_answers import Passages, answered
from tests.benchmarks.support_figures import (
    BORNE_OUT,
    Outcome,
    counts_of,
    ratio,
    wilson,
)
from tests.benchmarks.support_readers import (
    ORACLE,
    Reader,
    open_reader,
    oracle_floor,
    report_changes,
)
from tests.benchmarks.support_sets import SETS, Claimed, read_set, report_set
from tests.benchmarks.support_statements import ROOT, Row, read_rows
from tools.embedding.loading import EmbedderRecipe
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft, DraftCitation, Resolved
from tools.grounding.resolving import resolve

Case = TypeVar("Case")
SUPPORTS = ("stated", "close", "unclear", "contradicted", "none")
"""Best first."""
KEPT = 0.85
"""Share of the true sentences that must be kept."""
CAUGHT = 0.97
"""Share of the falsified sentences that must be caught."""
SENTENCES = 20
"""Of the answer whose time is taken."""
TIME = 40.0
"""Milliseconds that it may take: 20 as `grounding.py` has it, 20 to judge support."""


def support_of(resolved: Resolved) -> str:
    """Return the support of the poorest sentence of an answer.

    What the check refuses for another reason is not borne out either, nor is what holds
    no sentence that states a fact: of that, nothing was looked at.
    """
    supports = {str(each.support) for each in resolved.sentences}
    known = [each for each in SUPPORTS if each in supports]
    if known and (resolved.grounded or known[-1] not in BORNE_OUT):
        return known[-1]
    return "none"


def judge(
    answer: str,
    quotes: Sequence[DraftCitation],
    evidence: Evidence,
    label: bool,
    reader: Reader | None,
) -> Outcome:
    """Return how an answer is judged, once the reader has read what it may change."""
    draft = Draft(answer=answer, citations=tuple(quotes))
    resolved = resolve(draft, evidence, attach=False)
    by_rules = support_of(resolved)
    if reader and resolved.pairs:
        readings = reader.read(resolved.pairs, label)
        resolved = resolve(draft, evidence, attach=False, readings=readings)
    support = support_of(resolved)
    why = "; ".join(resolved.problems)
    return Outcome(label, support, support in BORNE_OUT, why, by_rules)


def drawn(cases: Sequence[Case], sample: int | None) -> list[Case]:
    """Return some of the cases, the same ones each time, or all of them."""
    if sample is None or sample >= len(cases):
        return list(cases)
    return random.Random(16).sample(cases, sample)  # noqa: S311 (nothing secret)


def report_own(options: argparse.Namespace, reader: Reader | None) -> dict[str, bool]:
    """Judge our own sentences, print their tables; return the floors."""
    passages = Passages(options.data, EmbedderRecipe("minilm").load())
    rows = [each for each in read_rows(options.data) if each.half in options.half]
    judged = [
        (row, judge(*answered([row], passages), row.label, reader))
        for row in drawn(rows, options.sample)
    ]
    for row, outcome in judged:
        if row.kind in options.show and outcome.borne_out != row.label:
            print(f"{row.id}: {outcome.support}: {row.sentence}")
            print("".join(f"    {cited.quote}\n" for cited in row.cited), end="")
            print(f"    {outcome.why}")
    floors: dict[str, bool] = {}
    for half in options.half:
        here = [each for each in judged if each[0].half == half]
        print_kinds(half, here)
        floors |= print_totals(half, here)
    if reader:
        report_changes("own", [outcome for _, outcome in judged], reader)
        return floors
    return floors | print_times(rows, passages)


def print_kinds(half: str, judged: Sequence[tuple[Row, Outcome]]) -> None:
    for label, title in ((True, "true, kept"), (False, "falsified, caught")):
        kinds: dict[str, list[Outcome]] = defaultdict(list)
        for row, outcome in judged:
            if row.label == label:
                kinds[row.kind].append(outcome)
        print(f"\n| half {half}: {title} | cases | share | {' | '.join(SUPPORTS)} |")
        print(f"|---|---|---|{'---|' * len(SUPPORTS)}")
        for kind, outcomes in sorted(kinds.items()):
            right = sum(each.borne_out == label for each in outcomes)
            counts = Counter(each.support for each in outcomes)
            cells = " | ".join(str(counts[each] or "") for each in SUPPORTS)
            share = wilson(right, len(outcomes))
            print(f"| {kind} | {len(outcomes)} | {share} | {cells} |")


def print_totals(half: str, judged: Sequence[tuple[Row, Outcome]]) -> dict[str, bool]:
    print(f"\n| half {half} | true | kept | falsified | caught | of borne out, true |")
    print("|---|---|---|---|---|---|")
    for made in ("hand", "generated", "all"):
        outcomes = [outcome for row, outcome in judged if made in {row.made, "all"}]
        true, kept, false, caught = counts_of(outcomes)
        passed = kept + false - caught
        print(f"| {made} | {true} | {wilson(kept, true)} | {false} "
              f"| {wilson(caught, false)} | {wilson(kept, passed)} |")  # fmt: skip
    return {
        f"half {half}: {title} {share:.3f}, floor {floor}": share >= floor
        for title, share, floor in (
            ("true kept", ratio(kept, true), KEPT),
            ("falsified caught", ratio(caught, false), CAUGHT),
        )
    }


def print_times(rows: Sequence[Row], passages: Passages) -> dict[str, bool]:
    """Take the time of answers of 20 sentences, with nothing remembered of any text."""
    chance = random.Random(16)  # noqa: S311 (nothing secret)
    times: list[float] = []
    for _ in range(50):
        answer, quotes, evidence = answered(chance.sample(rows, SENTENCES), passages)
        draft = Draft(answer=answer, citations=tuple(quotes))
        forget()
        started = process_time()
        resolve(draft, evidence, attach=False)
        times.append(1000 * (process_time() - started))
    median, slowest = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    text = f"{SENTENCES} sentences: median {median:.1f} ms"
    text = f"{text}, 95 % within {slowest:.1f} ms, floor {TIME:.0f} ms"
    return {text: median < TIME}


def forget() -> None:
    """Empty what is remembered of texts; lists that are read once are kept."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("tools.grounding", "tools.text")):
            for value in vars(module).values():
                if getattr(value, "cache_clear", None) and is_of_texts(value):
                    value.cache_clear()


def is_of_texts(function: Callable[..., object]) -> bool:
    """Whether what a function remembers are texts: many of them, of any number."""
    size = function.cache_parameters()["maxsize"]  # type: ignore[attr-defined]
    return size is not None and size > 1


def report_labelled(
    name: str, options: argparse.Namespace, reader: Reader | None
) -> dict[str, bool]:
    """Judge a set that people labelled; return the floors."""
    if not (options.data / name).is_dir():
        print(f"Skipped: there is no {options.data / name}", file=sys.stderr)
        return {}
    judged = []
    for each in drawn(read_set(name, options.data), options.sample):
        outcome = judge(each.answer, [], each.evidence(), each.label, reader)
        judged.append((each, outcome))
        if outcome.borne_out != each.label and shows(each, options.show):
            print(f"{each.id}: {outcome.support}: {each.text}\n    {outcome.why}")
    floors = report_set(name, judged, whole=options.sample is None)
    outcomes = [outcome for _, outcome in judged]
    if reader:
        report_changes(name, outcomes, reader)
    if options.checker == ORACLE and name == "summedits":
        floors |= oracle_floor(name, outcomes)
    return floors


def shows(claimed: Claimed, kinds: Sequence[str]) -> bool:
    return any(kind in kinds for kind in claimed.kinds or ("reworded",))


def main() -> int:
    """Judge the sets, print the tables and the floors."""
    options = read_options()
    floors: dict[str, bool] = {}
    with open_reader(options.checker) as reader:
        for name in options.sets:
            floors |= (
                report_own(options, reader)
                if name == "own"
                else report_labelled(name, options, reader)
            )
    if options.sample is not None:
        return 0
    print()
    for text, holds in floors.items():
        print(f"{'met' if holds else 'MISSED'}: {text}")
    return 0 if all(floors.values()) else 1


def read_options() -> argparse.Namespace:
    names = ["own", *SETS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--half", default="AB", choices=["A", "B", "C", "AB", "ABC"])
    parser.add_argument("--sets", nargs="+", default=names, choices=names)
    parser.add_argument(
        "--show", nargs="+", default=[], metavar="KIND", help="print what was misjudged"
    )
    parser.add_argument("--checker", default=NOBODY, metavar="WHO")
    parser.add_argument("--sample", type=int, metavar="N", help="cases of each set")
    options = parser.parse_args()
    if options.checker not in {NOBODY, ORACLE} and options.sample is None:
        parser.error("whom --checker names is asked of a --sample alone")
    return options


if __name__ == "__main__":
    sys.exit(main())
