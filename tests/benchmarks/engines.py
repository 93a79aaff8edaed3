"""The engines of Milvus side by side: quality, latency, cold open, writes, durability.

    make build/lite3/ready build/server/ready
    python tests/benchmarks/engines.py [--data ../shared/data] [--set anthropic-docs]

One corpus is cut and embedded once; each engine stores it in a process of its own (the
two embedded ones share an import name) and is asked the set's dev queries with vectors
that are prepared. Durability: a writer is killed with SIGKILL as soon as a write has
returned; on a server it is the client that is killed, not the server. The last columns
are the passages, of ten, that an engine's answer shares with that of the first engine:
of the whole search, and of its vectors alone. `library copy` then moves the server's
library to the first engine again, and that is compared too.
"""

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "benchmarks")]

from retrieval import judge, read_queries  # noqa: E402 (of this checkout)

from tests.fakes.engines import engine_paths, missing_engine, run_server  # noqa: E402
from tools.documents.document import Document  # noqa: E402
from tools.documents.splitting import split_document  # noqa: E402
from tools.embedding.context import embed_passages  # noqa: E402
from tools.embedding.embedder import Vectors  # noqa: E402
from tools.embedding.loading import EmbedderRecipe  # noqa: E402
from tools.embedding.minilm import MiniLM  # noqa: E402
from tools.library.library import Library  # noqa: E402
from tools.sources.named import read_source  # noqa: E402
from tools.upkeep.copying import Place, copy_library  # noqa: E402

ENGINES = {
    "lite2": "Milvus Lite 2.5 (C++)",
    "lite3": "Milvus Lite 3 (Python)",
    "server": "Milvus server 2.3.5",
}
BATCH = 128
LAST = 20
"""Passages of the write after which the writer is killed."""
COLUMNS = (
    "nDCG@10", "search p50 ms", "cold open s", "rows/s", "kept after kill -9",
    "top 10 shared", "by vectors",
)  # fmt: skip

Tops = list[list[str]]
"""The keys of the ten best passages, for each query."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one engine showed."""

    cells: list[str]
    searched: Tops
    nearest: Tops


class Prepared(MiniLM):
    """The bundled embedder with the vectors of the queries at hand."""

    def __init__(self, queries: dict[str, Vectors]) -> None:
        super().__init__()
        self._queries = queries

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._queries[text] for text in texts])


def prepare(folder: Path, kept: Path) -> None:
    """Cut and embed a corpus and its queries, once for all engines."""
    embedder = EmbedderRecipe("minilm").load()
    passages = [
        passage
        for document in read_source(str(folder)).documents
        if isinstance(document, Document)
        for passage in split_document(
            document, embedder.count_tokens, embedder.max_tokens
        )
    ]
    queries = read_queries(folder)
    asked = embedder.embed_queries([query.text for query in queries])
    vectors = dict(zip([query.text for query in queries], asked, strict=True))
    content = (passages, embed_passages(embedder, passages), queries, vectors)
    kept.write_bytes(pickle.dumps(content))


def measure(uri: str, kept: Path) -> Row:
    """Write the corpus to one engine, be killed, open it and search."""
    passages, vectors, queries, asked = pickle.loads(kept.read_bytes())  # noqa: S301 (our own file)
    embedder = Prepared(asked)
    rest = len(passages) - LAST
    started = perf_counter()
    with Library.open(uri, embedder, create=True) as library:
        for start in range(0, rest, BATCH):
            end = min(start + BATCH, rest)
            library.write(passages[start:end], vectors[start:end])
    rate = rest / (perf_counter() - started)
    again = [sys.executable, __file__, "--write-and-die", uri, str(kept)]
    subprocess.run(again, check=False)
    started = perf_counter()
    with Library.open(uri, embedder) as library:
        library.search([queries[0].text], 10)
        opened = perf_counter() - started
        scores, times = [], []
        for query in queries:
            started = perf_counter()
            hits = library.search([query.text], 100)[0]
            times.append(perf_counter() - started)
            ranked = list(dict.fromkeys(hit.passage.document for hit in hits))
            scores.append(judge(ranked, query.grades)["nDCG@10"])
        whole = len(list(library.stored())) == len(passages)
        searched, nearest = tops(library, [query.text for query in queries])
    cells = [
        f"{statistics.fmean(scores):.3f}",
        f"{statistics.median(times) * 1000:.0f}",
        f"{opened:.1f}",
        f"{rate:.0f}",
        "yes" if whole else "no",
    ]
    return Row(cells, searched, nearest)


def tops(library: Library, queries: list[str]) -> tuple[Tops, Tops]:
    """Return the ten best passages of each query, searched and by vectors alone."""
    searched = [
        [hit.passage.key for hit in hits] for hits in library.search(queries, 10)
    ]
    nearest = [
        sorted(cosines, key=lambda key: -cosines[key])
        for cosines in library.nearest(queries, 10)
    ]
    return searched, nearest


def shared(one: Tops, other: Tops) -> str:
    """Return how many of ten passages two engines share, in the mean."""
    counts = [len(set(a) & set(b)) for a, b in zip(one, other, strict=True)]
    return f"{statistics.fmean(counts):.1f}"


def write_and_die(uri: str, kept: Path) -> None:
    """Write the last passages, and end as kill -9 ends a process."""
    passages, vectors, _, asked = pickle.loads(kept.read_bytes())  # noqa: S301 (our own file)
    library = Library.open(uri, Prepared(asked))
    library.write(passages[-LAST:], vectors[-LAST:])
    os.kill(os.getpid(), 9)


def run(engine: str, uri: str, kept: Path) -> Row:
    """Measure one engine in a process that has it in its path."""
    paths = os.pathsep.join([*engine_paths(engine), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, __file__, "--measure", uri, str(kept)],
        check=True, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    return Row(**json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Print one row for each engine that is here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--set", default="anthropic-docs")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--write-and-die", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write_and_die:
        write_and_die(options.write_and_die[0], Path(options.write_and_die[1]))
    if options.measure:
        row = measure(options.measure[0], Path(options.measure[1]))
        print(json.dumps(asdict(row)))
        return 0
    if not (options.data / options.set).is_dir():
        print(f"skipped: {options.data / options.set} is not here")
        return 0
    with TemporaryDirectory() as name:
        compare(options.data / options.set, Path(name))
    return 0


def compare(corpus: Path, folder: Path) -> None:
    """Print the table, and what a copy back from the server finds."""
    kept = folder / "prepared.pickle"
    prepare(corpus, kept)
    print(f"| | {' | '.join(COLUMNS)} |\n|---|{'---|' * len(COLUMNS)}")
    first: Row | None = None
    for engine, name in ENGINES.items():
        if reason := missing_engine(engine):
            print(f"| {name} | {reason} |")
        elif engine == "server":
            with run_server(folder / "server") as server:
                print_row(name, run(engine, server.uri, kept), first)
                if first:
                    copy_back(server.uri, folder / "back.db", kept, first)
        else:
            row = run(engine, str(folder / f"{engine}.db"), kept)
            first = first or row
            print_row(name, row, first)


def print_row(name: str, row: Row, first: Row | None) -> None:
    """Print one engine beside the first."""
    cells = list(row.cells)
    if first:
        cells += [
            shared(row.searched, first.searched), shared(row.nearest, first.nearest)
        ]  # fmt: skip
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def copy_back(uri: str, back: Path, kept: Path, first: Row) -> None:
    """Print how far a library that was copied from the server answers as the first."""
    _, _, queries, asked = pickle.loads(kept.read_bytes())  # noqa: S301 (our own file)
    report = copy_library(Place(uri), Place(str(back)))
    with Library.open(str(back), Prepared(asked)) as library:
        searched, nearest = tops(library, [query.text for query in queries])
    same = sum(a == b for a, b in zip(searched, first.searched, strict=True))
    print(
        f"\nCopied back from the server: {report.passages:,} passages; of ten, "
        f"{shared(searched, first.searched)} are shared, by vectors "
        f"{shared(nearest, first.nearest)}; {same} of {len(queries)} answers are the "
        "same in the same order."
    )


if __name__ == "__main__":
    sys.exit(main())
