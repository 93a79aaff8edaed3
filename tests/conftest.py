"""What many tests stand on: a real library, and an environment of their own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.settings import Settings
from tools.embedder import Embedder, load_embedder
from tools.ingest import ingest
from tools.library import Library

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "examples" / "docs"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, key or home folder of the machine reaches a test."""
    import os

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
    return load_embedder("minilm")


@pytest.fixture(scope="session")
def primer(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A library file of the documents in `examples/docs`; copy it before writing."""
    path = tmp_path_factory.mktemp("primer") / "primer.db"
    with Library.open(str(path), embedder, create=True) as library:
        ingest([str(DOCS)], library)
    return path


@pytest.fixture
def library_file(primer: Path, tmp_path: Path) -> Path:
    """A copy of the primer that a test may change."""
    return Path(shutil.copy(primer, tmp_path / "library.db"))


@pytest.fixture(scope="session")
def library(
    primer: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """The primer, open for the whole session: to be read only."""
    copy = shutil.copy(primer, tmp_path_factory.mktemp("shared") / "library.db")
    with Library.open(str(copy), embedder) as opened:
        yield opened


@pytest.fixture
def own_library(library_file: Path, embedder: Embedder) -> Iterator[Library]:
    """The primer, open for one test, to do with what it likes."""
    with Library.open(str(library_file), embedder) as opened:
        yield opened


@pytest.fixture
def empty_library(tmp_path: Path, embedder: Embedder) -> Iterator[Library]:
    """A library without documents, open."""
    with Library.open(str(tmp_path / "empty.db"), embedder, create=True) as opened:
        yield opened


@pytest.fixture
def settings(library_file: Path, tmp_path: Path) -> Settings:
    """Settings for the primer and folders of the test's own."""
    return Settings.load({"library": str(library_file), "data_dir": tmp_path / "data"})
