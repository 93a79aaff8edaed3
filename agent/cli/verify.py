"""`citeloop verify`: checks an answer that is there already."""

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from agent.cli.given_settings import settings_from
from agent.opening import open_library
from agent.output.forms import choose_form
from agent.output.remarks import remarks_on_problems
from tools.errors import ExitCode, UsageError
from tools.verification.answers import GivenAnswer, verify_in_library

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Check the citations of an answer file against the library."""
    given = _read(flags.answer)
    with open_library(settings_from(flags)) as library:
        found = verify_in_library(given, library)
    form = choose_form(sys.stdout, as_json=flags.json)
    form.write_answer(found)
    for remark in remarks_on_problems(found):
        form.write_remark(remark)
    return ExitCode.ANSWERED if found.grounded else ExitCode.INCOMPLETE


def _read(name: str) -> GivenAnswer:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{name} cannot be read: {reason}.") from error
    try:
        return GivenAnswer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise UsageError(
            f"{name} is no answer that can be checked: {place}: {first['msg']}. "
            "It is a JSON object with answer, and citations of document and quote."
        ) from error
