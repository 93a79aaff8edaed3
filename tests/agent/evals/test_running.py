"""Questions asked again and again: each run is kept, none is made twice."""

from pathlib import Path
from typing import Any

import pytest
from agents import Model

from agent.assistant import Assistant
from agent.evals.judging import Judge, Judgement, judge_run
from agent.evals.plan import Plan
from agent.evals.results import ResultsFile, RunRecord, read_results
from agent.evals.running import run_suite
from agent.evals.suite import Case, Suite
from agent.settings.settings import Settings
from tests.agent.evals.made import grounded_case, results_of, suite_of
from tests.fakes.scripted import final, script, search
from tests.fakes.wrapped import Wrapped
from tools.errors import ExitCode, ModelError
from tools.library.library import Library

QUESTION = {"question": "What is HNSW?"}
SUITE = suite_of(grounded_case("a", **QUESTION), grounded_case("b", **QUESTION))


def assistant(library: Library, model: Model | None = None) -> Assistant:
    given = {"mode": "agent"} if model else {"model": "extractive"}
    return Assistant(Settings.load(given), library, model)


async def run(
    folder: Path,
    answering: Assistant,
    plan: Plan,
    suite: Suite = SUITE,
    judge: Judge = judge_run,
    *,
    resume: bool = False,
) -> list[tuple[str, int, bool]]:
    """Return what was told of, in its order."""
    told: list[tuple[str, int, bool]] = []

    def tell(record: RunRecord, passed: bool) -> None:
        told.append((record.case, record.repeat, passed))

    header = results_of([], digest=suite.digest).header
    with ResultsFile(folder / "runs.jsonl", header, resume=resume) as kept:
        await run_suite(suite, {"as set": answering}, plan, kept, judge, tell)
    return told


async def test_the_first_run_of_each_case_comes_before_any_second(
    library: Library, tmp_path: Path
) -> None:
    told = await run(tmp_path, assistant(library), Plan(2))
    assert told == [("a", 1, True), ("b", 1, True), ("a", 2, True), ("b", 2, True)]
    runs = read_results(tmp_path / "runs.jsonl").runs
    assert [(each.case, each.repeat) for each in runs] == [each[:2] for each in told]
    assert all(each.answers[0].grounded and each.calls for each in runs)


async def test_runs_side_by_side_are_the_same_runs(
    library: Library, tmp_path: Path
) -> None:
    told = await run(tmp_path, assistant(library), Plan(3, jobs=4))
    assert sorted(told) == [(case, n, True) for case in "ab" for n in (1, 2, 3)]
    answers = {each.answers[0].answer for each in
               read_results(tmp_path / "runs.jsonl").runs}  # fmt: skip
    assert len(answers) == 1


async def test_what_is_kept_already_is_not_asked_again(
    library: Library, tmp_path: Path
) -> None:
    await run(tmp_path, assistant(library), Plan(1))
    told = await run(tmp_path, assistant(library), Plan(2), resume=True)
    assert told == [("a", 2, True), ("b", 2, True)]
    assert len(read_results(tmp_path / "runs.jsonl").runs) == 4


async def test_auto_stops_each_case_when_its_interval_has_left_the_bar(
    library: Library, tmp_path: Path
) -> None:
    suite = suite_of(
        grounded_case("good", bar=0.5, **QUESTION),
        grounded_case("bad", bar=0.5, **QUESTION),
        grounded_case("mixed", bar=0.5, **QUESTION),
    )

    def judge(case: Case, run: RunRecord) -> Judgement:
        good = case.id == "good" or (case.id == "mixed" and run.repeat % 2 == 1)
        return Judgement(passed=good, score=float(good), steps=())

    plan = Plan("auto", most_auto=6)
    told = await run(tmp_path, assistant(library), plan, suite, judge)
    asked = {name: sum(case == name for case, _, _ in told) for name in
             ("good", "bad", "mixed")}  # fmt: skip
    assert asked == {"good": 4, "bad": 4, "mixed": 6}


class Failing(Wrapped):
    """A model whose server is down for its first calls."""

    async def before(self, items: Any, tools: Any) -> None:
        if self.number <= 1:
            raise ModelError("It is down.")


async def test_a_run_that_a_transport_ended_is_kept_with_the_reason(
    library: Library, tmp_path: Path
) -> None:
    model = Failing(script(search(), final()))
    suite = suite_of(grounded_case("a", **QUESTION))
    told = await run(tmp_path, assistant(library, model), Plan(2), suite)
    assert [passed for _, _, passed in told] == [False, True]
    first, second = read_results(tmp_path / "runs.jsonl").runs
    assert first.is_unavailable
    assert first.failure is not None
    assert first.failure.exit_code == ExitCode.MODEL
    assert second.failure is None


class Broken(Wrapped):
    """A model that has a bug."""

    async def before(self, items: Any, tools: Any) -> None:
        if self.number > 1:
            raise ZeroDivisionError


async def test_a_bug_ends_the_evaluation_as_itself_and_leaves_what_there_is(
    library: Library, tmp_path: Path
) -> None:
    model = Broken(script(final()))
    with pytest.raises(ZeroDivisionError):
        await run(tmp_path, assistant(library, model), Plan(3))
    assert read_results(tmp_path / "runs.jsonl").runs == ()


async def test_a_conversation_is_asked_in_order_and_kept_whole(
    library: Library, tmp_path: Path
) -> None:
    suite = suite_of(
        {
            "id": "talk",
            "question": "What is HNSW?",
            "history": ["What seals a growing segment?"],
            "answer": {"cites": ["hnsw.md"]},
            "follow_ups": [
                {"question": "What does DiskANN keep on disk?",
                 "answer": {"cites": ["diskann.md"]}},
            ],
        }
    )  # fmt: skip
    told = await run(tmp_path, assistant(library), Plan(), suite)
    assert told == [("talk", 1, True)]
    (kept,) = read_results(tmp_path / "runs.jsonl").runs
    assert kept.questions == suite.cases[0].questions
    assert [each.run.rpartition(".")[2] for each in kept.answers] == ["1", "2", "3"]
