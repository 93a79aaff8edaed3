"""Public reports of the same kind, from `upstream.json`.

Each row names an issue or a pull request of a public repository, the rules or the probe
that find its kind, whose server it was, and what was seen. That a row fits says that
the kind is known, not that the cause is the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Upstream", "find_upstream"]

_FILE = Path(__file__).with_name("upstream.json")


@dataclass(frozen=True, slots=True)
class Upstream:
    """A public report."""

    issue: str
    """As `owner/repository#number`."""
    rules: tuple[str, ...]
    """That find its kind; none where the probe does by what it asks."""
    probe: int
    server: str
    """Whose; blank if it was a client."""
    seen: str

    @property
    def url(self) -> str:
        """Where it stands; the address of an issue leads to a pull request too."""
        repository, _, number = self.issue.partition("#")
        return f"https://github.com/{repository}/issues/{number}"


@cache
def _rows() -> tuple[Upstream, ...]:
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Upstream(**{**row, "rules": tuple(row["rules"])}) for row in rows)


def find_upstream(
    probe: int, rules: Sequence[str], server: str = ""
) -> tuple[Upstream, ...]:
    """Return reports of the same kind, those of the same server first.

    Args:
        probe: The one that failed.
        rules: That were broken; none if the probe failed by what it asks.
        server: What the server is, if that is known, as `llama.cpp`.
    """
    found = [
        each
        for each in _rows()
        if not set(rules).isdisjoint(each.rules)
        or (not rules and each.probe == probe and not each.rules)
    ]
    own = server.casefold()
    found.sort(key=lambda each: each.server.casefold() != own)
    return tuple(found)
