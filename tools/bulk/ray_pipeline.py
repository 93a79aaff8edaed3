"""Ingestion on many machines: the documents as a Ray Data pipeline into a cluster.

The machine that the command runs on reads the sources, once and as a stream; actors on
all machines cut, embed and write them, each with an embedder and a connection of its
own. A document stays with one actor, so what is left over of its former passages goes
right after the new ones are there, as in `tools.ingestion.ingest`. Rows have the same
keys however often they are written: what an interruption or a lost machine left undone,
the next run does.
"""

import json
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from tools.documents.document import Document
from tools.documents.passage import Passage
from tools.embedding.context import embed_passages
from tools.embedding.embedder import Embedder
from tools.errors import CiteloopError, LibraryError, UsageError
from tools.ingestion.report import Listener, Outcome, Report, Verb
from tools.ingestion.selection import Selection, cut_document, left_over, sample_texts
from tools.library.library import Library
from tools.library.rows import DocumentSummary
from tools.milvus.analyzers import Analyzer
from tools.milvus.engines import is_embedded

__all__ = ["Cluster", "ingest_by_ray"]

_BLOCK = 64 * 1024
"""Bytes of documents that travel together: some tens of passages, seconds of work."""
_DOCUMENTS = 8
"""Documents that an actor takes at once."""
_OBJECT_STORE = 256 * 1024 * 1024
"""Shared memory of a Ray that is started here; the stream needs little."""

_WRITTEN = {"added", "changed"}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cluster:
    """What every machine needs to open the same library; it is sent to them."""

    uri: str
    token: str | None
    load_embedder: Callable[[], Embedder]
    analyzer: Analyzer | None = None

    def open(self) -> Library:
        """Return the library, open for writing."""
        return Library.open(
            self.uri,
            self.load_embedder(),
            self.token,
            create=True,
            analyzer=self.analyzer,
        )


def ingest_by_ray(
    specs: Sequence[str],
    cluster: Cluster,
    *,
    address: str | None = None,
    workers: int | None = None,
    listen: Listener,
) -> Report:
    """Ingest every document of the sources that is new or has changed.

    Args:
        specs: What `tools.sources.named.read_source` takes, readable on this machine.
        cluster: The library; several processes write to it, so it must be a server.
        address: A Ray cluster that runs, `auto` for the one of this machine; without
            it Ray is started here, for this run.
        workers: Actors of one core each; without it one for each core of the cluster.
        listen: Called for each document as soon as its fate is known.

    Raises:
        UsageError: Ray is not installed or not reached, or a source does not exist.
        LibraryError: the library failed, or is a file.
    """
    if is_embedded(cluster.uri):
        raise LibraryError(
            f"The library {cluster.uri} is a file, which one process writes to. "
            "Name a Milvus server with --library, or use `citeloop ingest`."
        )
    ray = _import_ray()
    report = Report()
    # Ray first: a child that it starts beside the threads of an open client hangs.
    with _running(ray, address, workers), _named_failures(ray):
        with cluster.open() as library:  # made here, so that no two actors make it
            if not library.is_made:
                library.prepare(sample_texts(specs))
            known = library.summaries()
        count = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        for row in _pipeline(ray, list(specs), known, cluster, count).iter_rows():
            _tell(row, report, listen)
    return report


def _pipeline(
    ray: Any,
    specs: list[str],
    known: list[DocumentSummary],
    cluster: Cluster,
    workers: int,
) -> Any:
    here = f"node:{ray.util.get_node_ip_address()}"
    shared = ray.put(known)

    def read(row: Row) -> Iterator[Row]:
        del row
        return _read(specs, ray.get(shared))

    return (
        ray.data.from_items([{"source": 0}])
        .flat_map(read, num_cpus=0, resources={here: 0.001})
        .map_batches(
            _Ingesting,
            fn_constructor_args=(cluster,),
            batch_size=_DOCUMENTS,
            batch_format="pandas",
            num_cpus=1,
            concurrency=workers,
        )
    )


def _read(specs: list[str], known: list[DocumentSummary]) -> Iterator[Row]:
    """Yield one row for each document; those that are left out only pass through."""
    selection = Selection(known)
    for found in selection.select(specs):
        if isinstance(found, Outcome):
            yield _row(found)
            continue
        former = selection.former(found.name)
        verb: Verb = "changed" if former else "added"
        keys = former.keys if former else ()
        yield _row(Outcome(verb, found.name), json.dumps(asdict(found)), keys)


def _row(outcome: Outcome, document: str = "", keys: Sequence[str] = ()) -> Row:
    return {
        "verb": outcome.verb,
        "name": json.dumps(outcome.name),  # a lone surrogate survives no column
        "content": json.dumps(document or outcome.reason),
        "passages": outcome.passages,
        "keys": json.dumps(keys),
    }


def _outcome(row: Row) -> Outcome:
    name, content = json.loads(row["name"]), json.loads(row["content"])
    return Outcome(row["verb"], name, content, int(row["passages"]))


class _Ingesting:
    """An actor: its embedder and its connection are made once."""

    def __init__(self, cluster: Cluster) -> None:
        self._library = cluster.open()

    def __call__(self, batch: Any) -> Any:
        """Ingest a batch of documents, and return what became of each."""
        import pandas as pd

        rows: list[Row] = batch.to_dict("records")
        cut = [self._cut(row) for row in rows]
        passages = [
            passage
            for several in cut
            if not isinstance(several, Outcome)
            for passage in several
        ]
        if passages:
            vectors = embed_passages(self._library.embedder, passages)
            self._library.write(passages, vectors)
        settled = [self._settle(*each) for each in zip(rows, cut, strict=True)]
        return pd.DataFrame(settled)

    def _cut(self, row: Row) -> list[Passage] | Outcome:
        if row["verb"] not in _WRITTEN:
            return _outcome(row)
        document = Document(**json.loads(json.loads(row["content"])))
        return cut_document(document, self._library.embedder)

    def _settle(self, row: Row, cut: list[Passage] | Outcome) -> Row:
        if isinstance(cut, Outcome):
            return _row(cut)
        former = json.loads(row["keys"])
        if former:
            self._library.delete(left_over(former, cut))
        remarks = "; ".join(json.loads(json.loads(row["content"]))["remarks"])
        return _row(Outcome(row["verb"], json.loads(row["name"]), remarks, len(cut)))


def _tell(row: Row, report: Report, listen: Listener) -> None:
    outcome = _outcome(row)
    report.note(outcome)
    report.passages += outcome.passages
    listen(outcome, report)


def _import_ray() -> Any:
    # Read when Ray is imported: it neither reports usage nor hides the accelerators.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UsageError(
            "Ray is not installed. Install the extra: pip install 'citeloop[ray]'."
        ) from error
    return ray


@contextmanager
def _running(ray: Any, address: str | None, workers: int | None) -> Iterator[None]:
    """Connect to a Ray cluster, or start one here; nothing of it is printed."""
    if address and "://" in address:
        raise UsageError(
            f"Ray at {address} is reached through a client, which cannot read the "
            "sources. Run this on a machine of the cluster, with --address auto."
        )
    started = {} if address else {"object_store_memory": _OBJECT_STORE}
    try:
        ray.init(
            address=address or "local",
            num_cpus=None if address else workers,
            include_dashboard=None if address else False,
            logging_level=logging.ERROR,
            log_to_driver=False,
            **started,
        )
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UsageError(
            f"Ray cannot be reached at {address or 'this machine'}: {reason}"
        ) from error
    try:
        _silence(ray)
        yield
    finally:
        ray.shutdown()


def _silence(ray: Any) -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.target_max_block_size = _BLOCK
    context.log_internal_stack_trace_to_stdout = False
    # Of which arguments the next Ray renames, and of actors without work.
    warnings.filterwarnings("ignore", module=r"ray\.|tools\.bulk\.ray_pipeline")
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def _named_failures(ray: Any) -> Iterator[None]:
    """Raise what failed on another machine as it would be raised here."""
    try:
        yield
    except ray.exceptions.RayError as error:
        raise _cause(error) from error


def _cause(error: BaseException) -> CiteloopError:
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, CiteloopError):
            return below
        below = getattr(below, "cause", None) or below.__cause__
    last = str(error).strip().splitlines()[-1]
    return LibraryError(f"Ray failed: {last}. Run the same command again to go on.")
