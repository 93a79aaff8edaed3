"""Assertions about the run of an agent; each fails with what differed, in words.

A run is an `Answer` of Citeloop, a `RunResult` of the Agents SDK, messages of Chat
Completions, or a JSONL trajectory: its path or its lines. No adapter is needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Never, TypeVar

from pydantic import ValidationError

from agent.answer import Answer
from agent.matching.call import Call
from agent.matching.calls import read_calls
from agent.matching.comparing import compare
from agent.matching.expectation import (
    Expectation,
    Extras,
    Forbidden,
    Mode,
    Trajectory,
)
from agent.matching.filling import JsonSchema
from agent.matching.table import aligned_table
from agent.testing.answers import answer_of
from agent.testing.measuring import measure
from agent.wire.turns.finish import ends_sentence
from tools.errors import ExitCode, UsageError
from tools.grounding.citation import CheckedSentence, Citation
from tools.text.clean import scalar, visible
from tools.verification.answers import CitedPassage, verify

__all__ = [
    "assert_called",
    "assert_calls",
    "assert_complete_or_marked",
    "assert_grounded",
    "assert_not_called",
]

Wanted = str | tuple[str, Mapping[str, Any]] | Mapping[str, Any] | Call | Expectation
"""A tool's name, with its arguments or without; a call; an expectation of a suite."""
_NO_SCHEMAS: Mapping[str, JsonSchema] = {}
_MARKED = {ExitCode.INCOMPLETE, ExitCode.LIMIT, ExitCode.INTERRUPTED, ExitCode.MODEL}
_FENCE = "```"
_Record = TypeVar("_Record", bound=Forbidden)


def assert_calls(
    run: object,
    expected: Sequence[Wanted],
    *,
    mode: Mode = "any_order",
    extras: Extras = "scored",
    never: Sequence[Wanted] = (),
    succeed: bool | None = None,
    schemas: Mapping[str, JsonSchema] = _NO_SCHEMAS,
) -> None:
    """Assert that a run made these calls.

    Args:
        run: What is looked at.
        expected: The calls: `"search"`, `("search", {"query": {"contains": "etcd"}})`,
            or all that a suite can say of one.
        mode: `exact`, `in_order`, `any_order`, or `subset`, where a call may have
            arguments besides.
        extras: What a call is that nothing expects: `scored` (it fails), `free`, or
            `forbidden`.
        never: Calls that fail the test wherever they are made.
        succeed: Whether each has to return something and no error.
        schemas: Of the tools' arguments: defaults are filled in on both sides.

    Raises:
        AssertionError: it did not; the aligned table says which call differs, and
            where.
        UsageError: what is expected, or the run, cannot be read.
    """
    __tracebackhide__ = True
    trajectory = Trajectory(
        mode=mode,
        extras=extras,
        expect=tuple(map(_expectation, expected)),
        never=tuple(map(_forbidden, never)),
        succeed=succeed,
    )
    _compare(run, trajectory, schemas, "the calls are not those that were expected")


def assert_called(
    run: object,
    tool: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    times: int | str = "1..",
    succeed: bool | None = None,
) -> None:
    """Assert that a run called a tool, with these arguments and perhaps others.

    Raises:
        AssertionError: it did not, or not as often as `times` says (`2`, `1..3`).
        UsageError: what is expected, or the run, cannot be read.
    """
    __tracebackhide__ = True
    given: dict[str, Any] = {"tool": tool, "times": times, "succeed": succeed}
    if arguments is not None:
        given["arguments"] = dict(arguments)
    expect = (_expectation(given),)
    trajectory = Trajectory(mode="subset", extras="free", expect=expect)
    _compare(run, trajectory, _NO_SCHEMAS, f"{tool} was not called as expected")


def assert_not_called(
    run: object, tool: str, arguments: Mapping[str, Any] | None = None
) -> None:
    """Assert that a run never called a tool, or never with these arguments.

    Raises:
        AssertionError: it did.
        UsageError: what is forbidden, or the run, cannot be read.
    """
    __tracebackhide__ = True
    wanted = tool if arguments is None else (tool, arguments)
    trajectory = Trajectory(extras="free", never=(_forbidden(wanted),))
    _compare(run, trajectory, _NO_SCHEMAS, f"{tool} was called, and may not be")


def assert_grounded(
    run: object, passages: Iterable[CitedPassage | str] = (), *, question: str = ""
) -> None:
    """Assert that each sentence of an answer is borne out by what it cites.

    An `Answer` of Citeloop has been checked already. The answer of any other agent is
    checked against the passages that its marks count: `[1]` is the first of them. No
    model takes part.

    Raises:
        AssertionError: a sentence or a citation is not; each is named.
        UsageError: the answer is not Citeloop's, and there are no passages.
    """
    __tracebackhide__ = True
    measure(run)
    if isinstance(run, Answer):
        if not run.grounded:
            _fail("the answer is not grounded", _unsound(run.citations, run.sentences))
        return
    known = [
        CitedPassage(document=f"passage {number}", text=each)
        if isinstance(each, str)
        else each
        for number, each in enumerate(passages, 1)
    ]
    if not known:
        raise UsageError("Give the passages that the answer cites: [1] is the first.")
    checked = verify(answer_of(run), known, question=question)
    if not checked.grounded:
        details = _unsound(checked.citations, checked.sentences)
        _fail("the answer is not grounded", [*checked.problems, *details])


def assert_complete_or_marked(
    run: object, whole: str | None = None, *, marks: Sequence[str] = ()
) -> None:
    """Assert that nothing partial is presented as if it were complete.

    A run passes if it is complete: it has an answer, its last sentence ends, its code
    blocks are closed, each of its calls has an output. Or it says that it is not: it is
    an exception, an `Answer` whose exit code says so, or holds one of `marks`.

    Args:
        run: What is looked at; an exception that the agent raised is a mark.
        whole: All that a complete answer holds; a cut between two sentences is seen by
            this alone.
        marks: What the agent writes into an answer that is not complete.

    Raises:
        AssertionError: it is neither.
        UnreadableRunError: it is no run.
    """
    __tracebackhide__ = True
    if isinstance(run, BaseException):
        return
    measure(run)
    if isinstance(run, Answer) and (run.extracted or run.exit_code in _MARKED):
        return
    answer = answer_of(run)
    if any(mark in answer for mark in marks):
        return
    if problem := _partial(run, answer, whole):
        _fail("something partial is presented as complete", [problem, _tail(answer)])


def _partial(run: object, answer: str, whole: str | None) -> str:
    """Return why an answer is not complete, blank if it is."""
    if not answer.strip():
        return "there is no answer"
    if not isinstance(run, Answer | str):
        for call in read_calls(run):
            if call.returned is None and not call.failed:
                return f"the call of {call.name} has no output"
    if whole is not None:
        is_there = _folded(whole) in _folded(answer)
        return "" if is_there else f"it lacks some of {_shown(whole)}"
    if answer.count(_FENCE) % 2:
        return "a block of code is open"
    # A block that is closed ends an answer as well as a sentence does.
    if not answer.rstrip().endswith(_FENCE) and not ends_sentence(answer):
        return "its last sentence does not end"
    return ""


def _expectation(wanted: Wanted) -> Expectation:
    if isinstance(wanted, Expectation):
        return wanted
    return _read(Expectation, wanted)


def _forbidden(wanted: Wanted) -> Forbidden:
    if isinstance(wanted, Forbidden):
        return wanted
    return _read(Forbidden, wanted)


def _read(kind: type[_Record], wanted: Wanted) -> _Record:
    if isinstance(wanted, str):
        given: dict[str, Any] = {"tool": wanted}
    elif isinstance(wanted, Call):
        equal = {name: {"equal": value} for name, value in wanted.arguments.items()}
        given = {"tool": wanted.name, "arguments": equal}
    elif isinstance(wanted, tuple) and len(wanted) == 2:
        given = {"tool": wanted[0], "arguments": dict(wanted[1])}
    elif isinstance(wanted, Mapping):
        given = dict(wanted)
    else:
        raise UsageError(f"{wanted!r} is no call; give a name, or (name, arguments)")
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors()
        )
        raise UsageError(f"{wanted!r} is no expectation: {problems}") from error


def _compare(
    run: object, trajectory: Trajectory, schemas: Mapping[str, JsonSchema], what: str
) -> None:
    __tracebackhide__ = True
    comparison = compare(trajectory, read_calls(run), schemas)
    measure(run, comparison.score)
    if not comparison.passed:
        raise AssertionError(f"{what}\n{aligned_table(comparison)}")


def _unsound(
    citations: Iterable[Citation], sentences: Iterable[CheckedSentence]
) -> list[str]:
    bad = [each for each in citations if not each.verdict.is_sound]
    weak = [each for each in sentences if not _is_borne_out(each)]
    return [
        *(f"[{each.id}] {each.verdict}: {_shown(each.claim)}" for each in bad),
        *(f"{_support(each)}: {_shown(each.text)}" for each in weak),
    ]


def _is_borne_out(sentence: CheckedSentence) -> bool:
    return sentence.support is not None and sentence.support.bears_out


def _support(sentence: CheckedSentence) -> str:
    reason = sentence.support_reason
    return f"{sentence.support} ({reason})" if reason else str(sentence.support)


def _fail(what: str, details: Iterable[str]) -> Never:
    __tracebackhide__ = True
    raise AssertionError("\n".join([what, *(f"  {each}" for each in details)]))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _tail(answer: str) -> str:
    return f"it ends with {_shown(answer[-80:])}" if answer.strip() else ""


def _shown(text: str) -> str:
    line = " ".join(visible(scalar(text)).split())
    return repr(line if len(line) <= 160 else f"{line[:159]}…")
