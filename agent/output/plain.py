"""Plain text, for a pipe or a file; remarks go to standard error."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from agent.screen.notices import complain
from tools.errors import ExitCode

if TYPE_CHECKING:
    from agent.answer import Answer
    from tools.documents.passage import Hit
    from tools.verification.answers import Verification
    from tools.verification.reopening import Reopening

__all__ = ["PlainForm"]


class PlainForm:
    """Text without colours, its Markdown as the model wrote it."""

    def __init__(self, stream: TextIO, end: str = "\n") -> None:
        """Write to a stream, with `end` after each answer."""
        self._stream = stream
        self._end = end

    def write_answer(self, answer: "Answer | Verification") -> None:
        """Write an answer, and its sources beneath it."""
        from agent.screen.answers import plain_answer

        print(plain_answer(answer), end=self._end, file=self._stream)

    def write_citation(self, answer: "Answer", found: "Reopening") -> None:
        """Write the lines of the document that the citation points to."""
        from agent.screen.console import console_for
        from agent.screen.passages import print_reopened

        del answer
        print_reopened(console_for(self._stream), found)

    def write_hits(self, query: str, hits: Sequence["Hit"]) -> None:
        """Write where each passage stands, and how it begins."""
        from agent.screen.console import console_for
        from agent.screen.passages import print_hits

        del query
        if not hits:
            self.write_remark("No passage was found.")
        print_hits(console_for(self._stream), hits)

    def write_failure(self, text: str, code: ExitCode) -> None:
        """Write nothing: there is no result."""

    def write_remark(self, text: str) -> None:
        """Write one line to standard error."""
        complain(text)
