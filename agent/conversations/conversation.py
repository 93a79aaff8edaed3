"""A conversation on disk: written after each turn, resumable at any time."""

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Literal, Self

from pydantic import BaseModel, Field, ValidationError

from agent.answer import Answer
from tools.errors import UsageError
from tools.evidence.evidence import Evidence, Source
from tools.own_files import own_folder, read_own, write_own

__all__ = ["Conversation"]


def _new_id() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(2)}"


class Conversation(BaseModel):
    """The questions and answers so far, and the sources that were shown for them."""

    schema_version: Literal["citeloop.conversation/1"] = "citeloop.conversation/1"
    id: str = Field(default_factory=_new_id, pattern=r"^[\w-]{1,80}$")
    """The name of its file, too."""
    answers: list[Answer] = Field(default_factory=list)
    sources: list[Source] = Field(default_factory=list)
    """Their numbers go on counting, so that a later answer can cite an earlier one."""

    def evidence(self) -> Evidence:
        """Return what this conversation has seen."""
        return Evidence(self.sources)

    def add(self, answer: Answer, evidence: Evidence) -> None:
        """Take a finished question."""
        self.answers.append(answer)
        self.sources = list(evidence)

    def save(self, folder: Path) -> Path:
        """Write the conversation in one step, so that no crash leaves half of it.

        Raises:
            UsageError: the folder cannot be written to.
        """
        path = folder / f"{self.id}.json"
        try:
            own_folder(own_folder(folder.parent) / folder.name, alone=True)
            write_own(path, self.model_dump_json().encode())
        except OSError as error:
            raise UsageError(
                f"The conversation cannot be kept in {folder}: {error.strerror}. "
                "Set data_dir to a folder you can write to."
            ) from error
        return path

    @classmethod
    def load(cls, folder: Path, name: str | None = None) -> Self:
        """Return a kept conversation, the latest if none is named.

        Raises:
            UsageError: there is none, or its file is damaged.
        """
        paths = sorted(folder.glob("*.json"), key=lambda path: path.lstat().st_mtime)
        wanted = [path for path in paths if name is None or path.stem == name]
        if not wanted:
            missing = f"no conversation {name}" if name else "no conversation yet"
            raise UsageError(f"There is {missing} in {folder}.")
        try:
            return cls.model_validate_json(read_own(wanted[-1]))
        except (ValidationError, OSError) as error:
            raise UsageError(f"The conversation {wanted[-1]} is damaged.") from error
