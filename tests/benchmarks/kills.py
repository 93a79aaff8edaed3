"""Kills an ingestion at random times, then completes it: is anything lost or twice?

    python tests/benchmarks/kills.py [--kills 20] [--seed 1] [SOURCE]

SOURCE is `../shared/data/milvus-docs/en`, or `examples/docs` where that is absent. Half
of the kills take the whole process group, half `citeloop` alone, whose engine and
workers are then orphans; every third one falls into the middle of a write. Nothing is
done about them in between: the next ingestion starts at once.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools.embedding.loading import EmbedderRecipe  # noqa: E402
from tools.library.library import Library  # noqa: E402

CITELOOP = [
    sys.executable,
    "-c",
    "from agent.cli import main; raise SystemExit(main())",
]
MILVUS_DOCS = ROOT.parent / "shared" / "data" / "milvus-docs" / "en"

Stored = dict[str, tuple[str, str, str]]
"""Document, digest and text of each passage, by its key."""


@dataclass(frozen=True, slots=True)
class Kill:
    """When and how to kill."""

    after: float
    """Seconds after the start."""
    group: bool
    """The whole process group, not `citeloop` alone."""
    in_a_write: bool
    """Wait for the engine's journal: it is there while a transaction is open."""
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ingestion that may have been killed left behind."""

    killed: bool
    acknowledged: int
    """Documents that it had last reported as dealt with, without those it skipped."""
    whole: int
    """Documents in the library of which no passage is missing."""
    lost: int
    """Passages of whole documents that were there before, and are not any more."""
    passages: int


def kills(count: int, seed: int, latest: float) -> Iterator[Kill]:
    """Yield random kills, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 (not for secrets)
    for number in range(count):
        yield Kill(
            after=chance.uniform(1.5, latest),
            group=number % 2 == 0,
            in_a_write=number % 3 == 0,
            workers=2 if number % 4 == 3 else 1,
        )


def start(source: Path, library: Path, workers: int = 1) -> subprocess.Popen[str]:
    """Start an ingestion in a process group of its own."""
    return subprocess.Popen(
        [
            *CITELOOP, "ingest", str(source), "--library", str(library),
            "--workers", str(workers),
        ],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def kill_one(source: Path, library: Path, kill: Kill) -> tuple[bool, str]:
    """Run an ingestion and kill it; return whether that came in time, and its output.

    An ingestion that fails for another reason raises.
    """
    process = start(source, library, kill.workers)
    begun = monotonic()
    while monotonic() - begun < kill.after and process.poll() is None:
        sleep(0.02)
    journal = library.with_name(f"{library.name}-journal")
    while kill.in_a_write and process.poll() is None and not journal.exists():
        sleep(0.0005)
    if process.poll() is None:
        (os.killpg if kill.group else os.kill)(process.pid, signal.SIGKILL)
    output, errors = process.communicate()
    if process.returncode not in {0, -signal.SIGKILL}:
        raise RuntimeError(f"The ingestion failed by itself:\n{errors}")
    return process.returncode != 0, output + errors


def complete(source: Path, library: Path) -> str:
    """Run an ingestion to its end and return its summary."""
    output, errors = start(source, library).communicate()
    if "passages written" not in output:
        raise RuntimeError(f"The ingestion failed:\n{errors}")
    return output.strip()


def stored(library: Path) -> tuple[Stored, set[str]]:
    """Return the passages of a library, and the documents that are whole.

    Raises:
        ValueError: a key is there twice.
    """
    fields = ["key", "document", "digest", "text"]
    with Library.open(str(library), EmbedderRecipe("minilm").load()) as opened:
        rows = list(opened._collection.scan(fields))
        whole = {each.name for each in opened.summaries() if each.digest}
    found = {row["key"]: (row["document"], row["digest"], row["text"]) for row in rows}
    if len(found) != len(rows):
        raise ValueError(f"{len(rows) - len(found)} passages are in {library} twice")
    return found, whole


def run_kills(
    source: Path, library: Path, several: Iterator[Kill]
) -> Iterator[Outcome]:
    """Kill one ingestion after the other and say what each left."""
    before: Stored = {}
    whole_before: set[str] = set()
    for kill in several:
        killed, output = kill_one(source, library, kill)
        if not library.exists():
            yield Outcome(killed, 0, 0, 0, 0)
            continue
        found, whole = _look(library)
        safe = {key for key, row in before.items() if row[0] in whole_before}
        yield Outcome(
            killed, _acknowledged(output), len(whole), len(safe - found.keys()),
            len(found),
        )  # fmt: skip
        before, whole_before = found, whole


def _acknowledged(output: str) -> int:
    counts = [
        int(each.replace(",", "")) for each in re.findall(r"([\d,]+) documents", output)
    ]
    return max(0, max(counts, default=0) - output.count("skipped "))


def _look(library: Path) -> tuple[Stored, set[str]]:
    """Read a library that may have been killed before its collection was made."""
    from tools.errors import LibraryError

    try:
        return stored(library)
    except LibraryError as error:
        if "There is no library" in str(error):
            return {}, set()
        raise


def main() -> None:
    """Kill, complete, compare with an uninterrupted ingestion; 1 if they differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    docs = MILVUS_DOCS if MILVUS_DOCS.is_dir() else ROOT / "examples" / "docs"
    parser.add_argument("source", nargs="?", type=Path, default=docs)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latest", type=float, default=11.0, help="seconds")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        library = Path(folder) / "killed.db"
        outcomes = []
        plan = kills(given.kills, given.seed, given.latest)
        for outcome in run_kills(given.source, library, plan):
            print(outcome, flush=True)
            outcomes.append(outcome)
        print("then:", complete(given.source, library), flush=True)
        whole = Path(folder) / "whole.db"
        print("uninterrupted:", complete(given.source, whole), flush=True)
        same = stored(library)[0] == stored(whole)[0]
    lost = sum(each.lost for each in outcomes)
    lost += sum(max(0, each.acknowledged - each.whole) for each in outcomes)
    print(f"killed in time     {sum(each.killed for each in outcomes)}")
    print(f"lost               {lost}")
    print(f"passages           {'the same' if same else 'DIFFERENT'}, none twice")
    sys.exit(0 if same and not lost else 1)


if __name__ == "__main__":
    main()
