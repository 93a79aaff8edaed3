"""What each form of output has to do, and which one it is.

To add a form, write a class with the methods of `OutputForm` in a module beside this
one, and let `choose_form` return it. None of them imports rich before it writes.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TextIO

from agent.output.json_object import JsonForm
from agent.output.plain import PlainForm
from agent.output.terminal import TerminalForm
from tools.errors import ExitCode

if TYPE_CHECKING:
    from agent.answer import Answer
    from tools.documents.passage import Hit
    from tools.verification.answers import Verification
    from tools.verification.reopening import Reopening

__all__ = ["OutputForm", "choose_form"]


class OutputForm(Protocol):
    """A form in which results leave; what has no place in it is left out."""

    def write_answer(self, answer: "Answer | Verification") -> None:
        """Write an answer with its sources, of Citeloop or one that was checked."""
        ...

    def write_citation(self, answer: "Answer", found: "Reopening") -> None:
        """Write a citation of an answer as it stands in its document now."""
        ...

    def write_hits(self, query: str, hits: Sequence["Hit"]) -> None:
        """Write what a search found."""
        ...

    def write_failure(self, text: str, code: ExitCode) -> None:
        """Write what stands in place of a result; the command says it besides."""
        ...

    def write_remark(self, text: str) -> None:
        """Write what a person should know of the result."""
        ...


def choose_form(stream: TextIO, *, as_json: bool) -> OutputForm:
    """Return the form for a stream: that of the flag, or by what is at its end."""
    if as_json:
        return JsonForm(stream)
    return TerminalForm(stream) if stream.isatty() else PlainForm(stream)
