"""The words and numbers that all forms of a report share."""

from collections.abc import Iterator

from agent.evals.citing import CitationScores
from agent.evals.comparing import Difference
from agent.evals.evaluation import Evaluation
from agent.evals.tallying import Cell, Tally
from agent.statistics.intervals import Interval
from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["about_cell", "about_evaluation", "about_tally", "safe", "share", "span"]


def safe(text: str) -> str:
    """Return untrusted text without what a terminal would obey."""
    return "\n".join(
        neutralise_control_tokens(visible(line)) for line in text.split("\n")
    )


def share(value: float | None) -> str:
    """Return a share with two digits."""
    return "none" if value is None else f"{value:.2f}"


def span(interval: Interval | None) -> str:
    """Return an interval, blank for none."""
    return "" if interval is None else f"{interval.low:.2f}–{interval.high:.2f}"


def about_cell(cell: Cell) -> str:
    """Return in one line how a case stands."""
    if not cell.total:
        return "not asked"
    away = f", {cell.unavailable} unavailable" if cell.unavailable else ""
    return (
        f"{cell.passes} of {cell.total} ({span(cell.interval)}), "
        f"score {cell.score:.2f}{away}"
    )


def about_tally(tally: Tally) -> Iterator[str]:
    """Yield what is said of a way of answering, a line each."""
    if not tally.asked:
        yield "nothing was asked"
        return
    over = f"{len(tally.asked)} of {len(tally.cells)} cases"
    interval = f", {span(tally.interval)}" if tally.interval else ""
    yield (
        f"end to end {share(tally.end_to_end)} (mean over {over}{interval}); "
        f"{tally.passes} of {tally.runs} runs passed"
    )
    if tally.unavailable:
        yield (
            f"unavailable {tally.unavailable} of {tally.runs} runs, which count as "
            f"failed; {share(tally.heard)} where the server answered"
        )
    if tally.repeats > 1:
        k = tally.repeats
        yield (
            f"pass@{k} {share(tally.pass_at_k)}, pass^{k} {share(tally.pass_hat_k)} "
            "(unbiased, mean over cases)"
        )
    yield from _about_citations(tally.citations)
    yield (
        f"score {share(tally.score)}; {tally.tokens:,} tokens; {tally.seconds:.1f} s a "
        "run (median)"
    )


def _about_citations(scores: CitationScores) -> Iterator[str]:
    gold = (("precision", scores.gold_precision), ("recall", scores.gold_recall))
    sentences = (
        ("quotes verified", scores.quotes_verified),
        ("sentences with a citation", scores.attributed),
        ("borne out", scores.borne_out),
    )
    refused = (
        ("precision", scores.refusal_precision),
        ("recall", scores.refusal_recall),
    )
    for what, shares in (
        ("gold documents cited: ", gold), ("", sentences), ("refusals: ", refused),
    ):  # fmt: skip
        told = [f"{name} {each}" for name, each in shares if each.total]
        if told:
            yield f"{what}{', '.join(told)}"


def about_evaluation(evaluation: Evaluation) -> Iterator[str]:
    """Yield what is said of the ways of answering together."""
    for difference in evaluation.differences:
        yield from about_difference(difference)
    if evaluation.baseline is not None:
        baseline = evaluation.baseline
        yield f"against the baseline: {baseline.verdict}"
        yield from about_difference(baseline.difference)
        yield f"a fall of more than {baseline.margin:g} would be a regression"
    if evaluation.strangers:
        names = ", ".join(evaluation.strangers)
        yield f"in the results and not in the suite: {names}"


def about_difference(difference: Difference) -> Iterator[str]:
    """Yield how two ways of answering differ, case by case."""
    paired = difference.paired
    if paired is None:
        yield f"{difference.name}: no case was asked in both"
        return
    low, high = paired.interval.low, paired.interval.high
    yield (
        f"{difference.name}: {paired.difference:+.2f} ({low:+.2f} to {high:+.2f}) over "
        f"{paired.cases} cases asked in both; better in {difference.better}, worse in "
        f"{difference.worse}"
    )
    tests = [f"sign-flip p = {paired.p:.3f}"]
    if difference.adjusted is not None:
        tests.append(f"by Holm {difference.adjusted:.3f}")
    if difference.mcnemar is not None:
        tests.append(f"McNemar p = {difference.mcnemar:.3f}")
    yield (
        f"{', '.join(tests)}; the smallest difference that these cases could have "
        f"shown: {paired.detectable:.2f}"
    )
    if paired.only_one:
        yield f"asked in one alone: {', '.join(paired.only_one)}"
