"""The folder of a library of the Python engine: is all there, before it is opened.

Milvus Lite 3.2.2 opens a library with a lost segment, or with a manifest that is cut
off, with fewer rows and without a word, and then deletes the files that the manifest it
fell back to does not name (`milvus_lite/engine/recovery.py`, steps 3 and 4).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.errors import LibraryError

__all__ = ["check_folder", "is_lite_folder"]


def is_lite_folder(path: Path) -> bool:
    """Whether a folder is a library of the Python engine, or an empty one."""
    return (path / "collections").is_dir() or not any(path.iterdir())


def check_folder(path: Path) -> None:
    """Raise a `LibraryError` if a file that the library needs is lost or damaged."""
    for manifest in path.glob("collections/*/manifest.json"):
        for lost in _lost(manifest):
            raise LibraryError(
                f"The library {path} is damaged: {lost.relative_to(path)} is lost or "
                "cut off. It was not touched: restore it from a backup, or delete the "
                "folder and ingest its documents again."
            )


def _lost(manifest: Path) -> Iterator[Path]:
    try:
        partitions: dict[str, Any] = json.loads(manifest.read_bytes())["partitions"]
    except (ValueError, KeyError, TypeError):
        yield manifest
        return
    for name, files in partitions.items():
        for kind in ("data_files", "delta_files"):
            for file in files.get(kind, ()):
                place = manifest.parent / "partitions" / name / file
                if not place.is_file():
                    yield place
