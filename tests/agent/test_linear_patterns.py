"""No pattern of `agent` takes more than linear time, whatever it is given.

What they read comes from models and servers: a quadratic one freezes the event loop,
and with it every limit of time and Ctrl-C.
"""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from time import process_time
from typing import Any

import pytest

import agent

SMALL = 20_000
"""Characters; the rest is doubled from there."""
HARMLESS = 0.1
"""Seconds for twice as much: below it nothing is measured. A quadratic pattern takes
a second and more for it."""
RATIO = 3.0
PIECES = (
    "a", " ", "\n", '"', '\\"', "\\", ", ", "{", "}", "{}", "[", "]", "<", "<|", "|>",
    "<|channel|>", "<|channel|> ", "<|message|>", "<|end|> ", "assistant", "analysis ",
    "analysis assistant", "assistantto=a{", "assistant commentary to=a ", "to=a.",
    "functions.", "functions: ", "```", "``` ", "</a", "<tool_call>",
    '"name":"a","arguments":', '"name" ', "key-", "sk-aaaaaa ", "key-key", "Bearer ",
    "1.", "- ", ". ", '."', "? ", "; ", ", and ", "and how ", "(", "_", "-",
    "context ", "message header ", "channel marker ", "harmonyerror", "error parsing ",
    "data:", "a_error ", "1h", "1.1", "x-", "ratelimit-", "-reset-", "é", "漢",
)  # fmt: skip
ANCHORED = {"CALL", "_CALL_BEGINS", "_FAILED", "_FENCE", "_FIRST_TOKEN"}
"""Those that are asked at one place of a text alone: they begin with its blanks, and
would be asked at each of them if they were searched for."""
BEGINNINGS = ("", "analysis", '"', "```json{")
ENDS = ("\x00",)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Return each pattern of each module, by its name."""
    modules = (
        import_module(each.name) for each in walk_packages(agent.__path__, "agent.")
    )
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    }


def inputs(size: int) -> Iterator[tuple[str, str]]:
    for beginning in BEGINNINGS:
        for piece in PIECES:
            for end in ENDS:
                many = piece * (size // len(piece))
                yield f"{beginning!r} {piece!r} {end!r}", beginning + many + end


def seconds(work: Callable[[], Any], runs: int = 1) -> float:
    taken = []
    for _ in range(runs):
        started = process_time()
        work()
        taken.append(process_time() - started)
    return min(taken)


@pytest.mark.parametrize("name", sorted(patterns()))
def test_twice_the_text_takes_no_more_than_about_twice_the_time(name: str) -> None:
    pattern = patterns()[name]

    def look(text: str) -> Any:
        given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
        anchored = pattern.fullmatch(given), pattern.match(given)
        if name.rpartition(".")[2] in ANCHORED:
            return anchored
        return anchored, sum(1 for _ in pattern.finditer(given))

    larger = dict(inputs(2 * SMALL))
    for what, text in inputs(SMALL):
        twice = seconds(lambda text=larger[what]: look(text))
        if twice < HARMLESS:
            continue
        twice = seconds(lambda text=larger[what]: look(text), runs=3)
        once = seconds(lambda text=text: look(text), runs=3)
        assert twice < RATIO * once or twice < HARMLESS, (name, what, once, twice)
