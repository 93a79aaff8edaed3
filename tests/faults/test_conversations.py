"""Over whole conversations that are mutated, only the truth is an answer.

`CITELOOP_MUTATIONS` and `CITELOOP_SEED` run more of them, or others:

    CITELOOP_SEED=20000 pytest -m nightly tests/faults/test_conversations.py
"""

import asyncio
import os
import re

import pytest

from agent.answer import Answer
from tests.faults.conversations import NEVER, TRUTHS, converse
from tests.faults.playing import play
from tools.errors import CiteloopError, ExitCode
from tools.library.library import Library

IN_CI = 500
MUTATIONS = int(os.environ.get("CITELOOP_MUTATIONS", "10000"))
FIRST = int(os.environ.get("CITELOOP_SEED", str(IN_CI)))


def words(text: str) -> str:
    return " ".join(re.sub(r"\W|\d", " ", text).split())


def assert_only_the_truth(seed: int, library: Library) -> None:
    """Assert of one conversation that it ends in the truth, or in a named error."""
    said = converse(seed)
    ended, server, heard = asyncio.run(
        play(said.replies, library, stream=said.stream, split=said.split)
    )
    told = f"seed {seed}: {said.told}"
    assert "<|" not in heard, told
    assert not server.refused, told
    if isinstance(ended, CiteloopError):
        assert ended.exit_code not in {ExitCode.ANSWERED, ExitCode.BUG}, told
        return
    assert isinstance(ended, Answer)
    if ended.exit_code == ExitCode.ANSWERED:
        assert any(words(each) in words(ended.answer) for each in TRUTHS), told
        assert not NEVER.search(ended.answer), f"{told}: {ended.answer}"


@pytest.mark.timeout(600)
def test_a_mutated_conversation_ends_in_the_truth_or_in_a_named_error(
    library: Library,
) -> None:
    for seed in range(IN_CI):
        assert_only_the_truth(seed, library)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_thousands_more_do_so_at_night(library: Library) -> None:
    for seed in range(FIRST, FIRST + MUTATIONS):
        assert_only_the_truth(seed, library)


REGRESSIONS = (3756, 3960, 4276, 5234, 5936, 6216)
"""Seeds that failed once: an answer twice in its channel, one that cites before it."""


@pytest.mark.parametrize("seed", REGRESSIONS)
def test_a_conversation_that_once_ended_wrongly_does_not_any_more(
    seed: int, library: Library
) -> None:
    assert_only_the_truth(seed, library)
