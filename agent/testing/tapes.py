"""The tape of a test: what its servers said, played again or recorded."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.recording.session import TapeSession
from agent.testing.marking import read_mark
from tools.errors import UsageError

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

__all__ = ["TestTape", "opened_tape"]

_PLAYED = "http://tape.invalid/v1"
"""Where a client of a tape that is played believes its server to be."""
_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class TestTape:
    """A tape that a test plays or records."""

    __test__ = False

    path: Path
    session: TapeSession

    @property
    def records(self) -> bool:
        """Whether a server is asked, and what it says is kept."""
        return self.session.records

    def transport(self) -> "httpx2.AsyncBaseTransport":
        """Return the transport of one client; several share the tape."""
        return self.session.transport()

    def client(self, base_url: str = _PLAYED, api_key: str = "none") -> "AsyncOpenAI":
        """Return a client whose requests are answered by the tape.

        Args:
            base_url: Of the server that is recorded. It is not asked where the tape is
                played, but its path has to be the one that was recorded.
            api_key: Of that server; it never reaches the tape.
        """
        import httpx2
        from openai import AsyncOpenAI

        if self.records and base_url == _PLAYED:
            raise UsageError(
                f"{self.path} is to be recorded: give tape.client the base_url of the "
                "server"
            )
        http = httpx2.AsyncClient(transport=self.transport())
        return AsyncOpenAI(
            base_url=base_url, api_key=api_key, max_retries=0, http_client=http
        )


def opened_tape(item: pytest.Item) -> TestTape:
    """Return the tape of a test, where its marker and the options say.

    Raises:
        TapeError: it is not there and may not be made, or cannot be read.
    """
    mode: Any = item.config.getoption("--citeloop-record")
    path = _place(item)
    if mode != "none":
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        raise UsageError(
            f"There is no tape {path}. Record it: pytest {item.nodeid} "
            "--citeloop-record=once"
        )
    return TestTape(path, TapeSession(path, mode, again="--citeloop-record=all"))


def _place(item: pytest.Item) -> Path:
    folder = item.config.getoption("--citeloop-tapes")
    below = Path(folder) if folder else item.path.parent / "tapes"
    named = read_mark(item).tape
    if named:
        return below / (named if named.endswith(_SUFFIX) else f"{named}{_SUFFIX}")
    test = re.sub(r"[^\w.-]+", "_", item.name).strip("_")[:120]
    return below / f"{item.path.stem}.{test}{_SUFFIX}"
