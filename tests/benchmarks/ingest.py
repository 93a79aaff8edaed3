"""How fast `ingest` is, against the bare embedder over the same texts.

    python tests/benchmarks/ingest.py [--passages 600] [--rounds 3] [--workers 2]

Both run in this process, in turn, and each ingestion makes a library of its own: what
the ratio is short of 1 is reading, splitting and writing that did not hide behind the
embedding. Processor time, of the engine and the workers too, says the same where other
programs take the cores now and then. Passages come from
`../shared/data/milvus-docs/en`, or `examples/docs`.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools.documents.splitting import split_document  # noqa: E402
from tools.embedding.context import embedded_text  # noqa: E402
from tools.embedding.embedder import Embedder  # noqa: E402
from tools.embedding.loading import BUNDLED, EmbedderRecipe  # noqa: E402
from tools.embedding.workers import Workers  # noqa: E402
from tools.ingestion.ingest import ingest  # noqa: E402
from tools.library.library import Library  # noqa: E402
from tools.processes import available_cores  # noqa: E402 (of this checkout)
from tools.sources.found import Skipped  # noqa: E402
from tools.sources.named import read_source  # noqa: E402

MILVUS_DOCS = ROOT.parent / "shared" / "data" / "milvus-docs" / "en"


def choose(folder: Path, embedder: Embedder, limit: int) -> tuple[list[str], list[str]]:
    """Return files of about `limit` passages, and the texts that they come to."""
    files: list[str] = []
    texts: list[str] = []
    for found in read_source(str(folder)).documents:
        if len(texts) >= limit:
            break
        if isinstance(found, Skipped):
            continue
        passages = split_document(found, embedder.count_tokens, embedder.max_tokens)
        files.append(str(folder / found.name))
        texts += [embedded_text(passage) for passage in passages]
    return files, texts


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took."""

    seconds: float
    processor: float
    """Seconds of all cores together, those of ended children included."""


def timed(run: Callable[[], float]) -> Spent:
    """Measure a run that returns its own wall-clock seconds."""
    before = sum(os.times()[:4])
    seconds = run()
    return Spent(seconds, sum(os.times()[:4]) - before)


def embed_bare(texts: list[str], embedder: Embedder) -> float:
    """Return the seconds of embedding all texts in one call."""
    begun = perf_counter()
    embedder.embed_passages(texts)
    return perf_counter() - begun


def ingest_afresh(files: list[str], embedder: Embedder, workers: int) -> float:
    """Return the seconds of an ingestion into a new library."""
    with (
        TemporaryDirectory() as folder,
        Library.open(str(Path(folder) / "x.db"), embedder, create=True) as library,
        _crew(embedder, workers) as crew,
    ):
        begun = perf_counter()
        ingest(files, library, workers=crew)
        return perf_counter() - begun


def _crew(embedder: Embedder, workers: int) -> Workers:
    if workers == 1:
        return Workers.threads(embedder)
    return Workers.processes(EmbedderRecipe(BUNDLED), workers)


def main() -> None:
    """Measure in turn and print medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--passages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    embedder = EmbedderRecipe(BUNDLED).load()
    source = MILVUS_DOCS if MILVUS_DOCS.is_dir() else ROOT / "examples" / "docs"
    files, texts = choose(source, embedder, given.passages)
    embedder.embed_passages(texts[:64])  # loads the model
    bare, threads, processes = [], [], []
    for _ in range(given.rounds):
        bare.append(timed(lambda: embed_bare(texts, embedder)))
        threads.append(timed(lambda: ingest_afresh(files, embedder, 1)))
        processes.append(timed(lambda: ingest_afresh(files, embedder, given.workers)))
    print(f"{len(texts)} passages of {len(files)} documents, {available_cores()} cores")
    print(f"{'':24}seconds  passages/s  of bare  processor s  of bare")
    for name, spent in (
        ("bare embedder", bare),
        ("ingest", threads),
        (f"ingest --workers {given.workers}", processes),
    ):
        pairs = list(zip(bare, spent, strict=True))
        middle = statistics.median(each.seconds for each in spent)
        ratio = statistics.median(b.seconds / s.seconds for b, s in pairs)
        work = statistics.median(each.processor for each in spent)
        share = statistics.median(b.processor / s.processor for b, s in pairs)
        print(
            f"{name:24}{middle:7.2f}  {len(texts) / middle:10.1f}  {ratio:7.2f}"
            f"  {work:11.2f}  {share:7.2f}"
        )


if __name__ == "__main__":
    main()
