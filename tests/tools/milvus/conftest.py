"""A collection of each kind, made and unmade."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ServerPlaces
from tests.fakes.engines import ENGINE, missing_engine
from tools.milvus.collection import Collection
from tools.milvus.in_memory import InMemoryCollection
from tools.milvus.milvus_collection import MilvusCollection
from tools.milvus.schema import Identity

KINDS = [
    "in memory",
    pytest.param(
        "milvus",
        marks=pytest.mark.skipif(
            missing_engine(ENGINE) is not None, reason=str(missing_engine(ENGINE))
        ),
    ),
]


def open_collection(request: pytest.FixtureRequest, folder: Path) -> Collection:
    """Return a collection of the fixture's kind, at a place that its folder names."""
    kind: str = request.param
    if kind == "in memory":
        return InMemoryCollection()
    uri = str(folder / "collection.db")
    if ENGINE == "server":
        places: ServerPlaces = request.getfixturevalue("server_places")
        uri = places.bare(f"{request.fixturename}_collection")
    return MilvusCollection.open(uri, create=True)


@pytest.fixture(params=KINDS)
def unmade(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Collection]:
    """A collection that is not made yet."""
    opened = open_collection(request, tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=KINDS)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Collection]:
    opened = open_collection(request, tmp_path_factory.mktemp("shared"))
    opened.make(Identity("test", 2, full_text=opened.has_full_text()))
    yield opened
    opened.close()


@pytest.fixture
def collection(shared: Collection) -> Collection:
    """A collection of vectors of two dimensions, without rows."""
    shared.delete([row["key"] for row in shared.scan(["key"])])
    return shared
