"""Attaches citations to sentences whose own are missing or do not hold.

A sentence is looked up in all that the run has seen. Where a source bears it out, its
marks that failed point to that source instead, or a mark is written behind it; what
the model had cited is kept in the claim of the new citation.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tools.grounding.attribution import Attribution
from tools.grounding.checking import check_statement
from tools.grounding.citation import Statement
from tools.grounding.judging import Judge
from tools.grounding.marks import Mark
from tools.grounding.statements import Reading
from tools.grounding.verdicts import Verified

__all__ = ["Attached", "attach_citations"]

_ENDED = re.compile(r"[.!?…。！？:|][\"'”’»)\]*_`]*+\s*+\Z")
_NEAR = 2
"""Sentences before and behind one whose sources are tried first."""
_MOST = 200
"""Sentences of an answer that are looked up."""
Targets = dict[Mark, list[int]]
_Part = tuple[Mark | None, Verified | None]
"""A mark, or what stands behind the last one, and what bears it out."""


@dataclass(slots=True)
class Attached:
    """Which citations an answer's marks and sentences have, with those attached."""

    targets: Targets
    added: dict[Statement, list[int]] = field(default_factory=dict)
    """What a sentence cites besides its own marks; it is written behind it."""
    replaced: frozenset[int] = frozenset()
    """The citations that no mark points to any more, for another took their place."""

    def ids(self, statement: Statement) -> tuple[int, ...]:
        """Return the citations of a sentence, each once."""
        own = [each for mark in statement.marks for each in self.targets.get(mark, ())]
        return tuple(dict.fromkeys([*own, *self.added.get(statement, ())]))


def attach_citations(
    answer: str, reading: Reading, targets: Targets, judge: Judge, question: str
) -> Attached:
    """Return the citations of an answer, completed where a source is found.

    Args:
        answer: As the model wrote it.
        reading: What it states.
        targets: The citations of each mark.
        judge: Of these citations; it takes up the new ones.
        question: Names that it holds need no source.
    """
    attaching = _Attaching(answer, reading, Attached(dict(targets)), judge, question)
    attaching.look_up()
    return attaching.settle()


class _Attaching:
    def __init__(
        self,
        answer: str,
        reading: Reading,
        attached: Attached,
        judge: Judge,
        question: str,
    ) -> None:
        self._answer = answer
        self._statements = reading.statements
        self._said = {
            mark: claim.wordings[-2:][0]
            for claim in reading.claims
            if claim.wordings
            for mark in claim.marks
        }
        """What each mark is cited for: of several in a sentence, its part of it."""
        self._attached = attached
        self._judge = judge
        self._question = question
        self._attribution = Attribution(judge.evidence)
        self._looked = 0
        self._found: dict[Mark, dict[Statement, int]] = {}
        """What bears out the sentences that a failing mark is cited for."""
        self._mended: dict[Statement, list[int]] = {}
        """All that was found for a sentence."""

    def look_up(self) -> None:
        """Find a source for each sentence that is not borne out."""
        for at, statement in enumerate(self._statements):
            if self._looked < _MOST and self._lacks(statement):
                self._looked += 1
                self._complete(at, statement)

    def _lacks(self, statement: Statement) -> bool:
        """Whether a sentence is not borne out, and not denied by its own sources."""
        ids = self._attached.ids(statement)
        checked = check_statement(statement, ids, self._judge, self._question)
        sound = checked.sentence.covered and not checked.wrong
        sound = sound and all(map(self._judge.is_sound, ids))
        return not sound and not checked.sentence.contradicted

    def _complete(self, at: int, statement: Statement) -> None:
        """Attach what bears out a sentence, or else what bears out all its parts."""
        failing = [mark for mark in statement.marks if self._fails(mark)]
        if whole := self._find(statement.text, at):
            marks: Sequence[Mark | None] = failing or [None]
            parts: list[_Part] = [(mark, whole) for mark in marks]
        else:
            parts = list(self._parts(at, statement, failing))
        if not all(found for _, found in parts):
            return
        claim = self._as_written(statement, failing)
        for mark, found in parts:
            if found:
                self._attach(statement, mark, self._judge.attach(claim, found))

    def _attach(self, statement: Statement, mark: Mark | None, found: int) -> None:
        self._mended.setdefault(statement, []).append(found)
        if mark:
            self._found.setdefault(mark, {})[statement] = found
        else:
            self._attached.added.setdefault(statement, []).append(found)

    def _parts(
        self, at: int, statement: Statement, failing: Sequence[Mark]
    ) -> Iterator[_Part]:
        """Yield what bears out each part of a sentence that several marks split."""
        if len({mark.start for mark in statement.marks}) < 2:
            return
        for mark in failing:
            yield mark, self._find(self._said.get(mark, ""), at)
        if self._judge.lacks(statement):
            yield None, self._find(statement.tail, at)

    def _find(self, text: str, at: int) -> Verified | None:
        first, last = max(0, at - _NEAR), at + _NEAR + 1
        near = [*self._cited(at), *self._cited(*range(first, last))]
        about = self._cited(at - 1) if at else None
        cut = at == len(self._statements) - 1 and self._ends_open
        return self._attribution.find(text, near, about, cut=cut)

    @cached_property
    def _ends_open(self) -> bool:
        """Whether the answer ends in the middle of a sentence, as far as is seen."""
        ended = _ENDED.search(self._statements[-1].text)
        return not ended and not _ENDED.search(self._answer)

    def _cited(self, *places: int) -> list[int]:
        """Return the sources that sentences cite soundly, by their places."""
        some = (each for each in places if each < len(self._statements))
        return [
            source
            for each in some
            for source in self._judge.sources(self._ids(self._statements[each]))
        ]

    def _ids(self, statement: Statement) -> Iterable[int]:
        return [*self._attached.ids(statement), *self._mended.get(statement, ())]

    def _fails(self, mark: Mark) -> bool:
        targets = self._attached.targets.get(mark, ())
        return not all(map(self._judge.is_sound, targets))

    def _as_written(self, statement: Statement, failing: Sequence[Mark]) -> str:
        """Return a sentence with the model's marks, and its quotes that failed."""
        written = " ".join(self._answer[statement.start : statement.end].split())
        quotes = [
            f'[{mark.source}]: "{self._judge.citations[each - 1].claim}"'
            for mark in failing
            if mark in self._judge.quoted
            for each in self._attached.targets[mark]
            if not self._judge.is_sound(each)
        ]
        return " ".join([written, *dict.fromkeys(quotes)])

    def settle(self) -> Attached:
        """Point marks to what was found, where it bears out all they are cited for."""
        attached = self._attached
        left: set[int] = set()
        uses = Counter(mark for each in self._statements for mark in each.marks)
        for mark, found in self._found.items():
            if len(found) == uses[mark]:
                own = attached.targets[mark]
                left.update(each for each in own if not self._judge.is_sound(each))
                sound = filter(self._judge.is_sound, own)
                attached.targets[mark] = list(dict.fromkeys([*sound, *found.values()]))
                continue
            for statement, id_ in found.items():
                added = attached.added.setdefault(statement, [])
                added += [] if id_ in added else [id_]
        kept = {each for ids in attached.targets.values() for each in ids}
        attached.replaced = frozenset(left - kept)
        return attached
