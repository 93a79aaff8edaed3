"""How well the search finds, beside BM25 alone, vectors alone and the seed's method.

    python tests/benchmarks/retrieval.py [--data ../shared/data] [--libraries build]
                                         [--without-seed] [SET…]

A set is a folder in BEIR's form: `corpus.jsonl[.gz]`, `dev/queries.jsonl`,
`dev/qrels.tsv`. Its corpus goes through `citeloop ingest` into a library that is kept,
so that a second run only searches. Whole documents are ranked by their best passage.
Intervals are of the difference to BM25: 95 %, paired bootstrap over the queries. For
sets of several hops follows the share of questions with all gold documents within ten
passages. The exit code is 1 if a floor of the issue is missed.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from tools.embedding.context import embedded_text
from tools.embedding.embedder import Embedder
from tools.embedding.loading import EmbedderRecipe
from tools.library.fusion import fuse_ranks
from tools.library.library import Library
from tools.sources.found import Skipped
from tools.sources.named import read_source

ROOT = Path(__file__).parents[2]
CITELOOP = str(Path(sys.executable).with_name("citeloop"))
SETS = [
    "scifact-beir", "anthropic-docs", "anthropic-codebase", "aws-docs",
    "milvus-faq-qa", "mtrag-un", "musique", "hotpotqa", "2wiki",
]  # fmt: skip
CORPORA = {"aws-docs": "corpus_full.jsonl.gz"}
"""What is ingested where it is not the folder's own `corpus.jsonl`."""
DEPTH = 100
"""Passages asked for: enough for ten documents each."""
SEED_PIECES = 3
"""The seed's method keeps this many pieces."""
RESAMPLES = 2000
METRICS = ("nDCG@10", "MRR@10", "recall@3", "recall@5", "recall@10")
METHODS = ("BM25", "our BM25", "vectors", "citeloop", "seed")

Judged = dict[str, dict[str, int]]
"""Grade of each relevant document, by query."""
Ranking = list[str]
"""Documents, best first."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a set, with what answers it."""

    id: str
    text: str
    grades: dict[str, int]
    steps: tuple[str, ...]
    """The gold decomposition, with the answers filled in; often none is given."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What the issue asks of the default method on one set."""

    metric: str
    above_bm25: float
    at_least: float = 0.0


FLOORS = {
    "scifact-beir": [Floor("nDCG@10", 0.03, 0.70)],
    "anthropic-docs": [Floor("nDCG@10", 0.03), Floor("recall@3", 0.0001)],
    "anthropic-codebase": [Floor("recall@10", 0.05)],
    "aws-docs": [Floor("recall@5", 0.0)],
    "milvus-faq-qa": [Floor("nDCG@10", 0.08)],
}
WORST = 0.05
"""How far the default may be below the better of BM25 and vectors, in nDCG@10."""

Scores = dict[str, dict[str, list[float]]]
"""Values of each query, by method and metric."""


def read_queries(folder: Path) -> list[Query]:
    """Return the dev queries that have a relevant document."""
    judged: Judged = defaultdict(dict)
    with (folder / "dev" / "qrels.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judged[row["query-id"]][row["corpus-id"]] = int(row["score"])
    lines = (folder / "dev" / "queries.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    return [
        Query(each["_id"], each["text"], judged[each["_id"]], read_steps(each))
        for each in records
        if judged.get(each["_id"])
    ]


def read_steps(record: dict[str, list[dict[str, str]]]) -> tuple[str, ...]:
    """Return the single-hop questions; `#1` stands for the answer of the first."""
    steps: list[str] = []
    answers: list[str] = []
    for step in record.get("decomposition") or []:
        text = step["question"].replace(" >> ", " ")
        for number, answer in enumerate(answers, 1):
            text = text.replace(f"#{number}", answer)
        steps.append(text)
        answers.append(step["answer"])
    return tuple(steps)


def discounted(gains: Sequence[int]) -> float:
    """Return the sum of gains, each divided by the logarithm of its rank."""
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def judge(ranked: Ranking, grades: dict[str, int]) -> dict[str, float]:
    """Return every metric of one ranking; nDCG with linear gains, as trec_eval."""
    gains = [grades.get(name, 0) for name in ranked[:10]]
    ideal = sorted(grades.values(), reverse=True)[:10]
    first = next((rank for rank, gain in enumerate(gains, 1) if gain), math.inf)
    recalls = {
        f"recall@{depth}": len(set(ranked[:depth]) & grades.keys()) / len(grades)
        for depth in (3, 5, 10)
    }
    ndcg = discounted(gains) / (discounted(ideal) or 1.0)
    return {"nDCG@10": ndcg, "MRR@10": 1 / first, **recalls}


class Methods:
    """The ways of searching one library that are compared."""

    def __init__(self, library: Library) -> None:
        self.library = library
        names = library.stored()
        self._documents = {each.key: each.passage.document for each in names}

    def citeloop(self, text: str) -> Ranking:
        hits = self.library.search([text], DEPTH)[0]
        return list(dict.fromkeys(hit.passage.document for hit in hits))

    def vectors(self, text: str) -> Ranking:
        return self._rank(self.library.nearest([text], DEPTH)[0])

    def our_bm25(self, text: str) -> Ranking:
        return self._rank(self.library.full_text([text], DEPTH)[0])

    def _rank(self, scores: dict[str, float]) -> Ranking:
        best = sorted(scores, key=lambda key: -scores[key])
        return list(dict.fromkeys(self._documents[key] for key in best))


class PlainBM25:
    """BM25 as a library that is not ours does it, over the same passages.

    Snowball stems, Lucene's stop words, its scoring, k1 1.2, b 0.75.
    """

    def __init__(self, library: Library) -> None:
        passages = [each.passage for each in library.stored()]
        self._documents = [passage.document for passage in passages]
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        tokens = self._tokens([embedded_text(passage) for passage in passages])
        self._index.index(tokens, show_progress=False)

    def rank(self, text: str) -> Ranking:
        count = min(DEPTH, len(self._documents))
        found = self._index.retrieve(self._tokens([text]), k=count, show_progress=False)
        return list(dict.fromkeys(self._documents[each] for each in found[0][0]))

    def _tokens(self, texts: list[str]) -> Any:
        return bm25s.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, show_progress=False
        )


class Seed:
    """The method that this project started from: `# ` pieces, vectors, top three."""

    def __init__(self, corpus: Path, kept: Path, embedder: Embedder) -> None:
        self._embedder = embedder
        if not kept.exists():
            pieces = [
                (document.name, piece)
                for document in read_source(str(corpus)).documents
                if not isinstance(document, Skipped)
                for piece in f"{document.title}\n{document.text}".split("# ")
                if piece.strip()
            ]
            vectors = embedder.embed_passages([text for _, text in pieces])
            np.savez(kept, vectors=vectors, names=[name for name, _ in pieces])
        loaded = np.load(kept)
        self._vectors, self._names = loaded["vectors"], loaded["names"]

    def rank(self, text: str) -> Ranking:
        products = self._vectors @ self._embedder.embed_queries([text])[0]
        best = np.argsort(-products)[:SEED_PIECES]
        return list(dict.fromkeys(str(self._names[each]) for each in best))


def measure(name: str, options: argparse.Namespace, embedder: Embedder) -> bool:
    """Ingest a set, search its dev queries, print; return whether all floors hold."""
    folder = options.data / name
    if not folder.is_dir():
        print(f"{name}: skipped, {folder} is not here")
        return True
    corpus = folder / CORPORA[name] if name in CORPORA else folder
    path = options.libraries / f"{name}.db"[-36:]
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [CITELOOP, "ingest", str(corpus), "--library", str(path)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    check_order(folder, path, embedder)
    queries = read_queries(folder)
    with Library.open(str(path), embedder) as library:
        methods = Methods(library)
        ways = {
            "BM25": PlainBM25(library).rank,
            "our BM25": methods.our_bm25,
            "vectors": methods.vectors,
            "citeloop": methods.citeloop,
        }
        if not options.without_seed:
            kept = options.libraries / f"{name}-seed.npz"
            ways["seed"] = Seed(corpus, kept, embedder).rank
        scores = {way: judge_all(search, queries) for way, search in ways.items()}
        print(f"\n**{name}** ({len(queries)} queries)\n")
        print_table(scores)
        print_hops(library, queries)
    return print_floors(name, scores)


def judge_all(
    search: Callable[[str], Ranking], queries: list[Query]
) -> dict[str, list[float]]:
    """Return each metric's values, in the order of the queries."""
    judged = [judge(search(query.text), query.grades) for query in queries]
    return {metric: [each[metric] for each in judged] for metric in METRICS}


def check_order(folder: Path, path: Path, embedder: Embedder) -> None:
    """Stop if `citeloop search --from` gives another order than the search itself."""
    queries = folder / "dev" / "queries.jsonl"
    first = "".join(queries.read_text().splitlines(keepends=True)[:5])
    command = [CITELOOP, "search", "--from", "-", "--limit", "20"]
    done = subprocess.run(
        [*command, "--library", str(path)],
        input=first, check=True, capture_output=True, text=True,
    )  # fmt: skip
    texts = [json.loads(line)["text"] for line in first.splitlines()]
    with Library.open(str(path), embedder) as library:
        found = library.search(texts, 20)
    for line, hits in zip(done.stdout.splitlines(), found, strict=True):
        lines = [(each["document"], each["start_line"]) for each in
                 json.loads(line)["results"]]  # fmt: skip
        assert lines == [(hit.passage.document, hit.passage.start_line) for hit in hits]


def print_table(scores: Scores) -> None:
    """Print the means, and what the default gains over BM25 with its interval."""
    print(f"| | {' | '.join(METRICS)} | nDCG@10 - BM25 |")
    print(f"|---|{'---|' * (len(METRICS) + 1)}")
    for method in METHODS:
        if method in scores:
            cells = [f"{np.mean(scores[method][each]):.3f}" for each in METRICS]
            gain = gain_over_bm25(scores, method)
            print(f"| {method} | {' | '.join(cells)} | {gain} |")


def gain_over_bm25(scores: Scores, method: str) -> str:
    """Return the mean difference in nDCG@10 with its 95 % interval."""
    if method == "BM25":
        return ""
    own, other = scores[method]["nDCG@10"], scores["BM25"]["nDCG@10"]
    gains = np.array(own) - np.array(other)
    picks = np.random.default_rng(7).integers(0, len(gains), (RESAMPLES, len(gains)))
    low, high = np.percentile(gains[picks].mean(1), [2.5, 97.5])
    return f"{gains.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def print_hops(library: Library, queries: list[Query]) -> None:
    """Print how often all gold documents are within ten passages."""
    several = [query for query in queries if query.steps]
    if not several and max(len(query.grades) for query in queries) < 2:
        return
    asked = several or queries
    counts = {
        "one search of the question": share(asked, lambda query: one(library, query))
    }
    if several:
        counts["its gold steps, searched one by one"] = share(
            asked, partial(apart, library)
        )
        counts["the same in one requery"] = share(asked, partial(together, library))
    print("\nAll gold documents within 10 passages:")
    for way, value in counts.items():
        print(f"- {way}: {value:.3f}")


def share(queries: list[Query], search: Callable[[Query], set[str]]) -> float:
    """Return the share of questions whose gold documents were all found."""
    found = [query.grades.keys() <= search(query) for query in queries]
    return sum(found) / len(found)


def one(library: Library, query: Query) -> set[str]:
    return {hit.passage.document for hit in library.search([query.text], 10)[0]}


def apart(library: Library, query: Query) -> set[str]:
    """Ten passages in all, shared out over the steps."""
    each = math.ceil(10 / len(query.steps))
    found = [hit for hits in library.search(query.steps, each) for hit in hits]
    return {hit.passage.document for hit in found}


def together(library: Library, query: Query) -> set[str]:
    fused = fuse_ranks(library.search(query.steps, 20))
    return {hit.passage.document for hit in fused[:10]}


def print_floors(name: str, scores: Scores) -> bool:
    """Print each floor of a set, and return whether all hold."""

    def mean(method: str, metric: str) -> float:
        return float(np.mean(scores[method][metric]))

    kept = True
    for floor in FLOORS.get(name, []):
        wanted = max(mean("BM25", floor.metric) + floor.above_bm25, floor.at_least)
        kept &= print_floor(floor.metric, mean("citeloop", floor.metric), wanted)
    better = max(mean("BM25", "nDCG@10"), mean("vectors", "nDCG@10"))
    return kept & print_floor("nDCG@10", mean("citeloop", "nDCG@10"), better - WORST)


def print_floor(metric: str, value: float, wanted: float) -> bool:
    """Print one floor; values are compared as they are printed."""
    holds = round(value, 4) >= round(wanted, 4)
    print(f"{'met' if holds else 'MISSED'}: {metric} {value:.4f}, floor {wanted:.4f}")
    return holds


def main() -> int:
    """Measure the sets that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", metavar="SET", default=SETS)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--libraries", type=Path, default=ROOT / "build")
    parser.add_argument("--without-seed", action="store_true")
    options = parser.parse_args()
    embedder = EmbedderRecipe("minilm").load()
    kept = [measure(name, options, embedder) for name in options.sets or SETS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
