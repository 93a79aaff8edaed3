"""`citeloop library`: what the library holds."""

import argparse
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from agent.cli.given.given_settings import settings_from
from agent.opening import downloads_of, open_library
from agent.screen.notices import complain
from tools.documents.passage import join_passages
from tools.errors import ExitCode, LibraryError, UsageError
from tools.library.library import Library
from tools.library.rows import DocumentSummary
from tools.milvus.engines import engine_name, is_embedded
from tools.sources.downloading import Downloads
from tools.text.clean import neutralise_control_tokens, visible
from tools.text.spelling import same_name

if TYPE_CHECKING:
    from tools.upkeep.copying import Place

__all__ = ["run"]

_SECONDS_BETWEEN_LINES = 2.0


def run(flags: argparse.Namespace) -> int:
    """Show the library or a document, remove some, copy it, look it over, or more."""
    if flags.action == "copy":
        return _copy(flags)
    if flags.action == "analyzer":
        from agent.cli.given.splitting import show_or_change_analyzer

        return show_or_change_analyzer(flags, _Progress())
    settings = settings_from(flags)
    with open_library(settings) as library:
        if flags.action == "show":
            _show(library, flags.document, flags.line or 1)
        elif flags.action == "remove":
            _remove(library, flags.documents)
        elif flags.action == "verify":
            downloads = downloads_of(settings)
            return _verify(library, downloads, repair=flags.repair)
        elif flags.action == "list":
            _list(library.summaries())
        else:
            _describe(library)
    return 0


def _describe(library: Library) -> None:
    summaries = library.summaries()
    damaged = sum(not each.digest for each in summaries)
    rows = [
        ("library", library.uri),
        ("engine", engine_name(library.uri)),
        ("documents", f"{len(summaries):,}"),
        ("passages", f"{sum(each.passages for each in summaries):,}"),
        ("size", _size(library.uri)),
        (
            "embedder",
            f"{library.identity.embedder} ({library.identity.dimension} dimensions)",
        ),
        ("full text", "BM25" if library.identity.full_text else library.notice or ""),
        ("words", f"{library.identity.language} ({library.identity.analyzer})"),
    ]
    if damaged:
        rows.append(("incomplete", f"{damaged:,} documents: ingest them again"))
    for name, value in rows:
        print(f"{name:<11}{visible(value)}")


def _size(uri: str) -> str:
    if not is_embedded(uri):
        return "kept by the server"
    path = Path(uri)
    files = [path] if path.is_file() else path.rglob("*")
    megabytes = sum(each.stat().st_size for each in files if each.is_file()) / 1e6
    return f"{megabytes:,.1f} MB"


def _list(summaries: list[DocumentSummary]) -> None:
    width = max((len(_line(each.name)) for each in summaries), default=0)
    for each in summaries:
        state = "" if each.digest else "  (incomplete)"
        title = _line(each.title)
        print(f"{_line(each.name):<{width}}  {each.passages:>5}  {title}{state}")


def _line(text: str) -> str:
    return neutralise_control_tokens(visible(" ".join(text.split())))


def _show(library: Library, document: str, start: int) -> None:
    passages = library.passages(document)
    if not passages:
        raise LibraryError(_missing(document))
    lines = join_passages(passages)
    last = lines[-1][0]
    if start > last:
        raise LibraryError(f"{document} ends at line {last}.")
    from agent.screen.console import console_for
    from agent.screen.passages import print_lines

    wanted = [line for line in lines if line[0] >= start]
    print_lines(console_for(sys.stdout), wanted)


def _remove(library: Library, documents: list[str]) -> None:
    known = {each.name: each for each in library.summaries()}
    found = [name if name in known else same_name(name, known) for name in documents]
    for given, name in zip(documents, found, strict=True):
        if name is None:
            raise LibraryError(_missing(given))
    for name in dict.fromkeys(filter(None, found)):
        library.delete(known[name].keys)
        print(visible(f"removed {name} ({known[name].passages} passages)"))


def _copy(flags: argparse.Namespace) -> int:
    from tools.upkeep.copying import copy_library

    secret = settings_from(flags).library_token
    token = secret.get_secret_value() if secret else None
    report = copy_library(
        _place(flags.origin, flags.from_token or token),
        _place(flags.target, token),
        _Progress(),
    )
    there = report.passages - report.written
    print(
        f"copied {report.written:,} passages ({there:,} were there); both hold "
        f"the same {report.documents:,} documents and {report.passages:,} passages"
    )
    if report.others:
        complain(f"{flags.target} has {report.others:,} documents besides.")
    if report.notice:
        complain(report.notice)
    return 0


def _place(uri: str, token: str | None) -> "Place":
    from tools.upkeep.copying import Place

    if not uri.strip():
        raise UsageError("FROM or TO is blank.")
    if "://" in uri:
        return Place(uri, token)
    return Place(str(Path(uri).expanduser()))


class _Progress:
    """Tells on standard error now and then how far a copy is."""

    def __init__(self) -> None:
        self._last = monotonic()

    def __call__(self, done: int, total: int) -> None:
        if monotonic() - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = monotonic()
            print(f"{done:,} of {total:,} passages", file=sys.stderr, flush=True)


def _verify(library: Library, downloads: Downloads, *, repair: bool) -> int:
    from tools.upkeep.integrity import check
    from tools.upkeep.mending import mend

    integrity = check(library)
    print(visible(f"embedder   {library.identity.embedder}"))
    print(f"documents  {integrity.documents:,}")
    print(f"passages   {integrity.passages:,}")
    for damage in integrity.damaged:
        print(_line(f"{damage.name}: {', '.join(damage.troubles)}"))
    if not integrity.damaged:
        print("Nothing is wrong.")
        return 0
    if not repair:
        count = len(integrity.damaged)
        complain(f"{count:,} documents are not whole. `--repair` mends them.")
        return ExitCode.LIBRARY
    for each in mend(library, integrity, downloads):
        print(_line(f"{each.name}: {each.done}"))
    left = check(library).damaged
    if left:
        complain(f"{len(left):,} documents are still not whole.")
    return ExitCode.LIBRARY if left else 0


def _missing(document: str) -> str:
    return (
        f'The library has no document "{document}". '
        "`citeloop library list` shows their names."
    )
