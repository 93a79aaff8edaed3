"""Judges what marks are cited for, and keeps the citations that come of it."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Literal

from tools.evidence.evidence import Evidence
from tools.grounding.citation import Citation, Claim, Statement, Verdict
from tools.grounding.marks import Mark
from tools.grounding.remarks import Checked, explain
from tools.grounding.support.finding import Pair, Reading
from tools.grounding.verdicts import Verified, verify_citation
from tools.text.clean import neutralise_control_tokens

__all__ = ["Judge"]

_MAX_SHARING = 12
"""Marks side by side that may each bear out a part of a sentence."""
_MAX_RUN = 8
"""Parts that one mark is tried for at once."""


class Judge:
    """Numbers the citations of one answer from 1, each by what it was checked for."""

    def __init__(self, evidence: Evidence, readings: Mapping[Pair, Reading]) -> None:
        """Begin without any.

        Args:
            evidence: What the conversation has seen.
            readings: What a checker has said of sentences and what they cite.
        """
        self.evidence = evidence
        self.readings = readings
        self.citations: list[Citation] = []
        self.lines: list[str] = []
        """The whole lines that each citation names."""
        self.context: list[str] = []
        """The names of the document that each citation stands in."""
        self.quoted: set[Mark] = set()
        """The marks that point to quotes."""
        self.checked: dict[tuple[Statement, tuple[int, ...]], Checked] = {}
        """The sentences that were checked, each with its citations."""
        self.found: list[Verified] = []
        """Where each citation stands."""
        self.quotes = 0
        """How many citations came of quotes; those behind them of sentences."""
        self._sources: list[int] = []
        """The number of the source that each citation names."""
        self._ids: dict[tuple[object, ...], int] = {}
        """The citations by what tells one from another."""
        self._verified: dict[tuple[object, ...], Verified] = {}

    def cite(self, number: int, claim: str, lines: tuple[int, int] | None) -> int:
        """Check a claim against a source; return the id of its citation."""
        return self._keep(number, claim, self._verify(number, claim, lines))

    def attach(self, claim: str, verified: Verified) -> int:
        """Return the id of the citation of what bears out a claim that had none."""
        number = verified.source.id if verified.source else 0
        return self._keep(number, claim, verified, "citeloop")

    def _keep(
        self,
        number: int,
        claim: str,
        verified: Verified,
        by: Literal["citeloop"] | None = None,
    ) -> int:
        """Return the id of a citation, that of its like if there is one."""
        new = len(self.citations) + 1
        known = self._ids.setdefault((number, verified, by), new)
        if known == new:
            self.citations.append(_citation(new, claim, verified, by))
            self.lines.append(_whole_lines(verified))
            self.context.append(_names(verified))
            self.found.append(verified)
            self._sources.append(number)
        return known

    def judge(self, claim: Claim, marks: Sequence[Mark]) -> dict[Mark, list[str]]:
        """Return what each of some marks bears out of a claim; or what it should."""
        meant: dict[Mark, list[str]] = {}
        for mark in marks:
            borne = (each for each in claim.wordings if self.holds(each, mark))
            if first := next(borne, None):
                meant[mark] = [first]
        left = [mark for mark in marks if mark not in meant]
        if len(left) > _MAX_SHARING or not claim.parts:
            pass
        elif len(left) < len(claim.marks):  # others bear out all of it
            for mark in left:
                borne = (each for each in claim.parts if self.holds(each, mark))
                if first := next(borne, None):
                    meant[mark] = [first]
        else:
            meant = self._share(claim.parts, left)
        lacking = claim.wordings[:2][-1:] or (", ".join(claim.parts),)
        return meant | {mark: list(lacking) for mark in marks if mark not in meant}

    def _share(
        self, parts: Sequence[str], marks: Sequence[Mark]
    ) -> dict[Mark, list[str]]:
        """Share out the parts of a claim; none is left, or no mark has any."""
        shares: dict[Mark, list[str]] = {}
        at = 0
        while at < len(parts):
            for end in range(min(len(parts), at + _MAX_RUN), at, -1):
                run = ", ".join(parts[at:end])
                mark = next((each for each in marks if self.holds(run, each)), None)
                if mark:
                    shares.setdefault(mark, []).append(run)
                    at = end
                    break
            else:
                return {}
        for mark in marks:
            borne = (each for each in parts if self.holds(each, mark))
            if mark not in shares and (first := next(borne, None)):
                shares[mark] = [first]
        return shares

    def lacks(self, statement: Statement) -> bool:
        """Whether what a statement says behind its last mark has no source."""
        if not statement.tail or not self.quoted.isdisjoint(statement.marks):
            return False
        texts = (statement.tail, statement.text)
        return not any(
            self.holds(text, mark) for text in texts for mark in statement.marks
        )

    def holds(self, text: str, mark: Mark) -> bool:
        """Whether the source of a mark bears out a text."""
        return self._verify(mark.source, text, mark.lines).verdict.is_sound

    def _verify(
        self, number: int, claim: str, lines: tuple[int, int] | None
    ) -> Verified:
        key = (number, claim, lines)
        if key not in self._verified:
            self._verified[key] = verify_citation(claim, number, self.evidence, lines)
        return self._verified[key]

    def by_source(self) -> dict[int, list[Citation]]:
        """Return the citations so far, by the number that they name."""
        grouped: dict[int, list[Citation]] = {}
        for source, citation in zip(self._sources, self.citations, strict=True):
            grouped.setdefault(source, []).append(citation)
        return grouped

    def is_far(self, id_: int) -> bool:
        """Whether a sentence, not a quote, shares too few words with its source."""
        citation = self.citations[id_ - 1]
        stands_nowhere = citation.verdict is Verdict.FABRICATED
        return id_ > self.quotes and stands_nowhere and not citation.attached_by

    def lift(self, ids: Iterable[int]) -> None:
        """Take for paraphrases what a checker found to be stated."""
        for each in filter(self.is_far, ids):
            changed = {"verdict": Verdict.PARAPHRASED}
            self.citations[each - 1] = self.citations[each - 1].model_copy(
                update=changed
            )

    def is_sound(self, id_: int) -> bool:
        """Whether a citation grounds what it is cited for."""
        return self.citations[id_ - 1].verdict.is_sound

    def sources(self, ids: Iterable[int]) -> list[int]:
        """Return the numbers of the sources of those citations that are sound."""
        return [self._sources[each - 1] for each in ids if self.is_sound(each)]

    def problems(self, kept: Container[int]) -> list[str]:
        """Return what is wrong with citations, by the numbers the model knows."""
        return [
            explain(source, citation)
            for source, citation in zip(self._sources, self.citations, strict=True)
            if not citation.verdict.is_sound and citation.id in kept
        ]


def _whole_lines(verified: Verified) -> str:
    """Return the lines that an excerpt is cut from, in full, and a table's header."""
    source, first, last = verified.source, verified.start_line, verified.end_line
    if source is None or first is None or last is None:
        return ""
    lines = source.text.split("\n")
    start = first - source.start_line
    header = start
    while (
        lines[start].lstrip().startswith("|")
        and header
        and (lines[header - 1].lstrip().startswith("|"))
    ):
        header -= 1
    above = [lines[header]] if header < start else []
    return "\n".join([*above, *lines[start : last - source.start_line + 1]])


def _names(verified: Verified) -> str:
    source = verified.source
    return f"{source.document} {source.title} {source.heading}" if source else ""


def _citation(
    number: int, claim: str, verified: Verified, by: Literal["citeloop"] | None
) -> Citation:
    source = verified.source
    return Citation(
        id=number,
        document=source.document if source else None,
        title=source.title if source else None,
        start_line=verified.start_line,
        end_line=verified.end_line,
        quote=verified.excerpt,
        verdict=verified.verdict,
        claim=neutralise_control_tokens(claim),
        attached_by=by,
    )
