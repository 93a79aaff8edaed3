"""F43 to F48, the faults of Milvus; `ELSEWHERE` names the tests in other places."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import grpc
import numpy as np
import pytest
from pymilvus import DataType, MilvusClient
from pymilvus.client.prepare import Prepare
from pymilvus.grpc_gen import common_pb2, milvus_pb2, milvus_pb2_grpc

from agent.events.events import Event
from tests.conftest import ROOT
from tests.fakes.engines import ENGINE, missing_engine, run_server
from tests.fakes.scripted import run, script, search
from tests.faults.elsewhere import ELSEWHERE
from tools.embedding.embedder import Embedder
from tools.errors import LibraryError
from tools.library.library import Library
from tools.milvus import connection as milvus
from tools.milvus import schema
from tools.milvus.engines import COLLECTION, TIMEOUT
from tools.milvus.messages import upsert
from tools.milvus.schema import Identity, schema_for
from tools.trajectory.events import ToolFinished

QUESTION = "What seals a growing segment?"
on_a_file = pytest.mark.skipif(ENGINE != "lite2", reason="about the C++ engine")
on_a_server = pytest.mark.skipif(
    missing_engine("server") is not None, reason=str(missing_engine("server"))
)


@pytest.mark.parametrize("row", ELSEWHERE)
def test_the_tests_that_the_table_points_to_are_there(row: str) -> None:
    for place in ELSEWHERE[row]:
        path, _, name = place.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text()


def test_every_row_of_milvus_is_tested_somewhere() -> None:
    assert sorted(ELSEWHERE) == [f"F{number}" for number in range(43, 49)]


@on_a_file
async def test_f43_an_engine_that_dies_between_two_calls_ends_the_run(
    own_library: Library,
) -> None:
    def kill_the_engine(events: Event) -> None:
        if isinstance(events, ToolFinished):
            for engine in engines_of(own_library.uri):
                os.kill(engine, signal.SIGKILL)

    class Events(list[Event]):
        def append(self, event: Event) -> None:
            kill_the_engine(event)

    started = monotonic()
    with pytest.raises(LibraryError, match=r"library\.db"):
        await run(
            own_library, script(search(), search("flush"), search()), events=Events()
        )
    assert monotonic() - started < 2 * TIMEOUT


def engines_of(uri: str) -> list[int]:
    """Return the processes of the C++ engine that serve a file."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        if b"milvus" in command and str(Path(uri).resolve()).encode() in command:
            found.append(int(path.parent.name))
    return found


class Relay:
    """A port that leads to a server, or to nothing while it is shut."""

    def __init__(self, port: int) -> None:
        self._to = port
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    @contextmanager
    def open(self) -> Iterator[None]:
        listener = socket.create_server(("127.0.0.1", self.port))
        thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(one: socket.socket, other: socket.socket) -> None:
    with one, other:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            return


@on_a_server
def test_f43_a_server_that_is_back_after_two_seconds_is_opened(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> None:
    with run_server(tmp_path_factory.mktemp("server")) as server:
        relay = Relay(int(server.uri.rpartition(":")[2]))
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(
                Library.open, f"http://127.0.0.1:{relay.port}", embedder, create=True
            )
            sleep(2)
            with relay.open():
                library = opening.result()
                assert library.names() == {}
                library.close()


@on_a_file
def test_f46_a_collection_that_was_released_is_loaded(
    library_file: Path, embedder: Embedder
) -> None:
    client = milvus.connect(str(library_file))
    client.release_collection(COLLECTION)
    with Library.open(str(library_file), embedder) as library:
        assert library.search([QUESTION], 1)[0][0].passage.document == "write-path.md"
    milvus.release(str(library_file), client)


def test_f46_a_field_that_is_missing_is_named_at_once(
    tmp_path: Path, embedder: Embedder
) -> None:
    uri = str(tmp_path / "library.db")
    identity = Identity(embedder.identity, embedder.dimension)
    client = milvus.connect(uri)
    schema = MilvusClient.create_schema(description=json.dumps(asdict(identity)))
    schema.add_field("key", DataType.VARCHAR, max_length=64, is_primary=True)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=embedder.dimension)
    index = client.prepare_index_params()
    index.add_index("dense", index_type="FLAT", metric_type="COSINE")
    client.create_collection(
        COLLECTION,
        schema=schema,
        index_params=index,
        properties={"citeloop": json.dumps(asdict(identity))},
    )
    with pytest.raises(LibraryError, match=r"lacks the field count, digest.*--library"):
        Library.open(uri, embedder)
    milvus.release(uri, client)


class Exhausted(grpc.RpcError):
    def __str__(self) -> str:
        return "StatusCode.RESOURCE_EXHAUSTED: received message larger than max"


class NarrowClient:
    """Takes at most so many rows in one message, as a server with a low limit does."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken: list[int] = []
        self.asked: list[int] = []

    def upsert(self, name: str, rows: list[dict[str, Any]], timeout: float) -> None:
        assert (name, timeout) == (COLLECTION, TIMEOUT)
        self.asked.append(len(rows))
        if len(rows) > self.limit:
            raise Exhausted
        self.taken += [row["number"] for row in rows]


def test_f48_a_message_that_is_too_large_is_halved_until_it_is_taken() -> None:
    client = NarrowClient(3)
    rows = [{"number": number, "text": "lamp"} for number in range(10)]
    upsert(client, rows)  # type: ignore[arg-type] (the seam is one method)
    assert client.taken == list(range(10))
    assert client.asked[0] == 10
    with pytest.raises(grpc.RpcError):
        upsert(NarrowClient(0), rows)  # type: ignore[arg-type] (the same)


def test_f48_no_message_is_larger_than_eight_megabytes() -> None:
    client = NarrowClient(1000)
    vector = np.zeros(1024).tolist()
    rows = [
        {"number": number, "text": "x" * 30_000, "dense": vector}
        for number in range(500)
    ]
    upsert(client, rows)  # type: ignore[arg-type] (the seam is one method)
    assert client.taken == list(range(500))
    assert max(client.asked) * 34_096 <= 8_000_000


class Hanging(milvus_pb2_grpc.MilvusServiceServicer):  # type: ignore[misc] (untyped)
    """A Milvus whose collection is being loaded for ever."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def Connect(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
        return milvus_pb2.ConnectResponse(identifier=1)

    def DescribeCollection(self, request: Any, context: Any) -> Any:  # noqa: N802 (the same)
        schema = schema_for(self._identity)
        return milvus_pb2.DescribeCollectionResponse(
            schema=Prepare.get_schema_from_collection_schema("", schema),
            collection_name=COLLECTION,
        )

    def LoadCollection(self, request: Any, context: Any) -> Any:  # noqa: N802 (the same)
        return common_pb2.Status()

    def GetLoadingProgress(self, request: Any, context: Any) -> Any:  # noqa: N802 (the same)
        return milvus_pb2.GetLoadingProgressResponse(progress=50)


def test_f48_a_load_that_hangs_ends_at_the_deadline(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "TIMEOUT", 2)  # in place of 30 s
    identity = Identity(embedder.identity, embedder.dimension)
    server = grpc.server(ThreadPoolExecutor(4))
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(Hanging(identity), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    started = monotonic()
    try:
        with pytest.raises(LibraryError, match=rf"http://127\.0\.0\.1:{port}"):
            Library.open(f"http://127.0.0.1:{port}", embedder)
    finally:
        server.stop(None).wait()
    assert 1 < monotonic() - started < 20
