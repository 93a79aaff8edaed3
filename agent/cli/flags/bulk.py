"""The flags of `citeloop bulk`."""

from __future__ import annotations

import argparse

from agent.cli.flags.groups.shared import add_action, add_private, positive

TYPE_CHECKING = False  # see agent/cli/flags/shared.py
if TYPE_CHECKING:
    from agent.cli.flags.groups.shared import Commands

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop bulk write corpus.jsonl.gz --to files/\n"
    "  citeloop bulk import files/ --library http://cluster:19530 \\\n"
    "      --object-store http://minio:9000/a-bucket/citeloop\n"
    "  citeloop bulk ray corpus.jsonl.gz --library http://cluster:19530\n\n"
    "write and import need the extra `bulk` and Milvus 2.5 (2.4 with\n"
    "--vectors-only); ray needs the extra `ray` and any Milvus server."
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `bulk` takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_write(actions)
    _add_import(actions)
    _add_ray(actions)


def _add_write(actions: Commands) -> None:
    write = add_action(
        actions, "write", "embed documents into parquet files, to be imported later"
    )
    write.add_argument("sources", nargs="+", metavar="SOURCE")
    add_private(write)
    write.add_argument(
        "--to",
        required=True,
        metavar="DIR",
        help="an empty folder, or one where the same command was interrupted",
    )
    write.add_argument(
        "--vectors-only",
        action="store_true",
        help="for a server without full-text search (Milvus 2.4)",
    )


def _add_import(actions: Commands) -> None:
    load = add_action(
        actions,
        "import",
        "import written files into a fresh collection, then search that one",
    )
    load.add_argument("folder", metavar="DIR", help="what `bulk write` has written")
    load.add_argument(
        "--object-store",
        required=True,
        metavar="URL",
        help="the cluster's own bucket: http://host:9000/bucket/prefix or "
        "s3://bucket/prefix; keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
    load.add_argument(
        "--import-url",
        metavar="URL",
        help="the cluster's REST interface, if not at the address of the library",
    )
    load.add_argument(
        "--rename-old",
        action="store_true",
        help='if "citeloop" is a collection and no alias yet, give it another name',
    )
    load.add_argument(
        "--drop-old",
        action="store_true",
        help="drop the collection that was searched before",
    )
    load.add_argument(
        "--wait",
        type=positive,
        metavar="MINUTES",
        default=1440,
        help="for the import jobs (1440); the same command waits again",
    )


def _add_ray(actions: Commands) -> None:
    ray = add_action(
        actions, "ray", "bring a cluster up to date with documents, by many machines"
    )
    ray.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="as for ingest; read on this machine alone",
    )
    ray.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="a Ray cluster that runs, or auto for the one this machine belongs to; "
        "without it, Ray is started here. Citeloop must be installed on all of it",
    )
    ray.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help="processes that embed and write, of one core each (all cores)",
    )
    add_private(ray)
