"""The engines of Milvus that the tests and benchmarks run on, and where they lie.

`CITELOOP_TEST_ENGINE` chooses the one that the fixtures open a library on: `lite2` (the
C++ engine, the default), `lite3` (the Python one) or `server`. The two embedded engines
have one import name, so the second lies in a folder of its own, which goes before the
installed packages: see the targets of the Makefile.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import pytest

__all__ = ["ENGINE", "MilvusServer", "engine_paths", "missing_engine", "run_server"]

_BUILD = Path(__file__).parents[2] / "build"
_FOLDERS = {"lite3": _BUILD / "lite3", "server": _BUILD / "server"}
_SERVER = _BUILD / "server" / "bin" / "milvus-server"
_UP_SECONDS = 90
"""It takes 7 s on a machine with nothing else to do."""

ENGINE = os.environ.get("CITELOOP_TEST_ENGINE") or "lite2"
if ENGINE not in {"lite2", "lite3", "server"}:
    raise pytest.UsageError(
        f'CITELOOP_TEST_ENGINE is "{ENGINE}": it is lite2, lite3 or server.'
    )


def missing_engine(engine: str) -> str | None:
    """Return why an engine cannot be tested here, None if it can."""
    folder = _FOLDERS.get(engine)
    if folder is None or any(folder.glob("milvus*")):
        return None
    return f"the engine {engine} is not here: run `make build/{engine}/ready`"


def engine_paths(engine: str) -> list[str]:
    """Return the folders that go before the installed packages for an engine."""
    return [str(_FOLDERS["lite3"])] if engine == "lite3" else []


class MilvusServer:
    """A Milvus server of this test run: a folder for its data, and ports of its own."""

    def __init__(self, folder: Path, *, authorized: bool = False) -> None:
        """Start nothing yet."""
        self._folder = folder
        self._port, *self._etcd_ports = _free_ports(3)
        self._authorized = authorized
        self._process: subprocess.Popen[bytes] | None = None
        self.uri = f"http://127.0.0.1:{self._port}"
        self.token = "root:Milvus" if authorized else None

    def start(self) -> None:
        """Start it, or start it again over the same data, and wait until it is up."""
        self._folder.mkdir(parents=True, exist_ok=True)
        etcd = self._folder / "etcd.yaml"
        etcd.write_text(_etcd_settings(self._folder, *self._etcd_ports))
        command = [sys.executable, str(_SERVER), "--data", str(self._folder)]
        # Not --proxy-port: that takes the next one while old connections linger.
        command += ["--extra-config", f"proxy.port={self._port}"]
        if self._authorized:
            command += ["--authorization-enabled", "true"]
        path = os.pathsep.join([str(_FOLDERS["server"]), *sys.path])
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": path, "ETCD_CONFIG_PATH": str(etcd)},
            )
        self._wait_until_up()

    def stop(self) -> None:
        """Stop it as an administrator does; its writes are all on the disk then."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        os.killpg(process.pid, how)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)

    def _wait_until_up(self) -> None:
        from tools.errors import LibraryError
        from tools.milvus.connection import connect
        from tools.milvus.failures import named_failures

        deadline = time.monotonic() + _UP_SECONDS
        while True:
            try:
                client = connect(self.uri, self.token)
                with named_failures(self.uri):
                    client.list_collections()
                client.close()
            except LibraryError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


@contextmanager
def run_server(folder: Path, *, authorized: bool = False) -> Iterator[MilvusServer]:
    """Run a server for as long as the context lasts."""
    server = MilvusServer(folder, authorized=authorized)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _free_ports(count: int) -> list[int]:
    sockets = [socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _etcd_settings(folder: Path, client: int, peer: int) -> str:
    """Give its etcd ports of its own, or only one server could run on a machine."""
    clients, peers = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    return (
        f"name: default\n"
        f"data-dir: {folder / 'data' / 'etcd.data'}\n"
        f"listen-client-urls: {clients}\n"
        f"advertise-client-urls: {clients}\n"
        f"listen-peer-urls: {peers}\n"
        f"initial-advertise-peer-urls: {peers}\n"
        f"initial-cluster: default={peers}\n"
        "log-level: error\n"
    )
