"""What assertions measure of a run, for the properties of the test that is running.

One test runs at a time in a process; the plugin takes what it left behind it.
"""

from collections.abc import Iterable
from typing import Any

__all__ = ["measure", "summed", "take", "tokens_of"]

_SCORE = "citeloop_score"
_TOKENS = "citeloop_tokens"
_scores: list[float] = []
_runs: dict[int, tuple[object, int]] = {}
"""Each run that was looked at, by its identity: its tokens count once."""


def measure(run: object, score: float | None = None) -> None:
    """Keep the score of a comparison, and the tokens of its run."""
    if score is not None:
        _scores.append(score)
    tokens = tokens_of(run)
    if tokens:
        _runs[id(run)] = run, tokens


def take() -> list[tuple[str, object]]:
    """Return what was measured since the last time, as properties of a test.

    The score is the lowest of the test's comparisons.
    """
    found: list[tuple[str, object]] = []
    if _scores:
        found.append((_SCORE, round(min(_scores), 6)))
    if _runs:
        found.append((_TOKENS, sum(tokens for _, tokens in _runs.values())))
    _scores.clear()
    _runs.clear()
    return found


def summed(measured: Iterable[tuple[str, object]]) -> list[tuple[str, object]]:
    """Return the measures of several tries as one: the mean score, all tokens.

    What a test records itself is kept as it is.
    """
    scores: list[Any] = []
    tokens: list[Any] = []
    rest: list[tuple[str, object]] = []
    for name, value in measured:
        if name == _SCORE:
            scores.append(value)
        elif name == _TOKENS:
            tokens.append(value)
        else:
            rest.append((name, value))
    if scores:
        rest.append((_SCORE, round(sum(scores) / len(scores), 6)))
    if tokens:
        rest.append((_TOKENS, sum(tokens)))
    return rest


def tokens_of(run: object) -> int:
    """Return the tokens of an `Answer` or of a `RunResult`, 0 where none are known."""
    usage = getattr(run, "usage", None)
    if usage is None:
        usage = getattr(getattr(run, "context_wrapper", None), "usage", None)
    tokens = getattr(usage, "total_tokens", 0)
    return tokens if isinstance(tokens, int) else 0
