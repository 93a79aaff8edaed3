"""Whether a run is as its case expects: passed or not, and apart from it a score."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.answer import Answer
from agent.evals.results import RunRecord
from agent.evals.suite import AnswerExpected, Case, Limits, Step, Suite
from agent.matching.calls import read_calls
from agent.matching.comparing import Comparison, compare
from agent.matching.fitting import Embed
from agent.matching.patterns import read_glob, read_pattern
from agent.matching.table import aligned_table
from tools.errors import UsageError

__all__ = [
    "Judge",
    "Judgement",
    "Schemas",
    "StepJudgement",
    "judge_run",
    "judge_step",
    "refuse_unfit",
    "sound_documents",
]

Schemas = Mapping[str, Mapping[str, Any]]
Check = tuple[str, str]
"""A key of the suite, and what is wrong; blank if that is nothing."""
_NONE: Schemas = {}
_SHOWN = 200
"""Characters of an answer that a failure repeats."""


@dataclass(frozen=True, slots=True)
class StepJudgement:
    """One question of a run against what is expected of it."""

    question: str
    comparison: Comparison | None
    """Of the calls; None where nothing is expected of them."""
    checked: int
    """Things that are expected of the answer and of the limits."""
    failed: tuple[tuple[str, str], ...]
    """Those of them that do not hold: the key of the suite, and what is wrong."""

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.failed and (self.comparison is None or self.comparison.passed)

    @property
    def score(self) -> float:
        """From 0 to 1, how near it comes: calls and answer count alike."""
        parts = [self.comparison.score] if self.comparison else []
        if self.checked:
            parts.append(1 - len(self.failed) / self.checked)
        return sum(parts) / len(parts) if parts else 1.0

    @property
    def table(self) -> str:
        """The calls beside those expected; blank where nothing is expected of them."""
        return aligned_table(self.comparison) if self.comparison else ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One run against its case."""

    passed: bool
    score: float
    """1 for each run that passes; how far off the others are is all that it says."""
    steps: tuple[StepJudgement, ...]
    error: str = ""
    """Why there is no answer."""
    unavailable: bool = False
    """Whether a transport ended it: no pass, and shown apart."""

    @property
    def failures(self) -> tuple[str, ...]:
        """All that is wrong, in words; of calls their number."""
        own = [self.error] if self.error else []
        told = [text for step in self.steps for text in _told(step, len(self.steps))]
        return (*own, *told)

    @property
    def text(self) -> str:
        """What is wrong, with the calls in a table."""
        tables = [step.table for step in self.steps
                  if step.comparison and not step.comparison.passed]  # fmt: skip
        return "\n\n".join(["\n".join(self.failures), *tables]).strip()


def refuse_unfit(suite: Suite, schemas: Schemas, embed: Embed | None = None) -> None:
    """Refuse an expectation that no run could meet, before any is made.

    Raises:
        UsageError: it names an argument that its tool does not have; the text names
            the case.
    """
    for case in suite.cases:
        for step in case.steps:
            try:
                if step.calls is not None:
                    compare(step.calls, (), schemas, embed=embed)
            except UsageError as error:
                raise UsageError(f"The case {case.id}: {error}.") from None


Judge = Callable[[Case, RunRecord], Judgement]


def _told(step: StepJudgement, steps: int) -> Iterator[str]:
    where = f'"{step.question[:60]}": ' if steps > 1 else ""
    if step.comparison and not step.comparison.passed:
        score = step.comparison.score
        yield f"{where}the calls are not those expected (score {score:.2f})"
    yield from (f"{where}{name}: {text}" for name, text in step.failed)


def judge_run(
    case: Case, run: RunRecord, schemas: Schemas = _NONE, embed: Embed | None = None
) -> Judgement:
    """Return whether a run is as its case expects.

    Args:
        case: What is expected.
        run: As it was kept.
        schemas: The JSON Schema of the arguments of each tool, whose defaults are
            filled in on both sides before calls are compared.
        embed: Asked by the matcher `semantic` alone.

    Raises:
        UsageError: the case expects an argument that its tool does not have.
    """
    before = len(case.history)
    judged = tuple(
        judge_step(step, answer, schemas, embed)
        for step, answer in zip(case.steps, run.answers[before:], strict=False)
    )
    failure = run.failure
    passed = (
        failure is None
        and len(judged) == len(case.steps)
        and all(step.passed for step in judged)
    )
    scores = sum(step.score for step in judged) / len(case.steps)
    error = failure.text if failure else ""
    if failure is None and len(judged) < len(case.steps):
        error = f"{len(run.answers)} of {len(case.questions)} questions were asked"
    # A server that failed has said nothing of how near the model comes.
    return Judgement(
        passed=passed,
        score=0.0 if error else scores,
        steps=judged,
        error=error,
        unavailable=run.is_unavailable,
    )


def judge_step(
    step: Step, answer: Answer, schemas: Schemas, embed: Embed | None = None
) -> StepJudgement:
    """Return whether the run of one question is as expected."""
    checks = [*_checks_of_limits(step.limits, answer)]
    if step.answer is not None:
        checks += _checks_of_citations(step.answer, answer)
        checks += _checks_of_text(step.answer, answer)
        checks += _checks_of_state(step.answer, answer)
    comparison = None
    if step.calls is not None:
        comparison = compare(step.calls, read_calls(answer), schemas, embed=embed)
    return StepJudgement(
        question=step.question,
        comparison=comparison,
        checked=len(checks),
        failed=tuple(check for check in checks if check[1]),
    )


def _checks_of_limits(limits: Limits, answer: Answer) -> Iterator[Check]:
    taken = {
        "turns": answer.turns,
        "tokens": answer.usage.total_tokens,
        "seconds": answer.seconds,
    }
    for name, value in taken.items():
        most = getattr(limits, name)
        if most is not None:
            over = f"{value:,} taken, {most:,} at most"
            yield name, over if value > most else ""


def _checks_of_state(expected: AnswerExpected, answer: Answer) -> Iterator[Check]:
    for name in ("grounded", "answered", "exit_code"):
        wanted, got = getattr(expected, name), getattr(answer, name)
        if wanted is not None:
            differs = f"{_spell(wanted)} was expected, and it is {_spell(got)}"
            yield name, differs if wanted != got else ""


def _spell(value: int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(int(value))


def _checks_of_citations(expected: AnswerExpected, answer: Answer) -> Iterator[Check]:
    documents = sound_documents(answer)
    for name in expected.cites:
        is_cited = any(map(read_glob(name), documents))
        cited = ", ".join(documents) or "nothing"
        yield "cites", "" if is_cited else f"{name} is not cited, but {cited}"
    for verdict, span in expected.verdicts.items():
        count = sum(each.verdict is verdict for each in answer.citations)
        wrong = f"{count} citations are {verdict}, expected are {span}"
        yield "verdicts", "" if count in span else wrong


def sound_documents(answer: Answer) -> tuple[str, ...]:
    """Return the documents that an answer cites by a citation that holds."""
    sound = [each.document for each in answer.citations if each.verdict.is_sound]
    return tuple(dict.fromkeys(each for each in sound if each))


def _checks_of_text(expected: AnswerExpected, answer: Answer) -> Iterator[Check]:
    text = _folded(answer.answer)
    shown = " ".join(answer.answer.split())[:_SHOWN]
    for words in expected.contains:
        lacks = f'"{words}" is not in "{shown}"'
        yield "contains", "" if _folded(words) in text else lacks
    for words in expected.not_contains:
        has = f'"{words}" is in "{shown}"'
        yield "not_contains", has if _folded(words) in text else ""
    if expected.pattern is not None:
        is_found = read_pattern(expected.pattern)(answer.answer)
        lacks = f'"{expected.pattern}" is not in "{shown}"'
        yield "pattern", "" if is_found else lacks


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
