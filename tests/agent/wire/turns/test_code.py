"""What of a text is code, and that untrusted text is read in linear time."""

import time
from collections.abc import Callable

import pytest

from agent.wire.repairs.leaks import read_leaks
from agent.wire.repairs.repeats import read_repeats
from agent.wire.turns.code import without_code
from agent.wire.turns.finish import ends_sentence
from agent.wire.turns.protocol import is_debris
from agent.wire.turns.thoughts import part_thoughts
from agent.wire.turns.turn import Turn


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a `b` c", "a *** c"), ("a ``b`` c", "a ***** c"), ("a ` b ` c", "a ` b ` c"),
        ("a `b\nc` d", "a `b\nc` d"), ("```\nb\n```\nc", "*********\nc"),
        ("~~~\nb\n~~~~\nc", "**********\nc"), ("```\nb", "```\nb"),
        ("````\n```\n````\nc", "*************\nc"), ("a", "a"), ("", ""),
        ("```x\na\n```y\n`b`", "```x\na\n```y\n***"),
    ],
)  # fmt: skip
def test_code_is_left_blank(text: str, plain: str) -> None:
    assert without_code(text).replace("\0", "*") == plain


PATTERNS = (
    "`", "``", "` a ", "```\n", "```x\n", "~~~\n````\n", "<", "</", "<think>",
    "</think>", "<think", "< ", "<a:", "[THINK]", "◁", "assistant", "assistantfinal",
    "assistantanalysis", " assistantfinal a", "final", "finalA", "[1]", "[", "】",
    "to=", "to=a {", "analysis", "commentary", " ", "\n", "<tool", "<|", "|>", ".",
    "a\n", "It is so. ", "<think> </think>", "`a`</think>", '{"name": "search", ',
)  # fmt: skip
READERS: tuple[Callable[[str], object], ...] = (
    without_code,
    part_thoughts,
    is_debris,
    ends_sentence,
    lambda text: read_leaks(Turn(text=text)),
    lambda text: read_repeats(Turn(text=text)),
)


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the time of the fastest of a few runs."""
    times = []
    for _ in range(3):
        started = time.process_time()
        read(text)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("read", READERS)
def test_twice_the_text_takes_about_twice_the_time(
    read: Callable[[str], object], pattern: str
) -> None:
    half = pattern * (20_000 // len(pattern))
    small, large = seconds(read, half), seconds(read, half * 4)
    assert large < max(4 * 3 * small, 0.2), (small, large)
