"""A comparison as an aligned table of plain text, for a terminal and a failing test."""

from collections.abc import Iterator

from agent.matching.call import Call
from agent.matching.comparing import Comparison, Row
from agent.matching.matchers import shown
from tools.text.clean import scalar, visible

__all__ = ["aligned_table", "call_line"]

_MOST_ROWS = 200
_WIDEST = 60
"""Characters of a column; the last one is as long as it has to be."""


def aligned_table(comparison: Comparison) -> str:
    """Return a line for each row, and beneath it where a call is not as expected."""
    rows = comparison.rows[:_MOST_ROWS]
    cells = [(row.kind, _cut(_safe(row.expected or "-")), _got(row)) for row in rows]
    first = max((len(kind) for kind, _, _ in cells), default=0)
    second = max((len(each) for _, each, _ in cells), default=0)
    lines = [_verdict(comparison)]
    for row, (kind, expected, got) in zip(rows, cells, strict=True):
        lines.append(f"  {kind:<{first}}  {expected:<{second}}  {got}".rstrip())
        lines += [f"  {'':<{first}}    {each}" for each in _details(row)]
    if more := len(comparison.rows) - len(rows):
        lines.append(f"  and {more} more")
    return "\n".join(lines)


def call_line(call: Call) -> str:
    """Return a call as one line that is safe to print."""
    if call.unreadable:
        return _safe(f"{call.name}(unreadable)")
    inside = ", ".join(f"{key}: {shown(each)}" for key, each in call.arguments.items())
    return _safe(f"{call.name}({inside})")


def _verdict(comparison: Comparison) -> str:
    score = comparison.exact_score
    verdict = "passed" if comparison.passed else "not passed"
    return f"{verdict}, score {float(score):.3f} ({score})"


def _got(row: Row) -> str:
    if row.call is not None:
        return f"#{row.place} {call_line(row.call)}"
    if row.nearest is not None:
        return f"nearest: {call_line(row.nearest)}"
    return "no call comes near"


def _details(row: Row) -> Iterator[str]:
    if row.call is not None and row.call.unreadable and not row.differences:
        yield _safe(row.call.unreadable)
    for each in row.differences:
        yield _safe(f"{each.path}: expected {each.expected}, got {each.got}")
    for like in row.similar:
        yield _safe(
            f"{like.path}: {like.similarity:.3f} like {like.expected!r} (at least "
            f"{like.at_least}); by meaning, not exact"
        )


def _safe(text: str) -> str:
    return _cut(" ".join(visible(scalar(text)).split()), 300)


def _cut(text: str, most: int = _WIDEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
