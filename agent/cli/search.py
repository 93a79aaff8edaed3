"""`citeloop search`: what the search tool finds."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.cli.given.given_settings import settings_from
from agent.opening import open_library
from agent.output.forms import choose_form
from agent.output.json_object import JsonForm
from agent.screen.notices import complain
from tools.errors import UsageError, WhereError
from tools.library.library import Library
from tools.library.where import Where, parse_where

__all__ = ["run"]

_LIMIT = 10
_LIMIT_FROM = 50
"""More with `--from`, so that documents can be ranked by their best passages."""
_MAX_LIMIT = 1000
_BATCH = 32
"""Queries that are embedded and searched together."""


def run(flags: argparse.Namespace) -> int:
    """Search, and print a table, lines, or JSON."""
    if (flags.query is None) == (flags.queries is None):
        raise UsageError("Give either a QUERY or --from FILE.jsonl.")
    limit = flags.limit or (_LIMIT_FROM if flags.queries else _LIMIT)
    if limit > _MAX_LIMIT:
        raise UsageError(f"--limit is at most {_MAX_LIMIT:,}.")
    with _named_flag():
        where = parse_where(flags.where)
    queries = _read_queries(flags.queries) if flags.queries else []
    if flags.query is not None and not flags.query.strip():
        raise UsageError("The query is blank.")
    with open_library(settings_from(flags)) as library, _named_flag():
        if library.notice:
            complain(library.notice)
        if flags.queries:
            _search_all(library, queries, limit, where)
            return 0
        hits = library.search([flags.query], limit, where)[0]
    choose_form(sys.stdout, as_json=flags.json).write_hits(flags.query, hits)
    return 0


@contextmanager
def _named_flag() -> Iterator[None]:
    """Turn what is wrong with the condition into a usage error that names the flag."""
    try:
        yield
    except WhereError as error:
        raise UsageError(f"--{error}.") from error


def _read_queries(name: str) -> list[tuple[str, str]]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"--from {name} cannot be read: {reason}.") from error
    queries = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            queries.append(_read_query(line, f"{name} line {number}"))
    return queries


def _read_query(line: str, place: str) -> tuple[str, str]:
    try:
        record = json.loads(line)
        name, text = record["_id"], record["text"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f'{place} is no JSON object with "_id" and "text".') from error
    if not isinstance(name, str | int) or not isinstance(text, str):
        raise UsageError(f'{place}: "_id" or "text" is no text.')
    query = (str(name), text)
    if not query[1].strip():
        raise UsageError(f"{place} has a blank text.")
    return query


def _search_all(
    library: Library, queries: list[tuple[str, str]], limit: int, where: Where | None
) -> None:
    form = JsonForm(sys.stdout)
    for start in range(0, len(queries), _BATCH):
        batch = queries[start : start + _BATCH]
        found = library.search([text for _, text in batch], limit, where)
        for (name, _), hits in zip(batch, found, strict=True):
            form.write_hits_of(name, hits)
