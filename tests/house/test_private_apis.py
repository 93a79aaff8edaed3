"""What we use of packages besides what they promise: in one place each, still there.

Where a package has moved on, the test says which name is gone, from which version, and
which function of ours used it.
"""

import ast
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
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

from tests.conftest import ROOT
from tests.house.test_layout import modules_of
from tools.errors import LibraryError
from tools.milvus.connection import connect, release
from tools.milvus.engines import quiet


@dataclass(frozen=True)
class Private:
    """A name that its package does not promise."""

    package: str
    """As it is installed."""
    home: str
    """The module where it lives."""
    name: str
    user: str
    """The one place of ours that uses it."""
    parameters: tuple[str, ...] = ()
    """Those that are given by name."""

    def __str__(self) -> str:
        place = f"{self.package} {version(self.package)}: {self.home}.{self.name}"
        return f"{place} (see {self.user})"


PRIVATE = [
    Private(
        "milvus-lite", "milvus_lite.server_manager",
        "server_manager_instance.release_server",
        "tools.milvus.connection._end_engine",
    ),
]  # fmt: skip


@pytest.mark.parametrize("private", PRIVATE, ids=lambda private: private.name)
def test_a_private_name_is_there(private: Private) -> None:
    found: Any = import_module(private.home)
    for part in private.name.split("."):
        assert hasattr(found, part), f"{private} is gone"
        found = getattr(found, part)
    if private.parameters:
        lacking = set(private.parameters) - signature(found).parameters.keys()
        assert lacking == set(), f"{private} does not take {lacking} any more"


@pytest.mark.parametrize("private", PRIVATE, ids=lambda private: private.name)
def test_a_private_name_is_used_in_one_place(private: Private) -> None:
    name = private.name.split(".")[-1]
    users = [
        f"{module}.{place}"
        for module, path in modules_of(ROOT).items()
        for place in places_of(name, ast.parse(path.read_text()))
    ]
    assert users == [private.user]


def places_of(name: str, module: ast.Module) -> list[str]:
    """Return the functions, classes and constants of a module that use a name."""
    places = []
    for node in module.body:
        place = getattr(node, "name", None)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            place = node.targets[0].id
        if place and any(is_of(name, inner) for inner in ast.walk(node)):
            places.append(place)
    return places


def is_of(name: str, node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (
        isinstance(node, ast.Attribute) and node.attr == name
    )


PYMILVUS = f"pymilvus {version('pymilvus')}"


def test_the_bulk_writer_flushes_in_a_method_that_can_be_overridden() -> None:
    """`tools.bulk.parquet` keeps what fails there; the writer's thread swallows it."""
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
