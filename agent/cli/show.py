"""`citeloop show`: opens a citation of a saved answer in its document."""

import argparse
import sys
from typing import TYPE_CHECKING

from agent.cli.given.given_settings import settings_from
from agent.opening import open_library
from agent.output.forms import choose_form
from tools.errors import UsageError

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.settings.settings import Settings
    from tools.grounding.citation import Citation

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Show a saved answer, or one of its citations as it stands now."""
    from tools.verification.reopening import reopen

    settings = settings_from(flags)
    answer = _saved(settings, flags.run)
    form = choose_form(sys.stdout, as_json=flags.json)
    if flags.id is None:
        form.write_answer(answer)
        return 0
    citation = _citation(answer, flags.id)
    with open_library(settings) as library:
        found = reopen(citation, library)
    form.write_citation(answer, found)
    return 0


def _saved(settings: "Settings", run: str | None) -> "Answer":
    """Return the answer of a run, the latest if none is named."""
    from agent.conversations.conversation import Conversation

    name, _, number = (run or "").partition(".")
    conversation = Conversation.load(settings.conversations, name or None)
    if not conversation.answers:
        raise UsageError(f"The conversation {conversation.id} has no answer.")
    if not number:
        return conversation.answers[-1]
    if not number.isdecimal() or not 1 <= int(number) <= len(conversation.answers):
        raise UsageError(
            f"The conversation {conversation.id} has answers 1 to "
            f"{len(conversation.answers)}, and no {number}."
        )
    return conversation.answers[int(number) - 1]


def _citation(answer: "Answer", number: int) -> "Citation":
    for each in answer.citations:
        if each.id == number:
            return each
    known = ", ".join(str(each.id) for each in answer.citations) or "none"
    raise UsageError(f"The answer has no citation {number}; it has {known}.")
