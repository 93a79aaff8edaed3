"""`citeloop library`: what the library holds."""

import argparse
import sys
from pathlib import Path

from agent.cli.flags import settings_from
from agent.opening import open_library
from tools.clean import neutralise_control_tokens, visible
from tools.documents import join_passages
from tools.errors import LibraryError
from tools.library import DocumentSummary, Library
from tools.milvus import engine_name, is_embedded

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Show the library, a document of it, or remove some."""
    with open_library(settings_from(flags)) as library:
        if flags.action == "show":
            _show(library, flags.document, flags.line or 1)
        elif flags.action == "remove":
            _remove(library, flags.documents)
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
    from agent.display import console_for, print_lines

    wanted = [line for line in lines if line[0] >= start]
    print_lines(console_for(sys.stdout), wanted)


def _remove(library: Library, documents: list[str]) -> None:
    known = {each.name: each for each in library.summaries()}
    missing = [name for name in documents if name not in known]
    if missing:
        raise LibraryError(_missing(missing[0]))
    for name in dict.fromkeys(documents):
        library.delete(known[name].keys)
        print(visible(f"removed {name} ({known[name].passages} passages)"))


def _missing(document: str) -> str:
    return (
        f'The library has no document "{document}". '
        "`citeloop library list` shows their names."
    )
