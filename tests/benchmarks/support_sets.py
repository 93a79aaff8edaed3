"""SummEdits and WiCE, whose labels people gave, for `support.py`.

Each sentence of a summary, or of a claim, cites the whole document. It counts as borne
out if every sentence does. Of SummEdits, which edits each summary in many ways, the
edits of the summaries that pass are told apart: an edit that keeps the meaning should
pass as well, one that turns it should not. What WiCE calls supported in part is false.
"""

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.support_figures import (
    Outcome,
    balanced,
    counts_of,
    ratio,
    summed,
    wilson,
    with_interval,
)
from tools.evidence.evidence import Evidence

__all__ = ["SETS", "Claimed", "read_set", "report_set"]

SETS = ("summedits", "wice")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'“(]?[A-Z0-9])")
_END = re.compile(r"[.!?]*[\"'”)]*\Z")
PRECISION = 0.85
"""Share of what is called borne out that must be true."""
EDITS = 0.85
"""Share of the false edits of passing summaries that must be caught."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A summary or a claim with the document that it cites."""

    id: str
    group: str
    """Of the same document."""
    label: bool
    text: str
    source: str
    kinds: tuple[str, ...] = ()
    """How it was edited."""
    is_original: bool = False

    @property
    def answer(self) -> str:
        """Its sentences, each with its mark."""
        return " ".join(map(_marked, _SENTENCE.split(self.text.strip())))

    def evidence(self) -> Evidence:
        shown = Evidence()
        shown.show(f"{self.group}.txt", "", "", 1, self.source)
        return shown


def _marked(sentence: str) -> str:
    end = _END.search(sentence)
    at = end.start() if end else len(sentence)
    return f"{sentence[:at]} [1]{sentence[at:]}"


def read_set(name: str, data: Path) -> list[Claimed]:
    """Return the part of a set that may be looked at."""
    with gzip.open(data / name / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [_summary(each) if name == "summedits" else _claim(each) for each in records]


def _summary(record: dict[str, Any]) -> Claimed:
    group, _, edit = record["id"].rpartition("_")
    return Claimed(
        id=record["id"],
        group=group,
        label=record["label"] == 1,
        text=record["summary"],
        source=record["doc"],
        kinds=tuple(record["edit_types"]),
        is_original=edit == "og",
    )


def _claim(record: dict[str, Any]) -> Claimed:
    name = record["meta"]["id"]
    return Claimed(
        id=name,
        group=name,
        label=record["label"] == "supported",
        text=record["claim"],
        source="\n".join(record["evidence"]),
        kinds=(record["label"],),
    )


Judged = list[tuple[Claimed, Outcome]]


def _true_kept(sums: Any) -> float:
    return ratio(sums[1], sums[0])


def _false_caught(sums: Any) -> float:
    return ratio(sums[3], sums[2])


def _passed(sums: Any) -> int:
    return int(sums[1] + sums[2] - sums[3])


def _precision(sums: Any) -> float:
    return ratio(sums[1], _passed(sums))


def _coverage(sums: Any) -> float:
    return ratio(_passed(sums), sums[0] + sums[2])


FIGURES: dict[str, Callable[[Any], float]] = {
    "true kept": _true_kept,
    "false caught": _false_caught,
    "balanced": balanced,
    "of borne out, true": _precision,
    "borne out": _coverage,
}
"""Of sums as `counts_of` orders them."""


def report_set(name: str, judged: Judged, *, whole: bool) -> dict[str, bool]:
    """Print the tables of a set; return its floors, and whether they hold.

    Args:
        name: Of the set.
        judged: Its cases, or some of them.
        whole: Whether these are all: of some, no summary has all of its edits.
    """
    counts = _by_document(judged, lambda several: counts_of([o for _, o in several]))
    print(f"\n| {name} | cases | {' | '.join(FIGURES)} |")
    print(f"|---|---|{'---|' * len(FIGURES)}")
    cells = [with_interval(counts, figure) for figure in FIGURES.values()]
    print(f"| all | {len(judged)} | {' | '.join(cells)} |")
    _print_kinds(judged)
    precision = _precision(summed(counts))
    text = f"{name}: of borne out, true {precision:.3f}, floor {PRECISION}"
    floors = {text: precision >= PRECISION}
    if whole and name == "summedits":
        floors |= _report_edits(judged)
    return floors


def _by_document(
    judged: Judged, count: Callable[[Judged], list[int]]
) -> list[list[int]]:
    groups: dict[str, Judged] = defaultdict(list)
    for each in judged:
        groups[each[0].group].append(each)
    return [count(several) for several in groups.values()]


def _print_kinds(judged: Judged) -> None:
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for claimed, outcome in judged:
        for kind in claimed.kinds or ("reworded or as it was",):
            kinds[f"{kind}, {'true' if outcome.label else 'false'}"].append(outcome)
    print("\n| kind | cases | judged rightly | borne out |")
    print("|---|---|---|---|")
    for kind, outcomes in sorted(kinds.items()):
        passed = sum(each.borne_out for each in outcomes)
        right = sum(each.borne_out == each.label for each in outcomes)
        print(f"| {kind} | {len(outcomes)} | {wilson(right, len(outcomes))} "
              f"| {passed} |")  # fmt: skip


def _report_edits(judged: Judged) -> dict[str, bool]:
    counts = _by_document(judged, lambda several: counts_of(list(_edits(several))))
    rewrites, kept, falsified, caught = summed(counts)
    print("\n| edits of summaries that pass | cases | share |")
    print("|---|---|---|")
    print(f"| rewrites kept | {kept} of {rewrites} "
          f"| {with_interval(counts, _true_kept)} |")  # fmt: skip
    print(f"| falsified ones caught | {caught} of {falsified} "
          f"| {with_interval(counts, _false_caught)} |")  # fmt: skip
    share = ratio(caught, falsified)
    text = f"summedits: edits of passing summaries caught {share:.3f}, floor {EDITS}"
    return {text: share >= EDITS}


def _edits(several: Judged) -> Iterator[Outcome]:
    """Return what was made of the edits of a document, if its summary passes."""
    originals = [outcome for claimed, outcome in several if claimed.is_original]
    if any(each.label and each.borne_out for each in originals):
        yield from (outcome for claimed, outcome in several if not claimed.is_original)
