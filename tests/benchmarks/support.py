"""Whether the quotes of a sentence bear it out, by sentences whose label is known.

    python tests/benchmarks/support.py [--data ../shared/data] [--half A|B|AB]
                                       [--sets own summedits wice] [--show KIND…]

Of `own`, the sentences of `support_statements.jsonl` and what its generator makes of
them (see `support_statements.py`): each is an answer of one sentence that cites its
quote, and the passage that holds it, as ingestion cuts it, is all that was shown. Half
A is to choose on, half B reports. SummEdits and WiCE: see `support_sets.py`; their
sentences cite the document, and the intervals are over documents.

A sentence is borne out if its support is `stated` or `close`. `--show` prints what was
misjudged of these kinds. The exit code is 1 if a floor is missed.
"""

import argparse
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

from tests.benchmarks.support_figures import Outcome, counts_of, ratio, wilson
from tests.benchmarks.support_sets import SETS, Claimed, read_set, report_set
from tests.benchmarks.support_statements import ROOT, Row, read_rows
from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.embedder import Embedder
from tools.embedding.loading import EmbedderRecipe
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft, DraftCitation, Resolved
from tools.grounding.resolving import resolve
from tools.sources.named import read_source

SUPPORTS = ("stated", "close", "unclear", "contradicted", "none")
"""Best first."""
BORNE_OUT = frozenset({"stated", "close"})
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
    answer: str, quotes: Sequence[DraftCitation], evidence: Evidence, label: bool
) -> Outcome:
    draft = Draft(answer=answer, citations=tuple(quotes))
    resolved = resolve(draft, evidence, attach=False)
    support = support_of(resolved)
    why = "; ".join(resolved.problems)
    return Outcome(label, support, support in BORNE_OUT, why)


class Passages:
    """The passages of documents, as ingestion cuts them."""

    def __init__(self, data: Path, embedder: Embedder) -> None:
        self._data = data
        self._embedder = embedder
        self._passages: dict[str, list[Passage]] = {}

    def holding(self, document: str, quote: str) -> Passage:
        for each in self._of(document):
            if quote in each.text:
                return each
        raise ValueError(f"no passage of {document} holds {quote!r}")

    def _of(self, document: str) -> list[Passage]:
        if document not in self._passages:
            folder = ROOT if (ROOT / document).is_file() else self._data
            (read,) = read_source(str(folder / document)).documents
            assert isinstance(read, Document)
            self._passages[document] = split_document(
                read, self._embedder.count_tokens, self._embedder.max_tokens
            )
        return self._passages[document]


def answered(
    rows: Sequence[Row], passages: Passages
) -> tuple[str, list[DraftCitation], Evidence]:
    """Return an answer of these sentences, its quotes, and the passages shown."""
    evidence = Evidence()
    quotes: list[DraftCitation] = []
    sentences: list[str] = []
    for row in rows:
        numbers: list[int] = []
        for cited in row.cited:
            found = passages.holding(cited.document, cited.quote)
            shown = evidence.show(
                found.document, found.title, found.heading, found.start_line, found.text
            )
            quotes.append(DraftCitation(source=shown.id, quote=cited.quote))
            numbers.append(shown.id)
        marks = "".join(f"[{each}]" for each in dict.fromkeys(numbers))
        sentences.append(f"{row.sentence.rstrip('.')} {marks}.")
    return " ".join(sentences), list(dict.fromkeys(quotes)), evidence


def report_own(options: argparse.Namespace) -> dict[str, bool]:
    """Judge our own sentences, print their tables; return the floors."""
    passages = Passages(options.data, EmbedderRecipe("minilm").load())
    rows = [each for each in read_rows(options.data) if each.half in options.half]
    judged = [(row, judge(*answered([row], passages), row.label)) for row in rows]
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


def report_labelled(name: str, options: argparse.Namespace) -> dict[str, bool]:
    """Judge a set that people labelled; return the floors."""
    if not (options.data / name).is_dir():
        print(f"Skipped: there is no {options.data / name}", file=sys.stderr)
        return {}
    judged = []
    for each in read_set(name, options.data):
        outcome = judge(each.answer, [], each.evidence(), each.label)
        judged.append((each, outcome))
        if outcome.borne_out != each.label and shows(each, options.show):
            print(f"{each.id}: {outcome.support}: {each.text}\n    {outcome.why}")
    return report_set(name, judged)


def shows(claimed: Claimed, kinds: Sequence[str]) -> bool:
    return any(kind in kinds for kind in claimed.kinds or ("reworded",))


def main() -> int:
    """Judge the sets, print the tables and the floors."""
    options = read_options()
    floors: dict[str, bool] = {}
    for name in options.sets:
        floors |= (
            report_own(options) if name == "own" else report_labelled(name, options)
        )
    print()
    for text, holds in floors.items():
        print(f"{'met' if holds else 'MISSED'}: {text}")
    return 0 if all(floors.values()) else 1


def read_options() -> argparse.Namespace:
    names = ["own", *SETS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--half", default="AB", choices=["A", "B", "AB"])
    parser.add_argument("--sets", nargs="+", default=names, choices=names)
    parser.add_argument(
        "--show", nargs="+", default=[], metavar="KIND", help="print what was misjudged"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
