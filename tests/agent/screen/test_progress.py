"""What a terminal shows while a question is worked on."""

import io
import re

import pytest
from rich.console import Console

from agent.events.events import CheckingStarted
from agent.screen.progress import Progress


@pytest.mark.parametrize(
    ("count", "says"), [(1, "checking 1 sentence"), (12, "checking 12 sentences")]
)
def test_a_checker_at_work_is_shown_with_what_it_reads(count: int, says: str) -> None:
    screen, piped = io.StringIO(), io.StringIO()
    console = Console(file=screen, force_terminal=True, width=60, color_system=None)
    for each in (console, Console(file=piped)):
        with Progress(each) as progress:
            progress(CheckingStarted(count))
    assert re.search(rf"{says}(?!\w)", screen.getvalue())
    assert piped.getvalue() == ""
