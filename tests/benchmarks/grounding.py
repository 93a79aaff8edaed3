"""How the checker of citations judges genuine quotes and altered ones.

    python tests/benchmarks/grounding.py [--data ../shared/data] [--answers 200]
                                         [--seed 4] [--show 'KIND: VERDICT'…]

Each answer has 50 passages as the search would give them, from documents of one set,
and cites them in every way that is listed. An altered quote that stands in its document
all the same (a word changed to its neighbour's twin, say) is found by comparing words,
without the checker, and left out. The exit code is 1 if a floor of the issue is missed.
"""

import argparse
import itertools
import json
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

from grounding_attribution import Attributed
from grounding_cases import ALTERED, POINTERS, SENTENCE, Case, Round, words

from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.documents.splitting import split_document
from tools.embedding.embedder import Embedder
from tools.embedding.loading import EmbedderRecipe
from tools.evidence.evidence import Evidence
from tools.grounding import negation, restating
from tools.grounding.citation import Draft, DraftCitation, Verdict
from tools.grounding.resolving import resolve
from tools.grounding.values import support
from tools.grounding.verdicts import verify_citation
from tools.grounding.wording import folding, quotes
from tools.sources.found import Skipped
from tools.sources.named import read_source
from tools.text import signs
from tools.verification.answers import CitedPassage, verify

ROOT = Path(__file__).parents[2]
SETS = ["anthropic-docs", "aws-docs", "musique"]
PASSAGES = 50
"""Of each answer."""
CITATIONS = 20
"""Of the answer whose time is taken."""
IN_A_ROW = 5
"""Passages of one document."""
TIME = 20.0
"""Milliseconds that an answer may take."""
UNMARKED_TIME = 100.0
"""Milliseconds that one may take whose sentences are all without a mark."""
ATTACHED = 0.001
"""Share of altered sentences that may be attached to a source."""


def read_passages(folder: Path, embedder: Embedder) -> list[list[Passage]]:
    """Return the passages of each document of a set."""
    found = read_source(str(folder / "corpus.jsonl")).documents
    documents = [each for each in found if isinstance(each, Document)]
    assert not any(isinstance(each, Skipped) for each in documents)
    split = [
        split_document(each, embedder.count_tokens, embedder.max_tokens)
        for each in documents
    ]
    return [each for each in split if each]


def make_round(documents: list[list[Passage]], chance: random.Random) -> Round:
    passages: list[Passage] = []
    while len(passages) < PASSAGES:
        document = chance.choice(documents)
        at = chance.randrange(max(1, len(document) - IN_A_ROW + 1))
        new = [each for each in document[at : at + IN_A_ROW] if each not in passages]
        passages += new
    passages = passages[:PASSAGES]
    chance.shuffle(passages)
    return Round(passages, chance)


Tally = dict[str, Counter[Verdict]]


def measure(options: argparse.Namespace) -> bool:
    embedder = EmbedderRecipe("minilm").load()
    chance = random.Random(options.seed)  # noqa: S311 (nothing secret)
    tallies: dict[bool, Tally] = {
        True: defaultdict(Counter),
        False: defaultdict(Counter),
    }
    times: list[tuple[float, ...]] = []
    attributed = Attributed()
    apart = random.Random(options.seed + 1)  # noqa: S311 (what is above stays the same)
    unmarked: list[float] = []
    for name in SETS:
        documents = read_passages(options.data / name, embedder)
        vocabulary = sorted(
            {
                word
                for document in documents
                for word in words(document[0].text).split()
                if 4 <= len(word) <= 12 and word.isalpha()
            }
        )
        for _ in range(options.answers):
            here = make_round(documents, chance)
            genuine, altered = list(here.genuine()), list(here.altered(vocabulary))
            for kind, cases in ((True, genuine), (False, altered)):
                for case in cases:
                    verdict = judge(here, case)
                    tallies[kind and case.kind not in POINTERS][case.kind][verdict] += 1
                    if f"{case.kind}: {verdict}" in (options.show or []):
                        show(here, case, verdict)
            times.append(times_of(here, genuine, altered))
            there = make_round(documents, apart)
            attributed.add(there, vocabulary, options.show or [])
            unmarked.append(time_unmarked(there))
    for title, kind in (("Genuine", True), ("Altered", False)):
        print_table(title, tallies[kind])
    print_reference(options.data, embedder)
    attributed.print_table()
    return print_floors(tallies, times, attributed, unmarked)


def judge(here: Round, case: Case) -> Verdict:
    return verify_citation(case.claim, case.number, here.evidence, case.lines).verdict


def show(here: Round, case: Case, verdict: Verdict) -> None:
    source = here.evidence.get(case.number)
    print(f"{verdict}: {case.claim!r} {case.lines}")
    if source:
        print(f"    {source.document} {source.start_line}: {source.text!r}")


def times_of(
    here: Round, genuine: list[Case], altered: list[Case]
) -> tuple[float, ...]:
    """Return the milliseconds of 20 citations alone, and of a whole answer with them.

    Nothing is remembered of the passages; processor time, for others share the machine.
    """
    sampled = here.chance.sample
    cited = [*sampled(genuine, CITATIONS - 4), *sampled(altered, 4)]
    passages = [
        CitedPassage(document=each.document, text=each.text, start_line=each.start_line)
        for each in here.evidence
    ]
    answer = " ".join(
        f"It says that{words(each.claim)}[{each.number}]." for each in cited
    )
    quotes = [DraftCitation(source=each.number, quote=each.claim) for each in cited]

    def alone() -> None:
        for case in cited:
            judge(here, case)

    return timed(alone), timed(lambda: verify(answer, passages, quotes))


def time_unmarked(there: Round) -> float:
    """Return the milliseconds of an answer of 20 sentences without a mark."""
    quotes = itertools.islice(there.quotes(r"[.!]$"), CITATIONS)
    draft = Draft(answer=" ".join(each.text for each in quotes))
    return timed(lambda: resolve(draft, there.evidence))


def timed(work: Callable[[], object]) -> float:
    remembering = (folding, quotes, restating, signs, negation, support)
    for value in (value for each in remembering for value in vars(each).values()):
        if hasattr(value, "cache_clear"):
            value.cache_clear()
    started = process_time()
    work()
    return 1000 * (process_time() - started)


def print_table(title: str, tally: Tally) -> None:
    print(f"\n| {title} | cases | {' | '.join(Verdict)} |")
    print(f"|---|{'---|' * (len(Verdict) + 1)}")
    for kind, counts in tally.items():
        total = counts.total()
        shares = [
            f"{100 * counts[each] / total:.1f} %" if counts[each] else ""
            for each in Verdict
        ]
        print(f"| {kind} | {total} | {' | '.join(shares)} |")


def print_reference(data: Path, embedder: Embedder) -> None:
    """Print how sentences of the reference answers stand to their gold documents."""
    counts: Counter[Verdict] = Counter()
    folder = data / "anthropic-docs"
    passages = {each[0].document: each for each in read_passages(folder, embedder)}
    for line in (folder / "dev" / "queries.jsonl").read_text().splitlines():
        query = json.loads(line)
        evidence = Evidence()
        for name in query["gold"]:
            for each in passages.get(name, []):
                evidence.show(each.document, "", "", each.start_line, each.text)
        for claim in SENTENCE.split(query["answer"]):
            verdicts = [
                verify_citation(claim, each.id, evidence).verdict for each in evidence
            ]
            counts[min(verdicts, key=list(Verdict).index, default=Verdict.UNSEEN)] += 1
    print_table("Beyond the floors", {"sentence of a reference answer": counts})


def print_floors(
    tallies: dict[bool, Tally],
    times: list[tuple[float, ...]],
    attributed: Attributed,
    unmarked: list[float],
) -> bool:
    def share(tally: Tally, kinds: Sequence[str], verdicts: set[Verdict]) -> float:
        total = sum(tally[kind].total() for kind in kinds)
        return sum(tally[kind][each] for kind in kinds for each in verdicts) / total

    genuine, altered = tallies[True], tallies[False]
    verbatim = {Verdict.EXACT, Verdict.RELOCATED}
    leaked = sum(altered[kind][each] for kind in ALTERED for each in verbatim)
    caught = 1 - share(altered, ["number changed"], verbatim | {Verdict.PARAPHRASED})
    elsewhere = {Verdict.MISATTRIBUTED, Verdict.UNSEEN}
    total = sum(
        counts.total() for tally in tallies.values() for counts in tally.values()
    )
    floors = {
        f"altered quotes that pass as exact or relocated: {leaked}, floor 0": leaked
        == 0,
        **at_least(
            "genuine quotes exact or relocated", share(genuine, list(genuine), verbatim)
        ),
        **at_least("changed numbers caught", caught),
        **at_least(
            "wrong documents",
            share(altered, ["wrong document", "invented id"], elsewhere),
        ),
        **at_least(
            "shifted lines relocated",
            share(altered, ["lines shifted"], {Verdict.RELOCATED}),
        ),
        **within(f"{CITATIONS} citations alone", [each[0] for each in times]),
        **within(f"an answer with {CITATIONS} citations", [each[1] for each in times]),
        **within(f"{CITATIONS} sentences without a mark", unmarked, UNMARKED_TIME),
    }
    false, altered_ones = attributed.share(truth=False)
    true, genuine_ones = attributed.share(truth=True)
    text = f"false sentences attached: {false} of {altered_ones}, floor 1 in 1,000"
    floors[text] = false <= ATTACHED * altered_ones
    print(f"\n{total} citations")
    print(f"true sentences attached: {true} of {genuine_ones}")
    for text, holds in floors.items():
        print(f"{'met' if holds else 'MISSED'}: {text}")
    return all(floors.values())


def within(name: str, times: list[float], floor: float = TIME) -> dict[str, bool]:
    median, slowest = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    text = f"{name}: median {median:.1f} ms, 95 % within {slowest:.1f} ms"
    return {f"{text}, floor {floor:.0f} ms": median < floor}


def at_least(name: str, value: float) -> dict[str, bool]:
    return {f"{name}: {100 * value:.2f} %, floor 99 %": value >= 0.99}


def main() -> int:
    """Judge the corpus, print the tables and the floors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--answers", type=int, default=200, help="of each set")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument(
        "--show", nargs="*", metavar="'KIND: VERDICT'", help="print these cases"
    )
    return 0 if measure(parser.parse_args()) else 1


if __name__ == "__main__":
    sys.exit(main())
