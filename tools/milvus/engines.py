"""The engines that can hold a library: which it is, and what it can do."""

import logging
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import LibraryError
from tools.milvus.analyzers import Analyzer
from tools.milvus.lite_file import has_cpp_engine, lacks_space
from tools.milvus.stemming import analysed

if TYPE_CHECKING:
    from pymilvus import MilvusClient

__all__ = [
    "COLLECTION",
    "FULL",
    "MISSING",
    "TIMEOUT",
    "belongs_to",
    "engine_name",
    "full_text_form",
    "has_full_text",
    "is_embedded",
    "is_full",
    "is_python_lite",
    "quiet",
    "require_file",
    "require_space",
]

COLLECTION = "citeloop"
MISSING = (
    "There is no library at {uri} yet. Run `citeloop ingest SOURCE` first, "
    "or name another with --library."
)
FULL = (
    "The disk is full: the library {uri} took no more. What was ingested is "
    "kept; free some space and run the same command again."
)
TIMEOUT = 30
"""Seconds for one call; a load or a query that hangs ends there."""
_FULL_TEXT_SINCE = (2, 5)
"""The first Milvus with BM25 functions and sparse inverted indexes over text."""
_VERSION = re.compile(r"(\d+)\.(\d+)")


def is_embedded(uri: str) -> bool:
    """Whether `uri` names a file of the embedded engine, not a server."""
    return "://" not in uri


def is_python_lite(uri: str) -> bool:
    """Whether `uri` is opened by the Python engine, Milvus Lite 3."""
    return is_embedded(uri) and not has_cpp_engine()


def quiet() -> None:
    """Silence what logs all that it also raises, and what tells of its progress.

    The Python engine logs to the same end, and gRPC what that does not implement.
    """
    loud = {"pymilvus", "bulk_writer", "milvus_lite"}
    found = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] in loud
    ]
    for name in (*found, "pymilvus", "milvus_lite", "grpc._server"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def engine_name(uri: str) -> str:
    """Return what holds a library, in words."""
    if not is_embedded(uri):
        return "Milvus server"
    core = "C++" if has_cpp_engine() else "Python"
    return f"Milvus Lite {version('milvus-lite')} ({core}, embedded)"


def require_file(uri: str) -> None:
    """Raise a `LibraryError` if an embedded library is not there at all."""
    if not Path(uri).exists():
        raise LibraryError(MISSING.format(uri=uri))


def require_space(uri: str) -> None:
    """Raise a `LibraryError` if the disk of an embedded library is all but full."""
    if is_full(uri):
        raise LibraryError(FULL.format(uri=uri))


def belongs_to(path: Path, uri: str) -> bool:
    """Whether a file or folder is an embedded library's: itself, a lock, a log."""
    if not is_embedded(uri):
        return False
    library = Path(uri).resolve()
    try:
        path = path.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself
        return False
    beside = path.parent == library.parent and path.name.startswith(
        (f"{library.name}-", f"{library.name}.", f".{library.name}.")
    )
    return beside or path == library or library in path.parents


def is_full(uri: str) -> bool:
    """Whether the disk of an embedded library is all but full."""
    return is_embedded(uri) and lacks_space(Path(uri).resolve())


def full_text_form(text: str, uri: str, analyzer: Analyzer) -> str:
    """Return a text, or a query, as full-text search takes it on this engine.

    The Python engine splits at what is no letter and knows no more.
    """
    return analysed(text, analyzer) if is_python_lite(uri) else text


def has_full_text(client: "MilvusClient", uri: str) -> bool:
    """Whether the engine has BM25."""
    if is_embedded(uri):
        return True
    version_text = client.get_server_version()
    found = _VERSION.search(version_text)
    if "Zilliz" in version_text or found is None:
        return True  # the cloud is always of the newest; its version is a sentence
    return (int(found[1]), int(found[2])) >= _FULL_TEXT_SINCE
