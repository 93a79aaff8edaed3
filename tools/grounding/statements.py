"""Finds the statements of an answer: the sentences that state a fact.

Markdown is parsed by markdown-it, sentences are split by sentencex (Wikimedia). Code,
tables, headings, questions, what introduces a list, items of a list that are no whole
sentence, lists of sources, and what says that the documents are silent, state no fact
to be cited.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tools.grounding.citation import Claim, Statement
from tools.grounding.marks import Mark
from tools.grounding.pointing import points
from tools.grounding.wording.silence import is_silence
from tools.text.prose import Prose, blank_out, read_prose
from tools.text.sentences import (
    EDGE,
    find_sentences,
    is_introduction,
    is_question,
    is_whole,
    part_clauses,
    says_something,
)

__all__ = ["Reading"]

_SPACED = re.compile(r" (?=[.,;:!?。，；：！？])")
"""Space that a mark leaves before a full stop; runs of it are one by then."""
_EMPTY = re.compile(r"\(\s*[,;]?\s*\)|\[\s*\]")
"""Brackets that held nothing but marks."""
_OF_WORK = re.compile(r"\W*(?:i|we|let\sme\sknow|searched\sfor)\b", re.IGNORECASE)
"""What speaks of the work on the question."""
_STEP = re.compile(r"›\s*\d{1,3}\.\Z")
"""The number of a step behind the headings that it stands under, which ends none."""
_STEP_SIGNS = 8
_SIDE = 2000
"""Characters before and behind a mark that it may be cited for."""
_TITLES = frozenset(
    [
        "source", "sources", "reference", "references", "citation", "citations",
        "footnote", "footnotes", "note", "notes", "bibliography", "quellen",
        "fuentes", "références", "来源", "参考资料", "参考文献", "出典",
    ]
)  # fmt: skip
_TITLE = 4
"""Words of the title of a list of sources."""
_NAMED = re.compile(r"\w[./]\w")
"""A sign of a file's name or an address."""
_WORDS = re.compile(r"[^\W_]+")
_JOINING = re.compile(r"[\s,;&()*_]*+(?:and|und|et|y|和)?[\s,;&()*_]*+")
"""What may stand between marks that are cited for the same."""


@dataclass(slots=True)
class _Unit:
    """A sentence, a heading, a row of a table, or a line of a list of sources."""

    block: Prose
    start: int
    end: int
    words: str
    own: tuple[Mark, ...]
    entry: bool
    alone: bool
    """Whether it says no more than that there are marks."""
    lent: tuple[Mark, ...] = ()
    """Marks that stand alone behind it."""


class Reading:
    """An answer, read for what it states and what each mark is cited for."""

    def __init__(self, answer: str, marks: Sequence[Mark]) -> None:
        """Read an answer with the marks that were found in it."""
        self._marks = marks
        self._starts = [mark.start for mark in marks]
        self._blank = blank_out(answer, [(each.start, each.end) for each in marks])
        self._after_sources = False
        self._units = [
            unit
            for block in read_prose(answer)
            if block.kind != "code"
            for unit in self._read(block)
        ]
        self.claims: tuple[Claim, ...] = (*self._alone(), *self._cited())
        """What is cited for what; marks of a list of sources are for nothing."""
        self.statements: tuple[Statement, ...] = tuple(self._stated())

    def _read(self, block: Prose) -> Iterator[_Unit]:
        if block.kind != "paragraph":
            line = self._blank[block.start : block.end]
            self._after_sources = _is_title_of_sources(line)
            yield self._unit(block, block.start, block.end)
            return
        for start, end, entry in self._stretches(block):
            if entry:
                yield self._unit(block, start, end, entry=True)
                continue
            first = start  # what stands before its first word is the sentence's
            for _, after in find_sentences(self._blank, start, end):
                yield self._unit(block, first, after)
                first = after
            if first == start:
                yield self._unit(block, start, end)

    def _unit(
        self, block: Prose, start: int, end: int, *, entry: bool = False
    ) -> _Unit:
        own = self._between(start, end)
        words = self._words(start, end)
        alone = bool(own) and points(words)
        return _Unit(block, start, end, words, own, entry, alone)

    def _words(self, start: int, end: int) -> str:
        words = " ".join(self._blank[start:end].split())
        if "(" in words or "[" in words:
            words = " ".join(_EMPTY.sub("", words).split())
        return _SPACED.sub("", words)

    def _between(self, start: int, end: int) -> tuple[Mark, ...]:
        first = bisect_left(self._starts, start)
        return tuple(self._marks[first : bisect_left(self._starts, end)])

    def _stretches(self, block: Prose) -> Iterator[tuple[int, int, bool]]:
        """Yield the parts of a paragraph, and whether each is a line of a list.

        The lines of a list of sources begin with a mark and are no whole sentences.
        """
        heads = {
            mark.start: mark.heads for mark in self._between(block.start, block.end)
        }
        start = at = block.start
        entry = False
        for line in self._blank[start : block.end].splitlines(keepends=True):
            opening = next((n for n, sign in enumerate(line, at)
                            if n in heads or not sign.isspace()), -1)  # fmt: skip
            listed = heads.get(opening, False) or (
                opening in heads and self._is_entry(line, begins=at == block.start)
            )
            entry = listed or (entry and opening not in heads)
            self._after_sources = entry or _is_title_of_sources(line)
            if entry:
                if start < at:
                    yield start, at, False
                yield at, at + len(line), True
                start = at + len(line)
            at += len(line)
        if start < block.end:
            yield start, block.end, False

    def _is_entry(self, line: str, *, begins: bool) -> bool:
        if is_whole(line):
            return False
        return self._after_sources or (begins and bool(_NAMED.search(line)))

    def _alone(self) -> Iterator[Claim]:
        """Lend marks that stand alone to what is before them; yield their claims."""
        latest: int | None = None
        for at, unit in enumerate(self._units):
            if not unit.alone or unit.entry:
                stands = unit.words and not unit.entry and unit.block.kind != "heading"
                latest = at if stands else latest
                continue
            meant = self._before(latest, unit) if latest is not None else []
            for each in meant:
                each.lent += unit.own
            texts = tuple(each.words for each in reversed(meant))
            yield Claim(unit.own, texts if len(texts) == 1 else (), texts)

    def _before(self, latest: int, unit: _Unit) -> list[_Unit]:
        """Return what marks alone belong to, the last first.

        Behind a sentence of their own paragraph it is that sentence; else all that has
        no marks of the paragraph, list or table before them, back to what has some.
        """
        last = self._units[latest]
        meant = [last]
        if last.block == unit.block or last.own or last.lent:
            return meant
        for before in reversed(self._units[:latest]):
            own = (
                before.block == last.block
                or (
                    before.block.top == last.block.top
                    and last.block.kind != "paragraph"
                )
                or (before.block.top == last.block.top and last.block.listed)
            )
            if not own or before.own or before.lent:
                break
            meant.append(before)
        return meant

    def _cited(self) -> Iterator[Claim]:
        """Yield the claims of marks that stand in or behind what they are for."""
        for unit in self._units:
            if (
                unit.own
                and unit.entry
                and _states_a_fact(unit.words, listed=True, cited=True)
            ):
                yield Claim(unit.own, (unit.words,), ())
            elif unit.own and not unit.entry and not unit.alone:
                yield from self._claims(unit)

    def _claims(self, unit: _Unit) -> Iterator[Claim]:
        at = unit.start
        for group in self._groups(unit.own):
            first, last = group[0].start, group[-1].end
            start = max(unit.start, first - _SIDE)
            before, own = self._said(start, first), self._said(max(at, start), first)
            whole = self._said(start, min(unit.end, last + _SIDE))
            said = [each for each in (before, own) if says_something(each)]
            clauses = part_clauses(said[-1] if said else whole)
            wordings = tuple(dict.fromkeys([*said, whole]))
            yield Claim(group, wordings, tuple(clauses) if len(group) > 1 else ())
            at = last

    def _groups(self, marks: Sequence[Mark]) -> Iterator[tuple[Mark, ...]]:
        """Yield the marks of a sentence, those together that stand side by side."""
        group = [marks[0]]
        for mark in marks[1:]:
            if not _JOINING.fullmatch(self._blank, group[-1].end, mark.start) and (
                mark.start != group[-1].start
            ):
                yield tuple(group)
                group = []
            group.append(mark)
        yield tuple(group)

    def _said(self, start: int, end: int) -> str:
        return self._words(start, end).strip(EDGE)

    def _stated(self) -> Iterator[Statement]:
        introduction: tuple[Mark, ...] = ()
        for unit in self._units:
            block = unit.block
            if block.kind != "paragraph" or unit.alone:
                continue
            introduction = introduction if block.listed else ()
            quoted = self._between(block.start, block.end) if block.quoted else ()
            carried = unit.own or unit.lent
            if is_introduction(unit.words):
                introduction = carried
            elif _states_a_fact(
                unit.words, listed=block.listed or unit.entry, cited=bool(carried)
            ):
                yield self._statement(unit, carried or quoted or introduction)

    def _statement(self, unit: _Unit, marks: tuple[Mark, ...]) -> Statement:
        said = self._blank[unit.start : unit.end]
        start = unit.start + len(said) - len(said.lstrip())
        stop = unit.start + len(said.rstrip())
        tail = ""
        if unit.own:
            start, stop = min(start, unit.own[0].start), max(stop, unit.own[-1].end)
            tail = self._said(unit.own[-1].end, unit.end)
        tail = tail if says_something(tail) else ""
        return Statement(unit.words, start, stop, marks, tail)


def _is_title_of_sources(line: str) -> bool:
    found = _WORDS.finditer(line)
    words = [each[0].casefold() for each in islice(found, _TITLE + 1)]
    return len(words) <= _TITLE and not _TITLES.isdisjoint(words)


def _states_a_fact(words: str, *, listed: bool, cited: bool) -> bool:
    """Whether a sentence states a fact; one that cites a source speaks of no work."""
    if is_question(words) or (_OF_WORK.match(words) and not cited):
        return False
    if _STEP.search(words[-_STEP_SIGNS:]):
        return False
    if is_silence(words, cited=cited):
        return False
    if listed and not is_whole(words):
        return False
    return says_something(words)
