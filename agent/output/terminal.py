"""A terminal: Markdown as it is meant, and colours."""

from typing import TYPE_CHECKING

from agent.output.plain import PlainForm

if TYPE_CHECKING:
    from agent.answer import Answer
    from tools.verification.answers import Verification

__all__ = ["TerminalForm"]


class TerminalForm(PlainForm):
    """Answers are rendered; all else is as in plain text, with colours."""

    def write_answer(self, answer: "Answer | Verification") -> None:
        """Write an answer, its sources beneath it, and what it took."""
        from agent.answer import Answer
        from agent.screen.answers import print_answer, print_checked
        from agent.screen.console import console_for

        console = console_for(self._stream)
        if isinstance(answer, Answer):
            print_answer(console, answer)
        else:
            print_checked(console, answer)
