"""What a folder of written files holds, and how far it has come."""

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.errors import UsageError
from tools.milvus.schema import Identity

__all__ = ["Manifest", "WrittenFile", "read_manifest", "save", "write_manifest"]

_NAME = "manifest.json"


class WrittenFile(BaseModel):
    """One parquet file."""

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    bytes: int


class Manifest(BaseModel):
    """What the files of a folder hold; a file that it does not name is left over."""

    model_config = ConfigDict(frozen=True)

    format: Literal["citeloop.bulk/1"] = "citeloop.bulk/1"
    identity: Identity
    """What a library must be to take them."""
    files: tuple[WrittenFile, ...] = ()
    documents: int = 0
    complete: bool = False
    """Whether every document of the sources is in them."""

    @property
    def passages(self) -> int:
        """How many rows a library has when all of them are in it."""
        return sum(file.rows for file in self.files)


def read_manifest(folder: Path) -> Manifest | None:
    """Return what was written to a folder, None where nothing was.

    Raises:
        UsageError: its manifest is of another version, or damaged.
    """
    path = folder / _NAME
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"{path} cannot be read: {str(error).splitlines()[0]}. "
            "Write the files anew, into an empty folder."
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest; whatever happens, the old or the new one is there."""
    save(folder / _NAME, manifest)


def save(path: Path, record: BaseModel) -> None:
    """Write a record as JSON, in one step."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(record.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
