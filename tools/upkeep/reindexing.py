"""Makes a library anew with another analyzer: nothing is read or embedded again."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

from tools.errors import LibraryError, UsageError
from tools.library.library import Library
from tools.milvus.analyzers import Analyzer
from tools.milvus.engines import is_embedded
from tools.milvus.milvus_collection import stored_identity
from tools.upkeep.copying import KeptVectors, Listener, copy_passages, ignore

__all__ = ["reindex"]

_STEM = 20
"""Characters of the library's name that the one beside it has."""


def reindex(
    uri: str, language: str, analyzer: Analyzer, listen: Listener = ignore
) -> None:
    """Copy a library's passages into one beside it, which then takes its place.

    Until it is whole the library stays as it is; one that was left behind by a rebuild
    that was killed is made anew.

    Raises:
        UsageError: the library is a server's.
        LibraryError: it cannot be opened, or there is no room for a second one.
    """
    if not is_embedded(uri):
        raise UsageError(
            f"{uri} is a server's: its words are split anew by ingesting into another "
            "database of it (--library URI/NAME) with CITELOOP_ANALYZER set."
        )
    path = Path(uri).resolve()
    beside = path.with_name(f".{path.stem[:_STEM]}-rebuilt.db")
    vectors = KeptVectors(stored_identity(uri))
    with ExitStack() as opened:
        source = opened.enter_context(Library.open(uri, vectors))
        _remove(beside)
        opened.callback(_remove, beside)  # what is there when all is closed
        with Library.open(str(beside), vectors, create=True) as target:
            identity = replace(source.identity, language=language, analyzer=analyzer)
            target.prepare(like=identity)
            copy_passages(source, target, listen)
        source.close()
        _replace(path, beside)


def _replace(path: Path, beside: Path) -> None:
    """Put the one in the other's place; back, if that is in vain."""
    old = path.with_name(f".{path.stem[:_STEM]}-replaced.db")
    _remove(old)
    try:
        path.rename(old)
        try:
            beside.rename(path)
        except BaseException:
            old.rename(path)
            raise
    except OSError as error:
        raise LibraryError(
            f"The library {path} could not be replaced: {error.strerror}. "
            "It is as it was."
        ) from error
    _remove(old)


def _remove(path: Path) -> None:
    """Remove a library, a file or a folder, with its lock."""
    if path.is_dir():
        rmtree(path)
    for each in (path, path.with_name(f".{path.name}.lock")):
        if not each.is_dir():
            each.unlink(missing_ok=True)
