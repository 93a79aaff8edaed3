"""A real Milvus server: what only a server does, and how its failures are told."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.conftest import DOCS
from tests.fakes.engines import MilvusServer, missing_engine, run_server
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError
from tools.ingestion.ingest import ingest
from tools.ingestion.report import Outcome, Report
from tools.library.library import Library
from tools.milvus import connection as milvus
from tools.milvus.engines import COLLECTION
from tools.upkeep.copying import Place, copy_library
from tools.upkeep.integrity import check

pytestmark = pytest.mark.skipif(
    missing_engine("server") is not None, reason=str(missing_engine("server"))
)

QUESTION = "What seals a growing segment?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """A server that asks for a token, and that a test may end."""
    with run_server(tmp_path_factory.mktemp("server"), authorized=True) as server:
        yield server


@pytest.fixture
def uri(server: MilvusServer) -> Iterator[str]:
    """The server's address, without a library."""
    yield server.uri
    client = milvus.connect(server.uri, server.token)
    client.drop_collection(COLLECTION)
    client.close()


def open_library(
    server: MilvusServer, embedder: Embedder, *, create: bool = False
) -> Library:
    return Library.open(server.uri, embedder, server.token, create=create)


@pytest.mark.parametrize("token", [None, "root:wrong", "nobody:Milvus"])
def test_a_wrong_token_and_none_are_told_from_a_server_that_is_not_there(
    server: MilvusServer, embedder: Embedder, token: str | None
) -> None:
    with pytest.raises(LibraryError, match="CITELOOP_LIBRARY_TOKEN"):
        Library.open(server.uri, embedder, token, create=True)


def test_documents_are_ingested_searched_and_ingested_again(
    server: MilvusServer, uri: str, embedder: Embedder, tmp_path: Path
) -> None:
    place = tmp_path / "a.md"
    place.write_text("# Lamps\n\nThe lamp is red.\n")
    with open_library(server, embedder, create=True) as library:
        assert library.notice is not None
        assert "searching by vectors alone" in library.notice
        assert ingest([str(place)], library).added == 1
        assert library.search(["lamp"], 1)[0][0].passage.document == "a.md"
        place.write_text("# Lamps\n\nThe lamp is green.\n")
        assert ingest([str(place)], library).changed == 1
        assert [each.text for each in library.passages("a.md")] == [place.read_text()]
        assert ingest([str(place)], library).unchanged == 1


def test_a_process_sees_what_it_wrote_and_another_sees_it_soon(
    server: MilvusServer, uri: str, embedder: Embedder, tmp_path: Path
) -> None:
    with open_library(server, embedder, create=True) as library:
        reader = milvus.connect(server.uri, server.token)
        options = {"output_fields": ["document"], "limit": 100}
        for number in range(5):
            place = tmp_path / f"{number}.md"
            place.write_text(f"# Lamp {number}\n\nThe lamp number {number} is red.\n")
            ingest([str(place)], library)
            hits = library.search([f"lamp number {number}"], 1)[0]
            assert hits[0].passage.document == place.name
            deadline = monotonic() + 10  # what bounded reads may lag behind
            while monotonic() < deadline:
                seen = reader.query(
                    COLLECTION,
                    filter="",
                    consistency_level="Bounded",
                    **options,
                )
                if len(seen) == number + 1:
                    break
                sleep(0.05)
            assert len(seen) == number + 1
        reader.close()


def test_a_server_that_ends_during_an_ingestion_loses_and_repeats_nothing(
    server: MilvusServer, uri: str, embedder: Embedder
) -> None:
    acknowledged: list[str] = []

    def end_it(outcome: Outcome, report: Report) -> None:
        acknowledged.append(outcome.name)
        if len(acknowledged) == 4:
            server.kill()

    library = open_library(server, embedder, create=True)
    with pytest.raises(LibraryError, match=r"No Milvus server answers.*is kept"):
        ingest([str(DOCS)], library, listen=end_it)
    library.close()
    with pytest.raises(LibraryError, match="No Milvus server answers"):
        open_library(server, embedder)
    server.start()
    with open_library(server, embedder) as library:
        kept = {each.name for each in library.summaries() if each.digest}
        assert set(acknowledged) <= kept
        report = ingest([str(DOCS)], library)
        assert report.unchanged == len(kept)
        assert report.unchanged + report.added + report.changed == 24
        integrity = check(library)
        assert (integrity.documents, integrity.damaged) == (24, ())
        assert library.count() == integrity.passages
        assert library.search([QUESTION], 1)[0][0].passage.document == "write-path.md"


def test_a_copy_to_a_server_takes_its_token(
    server: MilvusServer, uri: str, primer: Path
) -> None:
    with pytest.raises(LibraryError, match="token"):
        copy_library(Place(str(primer)), Place(server.uri, "root:wrong"))
    report = copy_library(Place(str(primer)), Place(server.uri, server.token))
    assert report.documents == 24
