"""Imports written files into a cluster, beside the library that is being searched.

    check → upload → a fresh collection → import jobs → load → count → the alias moves

Searches go to the old collection until the count is right; then one call moves the
alias `citeloop`, and the next search finds the new one. How far a run has come is kept
in the folder, so that the same command goes on where it was stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.bulk.folder import check_files
from tools.bulk.jobs import FINISHED, ImportServer, Job
from tools.bulk.manifest import Manifest, read_manifest, save
from tools.bulk.objects import ObjectStore
from tools.errors import LibraryError, UsageError
from tools.milvus.aliases import Alias, open_alias
from tools.milvus.engines import COLLECTION, is_embedded

__all__ = ["Imported", "Options", "import_files"]

_STATE = "import.json"
_FILES_A_JOB = 1024
"""Milvus takes no more in one request (milvus-io/milvus pull request 31542)."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user decides about an import."""

    rename_old: bool = False
    """Whether a collection that holds the alias's name may be renamed."""
    drop_old: bool = False
    """Whether the collection that was searched so far is dropped at the end."""
    wait: float = 24 * 3600.0
    """Seconds until the jobs must be done."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    collection: str
    passages: int
    old: str | None
    """The collection that was searched before; None if there was none."""
    dropped: bool


class _State(BaseModel):
    """How far an import has come."""

    model_config = ConfigDict(frozen=True)

    uri: str
    collection: str
    jobs: tuple[str, ...] = ()
    """One for each 1,024 files, in their order."""
    asking: bool = False
    """Whether a job was being asked for: nobody knows then if it runs, and a second
    one would import its rows twice."""


def import_files(
    folder: Path,
    uri: str,
    token: str | None,
    store: ObjectStore,
    server: ImportServer,
    *,
    options: Options,
    tell: Tell,
) -> Imported:
    """Import what `write_parquet` wrote, and let the alias `citeloop` name it.

    Args:
        folder: What `tools.bulk.parquet` wrote, complete.
        uri: A Milvus cluster.
        token: Its token.
        store: The bucket that the cluster uses, with a prefix.
        server: Where the cluster takes import jobs.
        options: What the user decides.
        tell: Told of each step.

    Raises:
        UsageError: the folder is not complete, or the library is a file.
        LibraryError: the cluster or the store failed; the alias has not moved.
    """
    manifest = _complete(folder)
    if is_embedded(uri):
        raise UsageError(
            f"The library {uri} is a file; bulk import is for Milvus clusters. "
            "Name one with --library, or use `citeloop ingest`."
        )
    with open_alias(uri, token) as alias:
        run = _Import(alias, folder, manifest, tell)
        run.require_fit(options)
        keys = run.upload(store)
        run.start(server, keys)
        run.wait(server, options.wait)
        return run.move(options)


def _complete(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    if manifest is None or not manifest.complete:
        raise UsageError(
            f"{folder} does not hold all files of its sources. Run `citeloop bulk "
            f"write SOURCE… --to {folder}` until it ends."
        )
    if not manifest.passages:
        raise UsageError(f"{folder} holds no passages.")
    check_files(folder, manifest)
    return manifest


class _Import:
    def __init__(
        self, alias: Alias, folder: Path, manifest: Manifest, tell: Tell
    ) -> None:
        self._alias = alias
        self._folder = folder
        self._manifest = manifest
        self._tell = tell
        self._state = _read_state(folder)

    def require_fit(self, options: Options) -> None:
        """Raise before anything is sent if it could not be used in the end."""
        uri = self._alias.uri
        wants_words = self._manifest.identity.full_text
        if wants_words and not self._alias.has_full_text():
            raise LibraryError(
                f"The server at {uri} has no full-text search (Milvus 2.5 or "
                "newer has). Write the files anew with --vectors-only."
            )
        if self._alias.is_collection() and not options.rename_old:
            raise LibraryError(
                f'There is a collection "{COLLECTION}" at {uri}, and an '
                "alias cannot have its name. With --rename-old it gets another once "
                "the import is done."
            )
        state = self._state
        if not state or state.uri != uri:
            self._state = None
        elif state.asking:
            self._forget()
        elif not self._alias.has(state.collection):
            self._state = None

    def upload(self, store: ObjectStore) -> list[str]:
        """Put the files into the store, those that are missing there."""
        keys = []
        for number, file in enumerate(self._manifest.files, 1):
            keys.append(store.upload(self._folder / file.name))
            size = f"{file.bytes / 1e6:,.1f} MB"
            self._tell(f"file {number:,} of {len(self._manifest.files):,}, {size}")
        return keys

    def start(self, server: ImportServer, keys: list[str]) -> None:
        """Make the fresh collection and the jobs that fill it, once."""
        if self._state is None:
            now = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
            name = f"{COLLECTION}_{now}"
            self._alias.make(name, self._manifest.identity)
            self._keep(_State(uri=self._alias.uri, collection=name))
            self._tell(f"made the collection {name}")
        state = self._current
        for start in range(len(state.jobs) * _FILES_A_JOB, len(keys), _FILES_A_JOB):
            self._keep(state.model_copy(update={"asking": True}))
            try:
                job = server.start(state.collection, keys[start : start + _FILES_A_JOB])
            except LibraryError:
                self._forget()
                raise
            state = state.model_copy(update={"jobs": (*state.jobs, job)})
            self._keep(state)

    def wait(self, server: ImportServer, seconds: float) -> None:
        """Wait until every job is done.

        Raises:
            LibraryError: a job failed, which ends the import; or they take longer.
        """
        deadline = monotonic() + seconds
        for number, identifier in enumerate(self._current.jobs, 1):
            label = f"job {number} of {len(self._current.jobs)}"
            job = self._wait_for(server, identifier, label, deadline)
            if job.state != FINISHED:
                name = self._current.collection
                self._forget()
                raise LibraryError(
                    f"Milvus could not import the files: {job.reason or job.state}. "
                    f"The collection {name} was dropped, and what was searched before "
                    "still is. Mend that and run the same command again."
                )

    def move(self, options: Options) -> Imported:
        """Count the rows, let the alias name them, and say what is left over."""
        state = self._current
        self._tell(f"loading {state.collection}")
        self._alias.load(state.collection, options.wait)
        self._require_count(state.collection)
        old = self._alias.point_to(state.collection)
        dropped = old is not None and options.drop_old
        if old is not None and dropped:
            self._alias.drop(old)
        (self._folder / _STATE).unlink(missing_ok=True)
        return Imported(state.collection, self._manifest.passages, old, dropped)

    def _wait_for(
        self, server: ImportServer, identifier: str, label: str, deadline: float
    ) -> Job:
        pause = _FIRST_PAUSE
        told = ""
        while True:
            job = server.look(identifier)
            line = f"{label}: {job.state} {job.progress} %"
            if line != told:
                self._tell(line)
                told = line
            if job.ended:
                return job
            if monotonic() >= deadline:
                raise LibraryError(
                    f"The import into {self._current.collection} takes longer than "
                    "--wait allows. It goes on at the server: run the same command "
                    "again to wait for it."
                )
            sleep(min(pause, max(0.0, deadline - monotonic())))
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _require_count(self, name: str) -> None:
        found, wanted = self._alias.count(name), self._manifest.passages
        if found != wanted:
            (self._folder / _STATE).unlink(missing_ok=True)
            raise LibraryError(
                f"The collection {name} holds {found:,} passages, the files "
                f"{wanted:,}. What was searched before still is; look into {name}, "
                "drop it, and run the same command again."
            )

    @property
    def _current(self) -> _State:
        assert self._state is not None  # noqa: S101 (start has set it)
        return self._state

    def _keep(self, state: _State) -> None:
        self._state = state
        save(self._folder / _STATE, state)

    def _forget(self) -> None:
        """Drop the fresh collection, so that the next run makes another."""
        self._alias.drop(self._current.collection)
        (self._folder / _STATE).unlink(missing_ok=True)
        self._state = None


def _read_state(folder: Path) -> _State | None:
    try:
        return _State.model_validate_json((folder / _STATE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None  # begun anew, in another collection
