"""The loop: a question goes in, model and tools take turns, an answer comes out.

The loop itself is the OpenAI Agents SDK's (`agent.loop.runner`); what is ours are the
tools, the limits, what counts as an answer (`tools.calls.acceptance`), and the modes in
which one comes about (`agent.loop.descent`).
"""

from time import monotonic

from agent.answer import Answer
from agent.loop.asked import Question
from agent.loop.bounded_checker import BoundedChecker
from agent.loop.budget import Budget
from agent.loop.descent import Descent
from agent.loop.phases import in_time
from agent.loop.record import Record

__all__ = ["answer_question"]


async def answer_question(question: Question) -> Answer:
    """Return the answer to one question.

    Raises:
        IncompleteError: the model ended without a word, and nothing was found.
        CiteloopError: the library or the model failed.
    """
    started = monotonic()
    run = question.begin()
    record = Record(run, question.listen)
    budget = Budget(question.depth, run)
    if question.open_checker is not None:
        inner = question.open_checker(budget)
        run.acceptance.checker = BoundedChecker(inner, run, budget, record)
    outcome = await Descent(question, run, record, budget).end()
    draft = outcome.draft
    resolved = await in_time(budget, run.acceptance.resolve, draft)
    return Answer(
        question=run.question,
        answer=f"{outcome.note}{resolved.answer}",
        answered=draft.answered,
        missing=draft.missing,
        citations=resolved.citations,
        sentences=resolved.sentences,
        # To find nothing where nothing was looked for is no finding.
        grounded=resolved.grounded and (run.has_searched or bool(resolved.citations)),
        verified=resolved.verified,
        extracted=bool(outcome.note),
        mode=outcome.mode,
        mode_reason=outcome.why,
        stop_reason=outcome.stop_reason,
        model=question.model_name,
        depth=question.depth.name,
        turns=run.turn,
        trajectory=tuple(run.trajectory),
        repairs=tuple(record.repairs),
        usage=budget.usage(),
        seconds=round(monotonic() - started, 3),
    )
