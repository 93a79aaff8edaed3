"""Code that keeps its lines, in which exponents and indices are written out."""

from tools.sources.formats.escaping import fenced
from tools.sources.formats.web.formulas import lowered, raised

__all__ = ["Code"]

_MAX_RAISED = 4
"""Exponents of exponents."""


class Code:
    """Collects what stands between `<pre>` and `</pre>`."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: list[str] = []
        self._open: list[int] = []
        """Where each exponent or index that is open begins."""

    def add(self, text: str) -> None:
        """Take text as it stands."""
        self._parts.append(text)

    def open(self, mark: str) -> None:
        """Begin a mark; most say nothing in code."""
        if mark in {"sup", "sub"}:
            self._open.append(len(self._parts))

    def close(self, mark: str) -> None:
        """End the mark that was begun last."""
        if mark not in {"sup", "sub"} or not self._open:
            return
        start = self._open.pop()
        if len(self._open) < _MAX_RAISED:
            inner = "".join(self._parts[start:])
            written = raised(inner) if mark == "sup" else lowered(inner)
            self._parts[start:] = [written]

    def block(self) -> str:
        """Return it in a fence; empty if there is none."""
        text = "".join(self._parts).strip("\n")
        return fenced(text) if text.strip() else ""
