"""What pymilvus does that it does not promise, and that we count on."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import Any

import grpc
import pytest
from pymilvus import MilvusClient
from pymilvus.bulk_writer import LocalBulkWriter
from pymilvus.exceptions import MilvusException
from pymilvus.grpc_gen import milvus_pb2_grpc

from tools.errors import LibraryError
from tools.milvus.connection import connect, release
from tools.milvus.engines import quiet

PYMILVUS = f"pymilvus {version('pymilvus')}"


def test_the_bulk_writer_flushes_in_a_method_that_can_be_overridden() -> None:
    """`tools.bulk.folder` keeps what fails there; the writer's thread swallows it."""
    flush = getattr(LocalBulkWriter, "_flush", None)
    assert flush, f"{PYMILVUS}: LocalBulkWriter._flush is gone"
    parameters = list(signature(flush).parameters)
    assert parameters == ["self", "call_back"], f"{PYMILVUS}: _flush takes {parameters}"


def test_a_server_that_is_away_is_told_by_the_words_that_we_look_for() -> None:
    """`tools.milvus.failures` knows it by them; pymilvus has no class for it."""
    with pytest.raises(MilvusException) as raised:
        MilvusClient("http://127.0.0.1:9", timeout=0.5)
    assert "Fail connecting to server" in raised.value.message, PYMILVUS


@contextmanager
def refusing_server() -> Iterator[str]:
    """Serve a Milvus that takes no token, and give its address."""

    class Refusing(milvus_pb2_grpc.MilvusServiceServicer):  # type: ignore[misc] (untyped)
        def Connect(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC's name)
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")

    server = grpc.server(ThreadPoolExecutor(2))
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(Refusing(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def test_a_refused_token_is_found_beneath_the_error_that_hides_it() -> None:
    """`tools.milvus.connection._is_refusal` reads the chain of causes."""
    with refusing_server() as uri, pytest.raises(LibraryError) as raised:
        connect(uri, "root:wrong")
    assert "refused the token" in str(raised.value), f"{PYMILVUS}: {raised.value}"


def test_an_engine_is_opened_without_pings(tmp_path: Path) -> None:
    """`tools.milvus.connection._NO_PINGS`: pymilvus drops options it does not know."""
    uri = str(tmp_path / "library.db")
    client = connect(uri)
    taken = client._get_connection()._grpc_options
    release(uri, client)
    assert taken == {"grpc.keepalive_permit_without_calls": 0}, PYMILVUS


def test_what_we_silence_are_the_loggers_that_there_are() -> None:
    """`tools.milvus.engines.quiet`: their names are nobody's promise."""
    quiet()
    handled = {
        name: logger
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger) and name.startswith("pymilvus")
    }
    assert {"pymilvus", "pymilvus.bulk_writer"} <= handled.keys(), PYMILVUS
    loud = [
        name
        for name, logger in handled.items()
        if logger.isEnabledFor(logging.CRITICAL)
    ]
    assert loud == [], f"{PYMILVUS} logs as {loud}"
