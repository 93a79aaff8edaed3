"""How well the search finds: nDCG@10, MRR@10 and recall on a BEIR-form set.

    python tests/benchmarks/retrieval.py [SET…]      (default: scifact-beir)

A set is a folder of `../shared/data` with `corpus.jsonl[.gz]`, `dev/queries.jsonl` and
`dev/qrels.tsv`. Its corpus goes through `citeloop ingest`, its queries through
`citeloop search --from`; documents are ranked by their best passages. The library is
kept under `build/`, so that a second run only searches.
"""

import csv
import json
import math
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
CITELOOP = str(Path(sys.executable).with_name("citeloop"))
LIMIT = 100
"""Passages asked for: enough for ten documents each."""

Judged = dict[str, dict[str, int]]
"""Grade of each relevant document, by query."""


def read_qrels(path: Path) -> Judged:
    """Read the BEIR columns: query-id, corpus-id, score."""
    judged: Judged = defaultdict(dict)
    with path.open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judged[row["query-id"]][row["corpus-id"]] = int(row["score"])
    return judged


def rank_documents(results: list[dict[str, str]]) -> list[str]:
    """Return documents in the order of their best passages."""
    return list(dict.fromkeys(result["document"] for result in results))


def ndcg(ranked: list[str], grades: dict[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with linear gains, as trec_eval has it."""
    gains = [grades.get(name, 0) for name in ranked[:depth]]
    ideal = sorted(grades.values(), reverse=True)[:depth]
    return discounted(gains) / (discounted(ideal) or 1.0)


def discounted(gains: list[int]) -> float:
    """Return the sum of gains, each divided by the logarithm of its rank."""
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def reciprocal_rank(ranked: list[str], grades: dict[str, int]) -> float:
    """Return one over the rank of the first relevant document among ten."""
    ranks = (rank for rank, name in enumerate(ranked[:10], 1) if grades.get(name))
    return 1 / next(ranks, math.inf)


def recall(ranked: list[str], grades: dict[str, int], depth: int) -> float:
    """Return the share of relevant documents among the first."""
    return len(set(ranked[:depth]) & grades.keys()) / len(grades)


def measure(name: str) -> None:
    """Ingest a set, search its dev queries, print the figures."""
    folder = DATA / name
    if not folder.is_dir():
        print(f"{name}: skipped, {folder.relative_to(ROOT.parent)} is not here")
        return
    library = str(ROOT / "build" / f"{name}.db"[-36:])
    started = perf_counter()
    subprocess.run([CITELOOP, "ingest", str(folder), "--library", library], check=True)
    print(f"{name}: ingested in {perf_counter() - started:.0f} s")
    queries = str(folder / "dev" / "queries.jsonl")
    command = [CITELOOP, "search", "--from", queries, "--limit", str(LIMIT)]
    started = perf_counter()
    done = subprocess.run(
        [*command, "--library", library], check=True, capture_output=True, text=True
    )
    took = perf_counter() - started
    report(name, done.stdout, read_qrels(folder / "dev" / "qrels.tsv"), took)


def report(name: str, output: str, judged: Judged, took: float) -> None:
    """Print the means over the queries that have a relevant document."""
    scores: dict[str, list[float]] = defaultdict(list)
    for line in output.splitlines():
        record = json.loads(line)
        grades = judged.get(record["_id"])
        if not grades:
            continue
        ranked = rank_documents(record["results"])
        scores["nDCG@10"].append(ndcg(ranked, grades))
        scores["MRR@10"].append(reciprocal_rank(ranked, grades))
        for depth in (3, 5, 10):
            scores[f"recall@{depth}"].append(recall(ranked, grades, depth))
    count = len(scores["nDCG@10"])
    means = "  ".join(
        f"{metric} {sum(values) / count:.3f}" for metric, values in scores.items()
    )
    print(f"{name}: {means}  ({count} queries, {took:.1f} s with the start)")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or ["scifact-beir"]:
        measure(chosen)
