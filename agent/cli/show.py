"""`citeloop show`: opens a citation of a saved answer in its document."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.cli.given_settings import settings_from
from agent.opening import open_library
from tools.errors import UsageError

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.settings.settings import Settings
    from tools.grounding.citation import Citation
    from tools.verification.reopening import Reopening

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Show a saved answer, or one of its citations as it stands now."""
    from tools.verification.reopening import reopen

    settings = settings_from(flags)
    answer = _saved(settings, flags.run)
    if flags.id is None:
        _print_answer(answer, as_json=flags.json)
        return 0
    citation = _citation(answer, flags.id)
    with open_library(settings) as library:
        found = reopen(citation, library)
    _print_citation(answer, found, as_json=flags.json)
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


def _print_answer(answer: "Answer", *, as_json: bool) -> None:
    from agent.screen.answers import plain_answer, print_answer
    from agent.screen.console import console_for

    if as_json:
        print(json.dumps(answer.model_dump(mode="json"), ensure_ascii=True))
    elif sys.stdout.isatty():
        print_answer(console_for(sys.stdout), answer)
    else:
        print(plain_answer(answer))


def _print_citation(answer: "Answer", found: "Reopening", *, as_json: bool) -> None:
    from agent.screen.console import console_for
    from agent.screen.passages import print_reopened

    if as_json:
        print(json.dumps(_record(answer, found), ensure_ascii=True))
    else:
        print_reopened(console_for(sys.stdout), found)


def _record(answer: "Answer", found: "Reopening") -> dict[str, Any]:
    """Return what --json prints; `lines` is what stands in the document now."""
    record = asdict(found)
    record["citation"] = found.citation.model_dump(mode="json")
    record["lines"] = [
        {"line": number, "text": text}
        for number, text in found.lines
        if found.start_line <= number <= found.end_line
    ]
    return {"schema": "citeloop.cited/1", "run": answer.run, **record}
