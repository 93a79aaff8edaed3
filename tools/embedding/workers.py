"""Who embeds: threads of this process, or processes of their own.

The process that ingests splits and writes; it hands texts to `Workers` and gets a
future of their vectors. `EmbedTask` is all that a worker needs: it can be pickled, so
that another process or another machine can run it.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing.connection import Connection, Pipe
from threading import Thread, current_thread, main_thread
from typing import Self

from tools.embedding.embedder import Embedder, Vectors
from tools.embedding.loading import EmbedderRecipe
from tools.errors import LibraryError
from tools.processes import available_cores, sheltered_child

__all__ = ["EmbedTask", "Workers"]

Embed = Callable[[Sequence[str]], Vectors]
"""What a worker runs."""
_TEXTS_A_CORE = 16
"""Texts of one task, for each core that embeds it: about a second of work."""
_TASKS_A_WINDOW = 4
"""Tasks for each worker in a window, which is sorted by length over all of them."""
_ENDPOINT_TEXTS = 64
"""Texts of one request to an endpoint."""


@dataclass(frozen=True, slots=True)
class EmbedTask:
    """Turns texts of passages into vectors, wherever it is called.

    A process loads the embedder with its first task and keeps it.
    """

    recipe: EmbedderRecipe

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`, in their order."""
        return _loaded(self.recipe).embed_passages(texts)


@lru_cache(maxsize=1)
def _loaded(recipe: EmbedderRecipe) -> Embedder:
    return recipe.load()


class Workers:
    """Embeds several batches of texts at once; close it when done."""

    def __init__(
        self,
        executor: Executor,
        embed: Embed,
        count: int,
        batch: int,
        lifeline: Connection | None = None,
    ) -> None:
        """Take what `threads` and `processes` have made."""
        self.batch = batch
        """How many texts to submit at once."""
        self.window = batch * count * _TASKS_A_WINDOW
        """How many texts keep all workers busy for some seconds."""
        self._executor = executor
        self._embed = embed
        self._lifeline = lifeline

    @classmethod
    def threads(cls, embedder: Embedder, requests: int | None = None) -> Self:
        """Embed in this process.

        Args:
            embedder: Shared by all threads; the bundled one uses all cores itself.
            requests: How many calls to make at once where an endpoint embeds; None
                for an embedder that works here, where a second call only fills the
                gaps of the first.
        """
        count = requests or 2
        batch = _ENDPOINT_TEXTS if requests else _TEXTS_A_CORE * available_cores()
        pool = ThreadPoolExecutor(count, thread_name_prefix="embed")
        return cls(pool, embedder.embed_passages, count, batch)

    @classmethod
    def processes(cls, recipe: EmbedderRecipe, count: int) -> Self:
        """Embed in `count` processes that share the cores.

        They are started afresh ("spawn"), on every system alike: a fork would copy
        the threads' locks of gRPC and onnxruntime in whatever state they are.
        """
        cores = max(1, available_cores() // count)
        own = replace(recipe, threads=cores)
        theirs, ours = Pipe(duplex=False)
        pool = ProcessPoolExecutor(
            count,
            multiprocessing.get_context("spawn"),
            initializer=_prepare_worker,
            initargs=(theirs,),
        )
        return cls(pool, EmbedTask(own), count, _TEXTS_A_CORE * max(2, cores), ours)

    def submit(self, texts: Sequence[str]) -> Future[Vectors]:
        """Have `texts` embedded; pass the future to `vectors`.

        Raises:
            LibraryError: a worker process has died.
        """
        try:
            with _uninterrupted(), sheltered_child():  # the first tasks start processes
                return self._executor.submit(self._embed, texts)
        except BrokenProcessPool as error:
            raise _died() from error

    def vectors(self, future: Future[Vectors]) -> Vectors:
        """Wait for the vectors of one batch.

        Raises:
            LibraryError: the embedder failed, or a worker process has died.
        """
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise _died() from error

    def close(self) -> None:
        """Drop what is under way; threads finish their batch, about a second each."""
        if self._lifeline:
            self._lifeline.close()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        """Return the workers."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close them."""
        self.close()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put Ctrl-C off until what is inside is done.

    It would leave a process behind that was started, and not told yet what to do. To
    mask it is not enough: another thread receives it, and the main one is interrupted.
    """
    if current_thread() is not main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            signal.raise_signal(signal.SIGINT)


def _died() -> LibraryError:
    return LibraryError(
        "A process that embeds has died; was the memory used up? What was ingested is "
        "kept: run the same command again, with fewer --workers."
    )


def _prepare_worker(lifeline: Connection) -> None:
    """Leave Ctrl-C to the process that ingests, and end when that ends or says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    """Wait for the other end to be closed, be it by kill -9.

    A worker would never notice by itself: it holds both ends of the queue of tasks.
    """
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)  # whatever its other threads do is of use to nobody
