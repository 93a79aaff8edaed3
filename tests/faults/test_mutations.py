"""Tool calls, mutated at random, never break the promise."""

import asyncio
import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agent.answer import Answer
from agent.screen.answers import plain_answer
from agent.screen.notices import complain
from agent.testing.servers.replies import ANSWER, QUERY, QUOTE, Said, call
from tests.faults.playing import play
from tools.errors import CiteloopError, ExitCode
from tools.library.library import Library

FINAL = json.dumps(
    {"answer": ANSWER, "citations": [{"source": 1, "quote": QUOTE}]}
)  # fmt: skip
DEBRIS = (
    "<|channel|>", "<|call|>", "<|message|>", "<|end|>", "<|start|>assistant",
    "commentary", "analysis", "assistantfinal", "functions.", " to=functions.search ",
    "json", "<|constrain|>json", "{", "}", "]", '"', "\\", "\u001b[31m", "\ud800",
    "null",
)  # fmt: skip

texts = st.one_of(st.text(max_size=12), st.sampled_from(DEBRIS))


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """A text with a few pieces cut out of it, put into it, or put around it."""
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        piece = draw(texts)
        kind = draw(
            st.sampled_from(["put", "cut", "end", "before", "behind", "encode"])
        )
        text = {
            "put": text[:start] + piece + text[start:],
            "cut": text[:start] + text[end:],
            "end": text[:start],
            "before": piece + text,
            "behind": text + piece,
            "encode": json.dumps(text),
        }[kind]
    return text


odd = st.one_of(st.none(), st.integers(), st.just({}), st.just([]), st.booleans())
names = st.one_of(
    st.sampled_from(["search", "final_answer", "fetch", "browser.search", ""]).flatmap(
        mutated
    ),
    odd,
)
arguments = st.one_of(
    mutated(json.dumps({"query": QUERY})),
    mutated(FINAL),
    st.just({"query": QUERY}),
    odd,
)
ids = st.one_of(st.sampled_from(["call_1", "call_2", ""]), st.none(), odd)


@st.composite
def turns(draw: st.DrawFn) -> Said:
    """A turn whose calls, text and end are out of order in some way."""
    calls = [
        call(
            draw(names),
            draw(arguments),
            id=draw(ids),
            index=draw(st.integers(0, 2)),
            without=draw(st.sets(st.sampled_from(["id", "type", "index"]))),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    content = draw(st.one_of(st.none(), mutated(f"commentary {FINAL}"), mutated(QUOTE)))
    finish = draw(
        st.sampled_from(
            ["stop", "tool_calls", "length", "error", "function_call", None]
        )
    )
    extra = draw(st.sampled_from([{}, {"reasoning": "Hm <|end|>"}, {"reasoning": 1}]))
    return Said(content, calls, finish, extra)


def printed(ended: Answer | CiteloopError) -> str:
    """Return what the command prints of it."""
    if isinstance(ended, Answer):
        return plain_answer(ended)
    told = io.StringIO()
    with redirect_stderr(told):
        complain(str(ended))
    return told.getvalue()


def whole_answers(played: list[Said]) -> Iterator[str]:
    """Return what may be an answer: the honest one, and those that came whole."""
    yield ANSWER
    for said in played:
        for each in said.calls:
            given = each["function"]["arguments"]
            for _ in range(5):  # what is encoded several times is whole, too
                try:
                    given = json.loads(given)
                except (TypeError, ValueError):
                    break
            if isinstance(given, dict) and isinstance(given.get("answer"), str):
                yield given["answer"]
        if said.finish not in {None, "length", "error"} and said.content:
            yield said.content


def without_marks(text: str) -> str:
    return " ".join(re.sub(r"\W|\d", " ", text).split())


def assert_the_promise(played: list[Said], library: Library, *, stream: bool) -> None:
    ended, server, heard = asyncio.run(play(played, library, stream=stream))
    assert "<|" not in heard
    assert "<|" not in printed(ended)
    assert "\x1b" not in printed(ended)
    assert not server.refused
    if isinstance(ended, CiteloopError):
        assert ended.exit_code in {ExitCode.MODEL, ExitCode.INCOMPLETE}
        return
    if ended.exit_code == ExitCode.ANSWERED:
        said = without_marks(ended.answer)
        assert said
        assert any(said in without_marks(each) for each in whole_answers(played))
        if said != without_marks(ANSWER):
            assert said in {without_marks(each) for each in whole_answers(played)}


@given(played=st.lists(turns(), min_size=1, max_size=3), stream=st.booleans())
@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
@pytest.mark.timeout(600)
def test_mutated_calls_end_in_a_whole_answer_or_in_a_named_error(
    library: Library, played: list[Said], stream: bool
) -> None:
    assert_the_promise(played, library, stream=stream)


@pytest.mark.nightly
@given(played=st.lists(turns(), min_size=1, max_size=3), stream=st.booleans())
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.timeout(7200)
def test_ten_thousand_more_do_so_at_night(
    library: Library, played: list[Said], stream: bool
) -> None:
    assert_the_promise(played, library, stream=stream)
