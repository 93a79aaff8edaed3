"""`citeloop bulk`: fill a cluster with more than one machine can embed."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from time import monotonic

from agent.cli.given.given_settings import settings_from
from agent.opening import downloads_of, load_settings_embedder, named_analyzer
from agent.screen.ingestion import said_of
from agent.screen.notices import complain
from agent.settings.settings import Settings
from tools.errors import ExitCode, UsageError
from tools.ingestion.report import Outcome, Report
from tools.sources.naming import without_password
from tools.text.clean import visible

__all__ = ["run"]

_SECONDS_BETWEEN_LINES = 5.0
_ZILLIZ = ("zillizcloud.com", "cloud.zilliz.com.cn")


def run(flags: argparse.Namespace) -> int:
    """Write files, import them, or ingest by Ray."""
    settings = settings_from(flags)
    actions = {"write": _write, "import": _import, "ray": _ray}
    return actions[flags.action](flags, settings)


def _write(flags: argparse.Namespace, settings: Settings) -> int:
    from tools.bulk.parquet import write_parquet

    report = write_parquet(
        flags.sources,
        Path(flags.to),
        load_settings_embedder(settings),
        listen=_Listener(),
        full_text=not flags.vectors_only,
        analyzer=named_analyzer(settings),
        downloads=downloads_of(settings),
    )
    code = _finish(flags, report)
    print(f"next: citeloop bulk import {flags.to} --library URI --object-store URL")
    return code


def _ray(flags: argparse.Namespace, settings: Settings) -> int:
    from tools.bulk.ray_pipeline import Cluster, ingest_by_ray

    cluster = Cluster(
        settings.library,
        _token(settings),
        # One core for each actor: together they have them all.
        partial(load_settings_embedder, settings, threads=1),
        named_analyzer(settings),
    )
    report = ingest_by_ray(
        flags.sources,
        cluster,
        address=flags.address,
        workers=flags.workers,
        listen=_Listener(),
        downloads=downloads_of(settings),
    )
    return _finish(flags, report)


def _import(flags: argparse.Namespace, settings: Settings) -> int:
    from tools.bulk.importing import Options, import_files
    from tools.bulk.jobs import ImportServer
    from tools.bulk.objects import open_store

    if any(host in settings.library for host in _ZILLIZ):
        raise UsageError(
            "Zilliz Cloud imports from a bucket of your own, by its console or its own "
            "API, not as Milvus does. Use `citeloop ingest` or `citeloop bulk ray`."
        )
    done = import_files(
        Path(flags.folder),
        settings.library,
        _token(settings),
        open_store(flags.object_store, os.environ.get),
        ImportServer(flags.import_url or settings.library, _token(settings)),
        options=Options(flags.rename_old, flags.drop_old, flags.wait * 60.0),
        tell=_tell,
    )
    print(f"{done.passages:,} passages are searched now, in {done.collection}")
    if done.old and not done.dropped:
        print(f"{done.old} is not searched any more; --drop-old would have dropped it")
    elif done.old:
        print(f"{done.old} was dropped")
    return 0


def _token(settings: Settings) -> str | None:
    token = settings.library_token
    return token.get_secret_value() if token else None


def _tell(line: str) -> None:
    print(visible(line), file=sys.stderr, flush=True)


def _finish(flags: argparse.Namespace, report: Report) -> int:
    print(_summary(report))
    if not report.documents:
        named = ", ".join(map(without_password, flags.sources))
        raise UsageError(f"There is no document in {named}.")
    return ExitCode.LIBRARY if report.skipped else 0


def _summary(report: Report) -> str:
    rate = report.passages / max(report.seconds, 0.001)
    return (
        f"{report.added:,} added, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged, {len(report.skipped):,} skipped; "
        f"{report.passages:,} passages written in {report.seconds:.1f} s, "
        f"{rate:.0f} a second"
    )


class _Listener:
    """Plain lines: what was skipped, and now and then a count."""

    def __init__(self) -> None:
        self._last = monotonic()

    def __call__(self, outcome: Outcome, report: Report) -> None:
        if said := said_of(outcome):
            complain(said)
        if monotonic() - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = monotonic()
            _tell(_summary(report))
