"""`citeloop verify`: checks an answer that is there already."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from agent.checking.named import named_checker
from agent.cli.given.given_settings import settings_from
from agent.opening import open_library
from agent.output.forms import choose_form
from agent.output.remarks import remarks_on_problems
from agent.settings.settings import Settings
from tools.errors import ExitCode, UsageError
from tools.grounding.support.finding import Pair, Reading
from tools.verification.answers import GivenAnswer, verify_in_library

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Check the citations of an answer file against the library."""
    given = _read(flags.answer)
    settings = settings_from(flags)
    # What is wrong there is said before work begins.
    read = partial(_read_pairs, settings) if named_checker(settings) else None
    with open_library(settings) as library:
        found = verify_in_library(given, library, strict=settings.strict, read=read)
    form = choose_form(sys.stdout, as_json=flags.json)
    form.write_answer(found)
    for remark in remarks_on_problems(found):
        form.write_remark(remark)
    return ExitCode.ANSWERED if found.grounded else ExitCode.INCOMPLETE


def _read_pairs(settings: Settings, pairs: Sequence[Pair]) -> Mapping[Pair, Reading]:
    from agent.checking.once import read_once  # it brings the SDK

    return asyncio.run(read_once(pairs, settings))


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
