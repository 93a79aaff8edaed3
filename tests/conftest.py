"""What many tests stand on: a real library, and an environment of their own."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from agent.settings.settings import Settings
from tests.fakes.engines import ENGINE, engine_paths, missing_engine, run_server
from tools.embedding.embedder import Embedder
from tools.embedding.loading import EmbedderRecipe
from tools.ingestion.ingest import ingest
from tools.library.library import Library
from tools.milvus.connection import connect
from tools.milvus.engines import COLLECTION
from tools.milvus.in_memory import InMemoryCollection
from tools.upkeep.copying import copy_passages

# The same examples in each run, at whatever speed: what lands is decided by this suite.
# `pytest --hypothesis-profile random` looks for others.
_NOISY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("steady", derandomize=True, **_NOISY)
hypothesis_settings.register_profile("random", **_NOISY)
hypothesis_settings.load_profile("steady")

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "examples" / "docs"

# A terminal for a test is forked from this process. With its support for forks, gRPC
# starts its poller in the child, whose files are closed before the command begins.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

# What a script starts in the background ignores Ctrl-C, and so do the commands that it
# starts: tests that interrupt one would wait for its end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if ENGINE_PATHS := engine_paths(ENGINE):
    # Before anything imports milvus_lite, here and in the commands that tests start.
    sys.path[:0] = ENGINE_PATHS
    os.environ["PYTHONPATH"] = os.pathsep.join(ENGINE_PATHS)

_OPENS_A_LIBRARY = {
    "library", "library_uri", "library_file", "own_library", "empty_library",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs an engine that is not here, and say so."""
    reason = missing_engine(ENGINE)
    for item in items:
        fixtures: set[str] = set(getattr(item, "fixturenames", ()))
        if reason and fixtures & _OPENS_A_LIBRARY:
            item.add_marker(pytest.mark.skip(reason=reason))
        elif ENGINE == "server" and "library_file" in fixtures:
            item.add_marker(pytest.mark.skip(reason="about a file; a server has none"))


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, key or home folder of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith("CITELOOP_") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled embedder."""
    return EmbedderRecipe("minilm").load()


@pytest.fixture(scope="session")
def primer(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A library file of the documents in `examples/docs`; copy it before writing."""
    path = tmp_path_factory.mktemp("primer") / "primer.db"
    with Library.open(str(path), embedder, create=True) as library:
        ingest([str(DOCS)], library)
    return path


def copy_file(source: Path, target: Path) -> Path:
    """Copy an embedded library: a file, or the Python engine's folder."""
    copy = shutil.copytree if source.is_dir() else shutil.copy
    return Path(copy(source, target))


@pytest.fixture
def library_file(primer: Path, tmp_path: Path) -> Path:
    """A copy of the primer that a test may change."""
    return copy_file(primer, tmp_path / "library.db")


class ServerPlaces:
    """Libraries on one Milvus server, each in a database of its own.

    A database is emptied and not made anew: to create a collection takes 3 s.
    """

    def __init__(self, uri: str, embedder: Embedder) -> None:
        """Take a server that runs."""
        self._uri = uri
        self._embedder = embedder

    def bare(self, name: str) -> str:
        """Return the address of a place where no library is made yet."""
        place = self._database(name)
        client = connect(place)
        if client.has_collection(COLLECTION):
            client.drop_collection(COLLECTION)
        client.close()
        return place

    def empty(self, name: str) -> str:
        """Return the address of a library without documents."""
        place = self._database(name)
        with Library.open(place, self._embedder, create=True) as library:
            for each in library.summaries():
                library.delete(each.keys)
            # A strong read: whoever opens it next sees that they are gone.
            assert library.count() == 0
        return place

    def _database(self, name: str) -> str:
        client = connect(self._uri)
        if name not in client.list_databases():
            client.create_database(name)
        client.close()
        return f"{self._uri}/{name}"

    def filled(self, name: str) -> str:
        """Return the address of a library of the documents in `examples/docs`."""
        place = self.empty(name)
        with Library.open(place, self._embedder, create=True) as library:
            if name == "primer":
                ingest([str(DOCS)], library)
                return place
            with Library.open(f"{self._uri}/primer", self._embedder) as primer:
                copy_passages(primer, library)
        return place


@pytest.fixture(scope="session")
def server_places(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[ServerPlaces]:
    """A Milvus server with the primer on it."""
    with run_server(tmp_path_factory.mktemp("server")) as server:
        places = ServerPlaces(server.uri, embedder)
        places.filled("primer")
        yield places


@pytest.fixture
def library_uri(request: pytest.FixtureRequest) -> str:
    """A copy of the primer, on the engine under test, that a test may change."""
    if ENGINE == "server":
        places: ServerPlaces = request.getfixturevalue("server_places")
        return places.filled("own")
    return str(request.getfixturevalue("library_file"))


@pytest.fixture
def empty_uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a library of one test, on the engine under test."""
    if ENGINE == "server":
        places: ServerPlaces = request.getfixturevalue("server_places")
        return places.empty("empty")
    return str(tmp_path / "empty.db")


@pytest.fixture(scope="session")
def library(
    request: pytest.FixtureRequest,
    embedder: Embedder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Library]:
    """The primer, open for the whole session: to be read only."""
    if ENGINE == "server":
        places: ServerPlaces = request.getfixturevalue("server_places")
        uri = places.filled("shared")
    else:
        primer: Path = request.getfixturevalue("primer")
        uri = str(copy_file(primer, tmp_path_factory.mktemp("shared") / "library.db"))
    with Library.open(uri, embedder) as opened:
        yield opened


@pytest.fixture
def own_library(library_uri: str, embedder: Embedder) -> Iterator[Library]:
    """The primer, open for one test, to do with what it likes."""
    with Library.open(library_uri, embedder) as opened:
        yield opened


@pytest.fixture
def empty_library(empty_uri: str, embedder: Embedder) -> Iterator[Library]:
    """A library without documents, open."""
    with Library.open(empty_uri, embedder, create=True) as opened:
        yield opened


@pytest.fixture
def memory_library(embedder: Embedder) -> Library:
    """A library without documents that needs no engine: for what is not about one."""
    return Library(InMemoryCollection(), embedder)


@pytest.fixture
def settings(library_uri: str, tmp_path: Path) -> Settings:
    """Settings for the primer and folders of the test's own."""
    return Settings.load({"library": library_uri, "data_dir": tmp_path / "data"})
