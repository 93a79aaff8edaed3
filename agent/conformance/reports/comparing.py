"""Two checks side by side: which probes came out otherwise."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from agent.conformance.record import CheckRecord, FindingRecord
from agent.conformance.reports.wording import interval_of, rate_of
from tools.errors import UsageError
from tools.text.clean import visible

__all__ = ["compare_lines", "read_record"]

_MAX_BYTES = 64 * 2**20
_NAME = 40
"""Characters of a model's name in the head of a column."""


def read_record(path: Path) -> CheckRecord:
    """Return a check that `--json` has written.

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path} is larger than {_MAX_BYTES // 2**20} MiB.")
        return CheckRecord.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValidationError, json.JSONDecodeError) as error:
        raise UsageError(
            f"{path} holds no check: write one with `citeloop check --json > FILE`."
        ) from error


def compare_lines(first: CheckRecord, second: CheckRecord) -> Iterator[str]:
    """Yield a line for each probe and way of either; `≠` where the verdicts differ.

    A verdict is compared with a verdict: of behaviour, two rates may differ within
    their intervals, and the verdicts then are the same or `inconclusive`.
    """
    names = [_name(first), _name(second)]
    yield f"{'':2} {'probe':<22} {'way':<8} {names[0]:<{_NAME}} {names[1]}"
    both = [{(each.probe, each.way): each for each in one.findings}
            for one in (first, second)]  # fmt: skip
    differing = 0
    for place in sorted(both[0].keys() | both[1].keys()):
        left, right = both[0].get(place), both[1].get(place)
        shown = left or right
        assert shown is not None  # noqa: S101 (it comes from one of them)
        differs = _verdict(left) != _verdict(right)
        differing += differs
        head = f"{'≠' if differs else '':2} {shown.probe:>2} {shown.name:<19}"
        yield f"{head} {shown.way:<8} {_told(left):<{_NAME}} {_told(right)}".rstrip()
    yield ""
    yield f"{differing} of {len(both[0].keys() | both[1].keys())} differ"
    for name, each in zip(names, (first, second), strict=True):
        yield f"{name}: {_line(each.verdict)}"
    if first.seed != second.seed:
        yield "The seeds differ, so the two were not asked the same words."


def _name(record: CheckRecord) -> str:
    name = f"{_line(record.model)} at {_line(record.base_url)}"
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _verdict(finding: FindingRecord | None) -> str:
    return finding.verdict if finding else "not asked"


def _told(finding: FindingRecord | None) -> str:
    if finding is None:
        return "not asked"
    return f"{finding.verdict} {rate_of(finding)} {interval_of(finding)}".rstrip()


def _line(text: str) -> str:
    return " ".join(visible(text).split())
