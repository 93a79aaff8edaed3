"""`citeloop library analyzer`: in which language full-text search splits words."""

import argparse
import re
import sys
from collections.abc import Callable

from agent.cli.given.given_settings import settings_from
from agent.opening import open_library
from tools.errors import UsageError
from tools.library.library import Library
from tools.milvus.analyzers import Analyzer, analyzer_for
from tools.milvus.engines import is_embedded
from tools.text.language import detect_language

__all__ = ["show_or_change_analyzer"]

_CODE = re.compile(r"[a-z]{2,3}")
_NAMED: dict[str, Analyzer] = {
    "english": "english",
    "chinese": "chinese",
    "standard": "standard",
}
_LANGUAGES = {"english": "en", "chinese": "zh"}


def show_or_change_analyzer(
    flags: argparse.Namespace, listen: Callable[[int, int], None]
) -> int:
    """Show it; or make the library anew, once whoever asks has said yes."""
    settings = settings_from(flags)
    with open_library(settings) as library:
        kept = (library.identity.language, library.identity.analyzer)
        if flags.language is None:
            _show(library)
            return 0
        wanted = _wanted(flags.language.strip().lower(), library)
        passages = library.count()
    if wanted == kept:
        print(f"{settings.library} has the analyzer {kept[1]} ({kept[0]}) already")
        return 0
    if is_embedded(settings.library) and not flags.yes:
        _ask(f"Make {settings.library} anew ({passages:,} passages)? [y/N] ")
    from tools.upkeep.reindexing import reindex

    reindex(settings.library, *wanted, listen)
    print(f"made anew with the analyzer {wanted[1]} ({wanted[0]}), was {kept[1]}")
    return 0


def _show(library: Library) -> None:
    identity = library.identity
    print(f"language   {identity.language}")
    print(f"analyzer   {identity.analyzer}")
    print(f"detected   {_detect(library)}, by the passages that are there now")


def _wanted(given: str, library: Library) -> tuple[str, Analyzer]:
    """Return language and analyzer that a name stands for.

    Raises:
        UsageError: it stands for none.
    """
    if given in _NAMED:
        return _LANGUAGES.get(given, library.identity.language), _NAMED[given]
    language = _detect(library) if given == "auto" else given
    if not _CODE.fullmatch(language):
        raise UsageError(
            f'"{given}" is no language: give a code such as en, zh or de, auto, or '
            "the analyzer (english, chinese, standard)."
        )
    return language, analyzer_for(language)


def _detect(library: Library) -> str:
    return detect_language([each.passage.text for each in library.stored()])


def _ask(question: str) -> None:
    """Raise a `UsageError` unless a person at the terminal says yes."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("Nobody can be asked here: --yes makes the library anew.")
    print(question, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("The library was left as it is.")
