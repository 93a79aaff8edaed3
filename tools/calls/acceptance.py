"""What counts as an answer: which draft is taken, and which goes back to the model."""

from collections.abc import Sequence, Set

from tools.calls.abstaining import abstains
from tools.calls.merit import Merit
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft, Resolved
from tools.grounding.resolving import resolve
from tools.grounding.support.checker import Checker
from tools.grounding.support.finding import Pair, Reading, Support
from tools.threads import off_loop
from tools.trajectory.tool_call import ToolCall, has_searched

__all__ = ["Acceptance", "SentBackError", "UngroundedError", "UnsearchedError"]

_NAMED = 10
"""Sources that an answer without a citation is told of."""
_MAX_REJECTIONS = 1
"""How often an answer goes back because of its citations; after that it is marked."""


class SentBackError(Exception):
    """A draft goes back to the model."""

    def __init__(self, draft: Draft, reason: str) -> None:
        """Say which draft, and why in words that the model can act on."""
        super().__init__(reason)
        self.draft = draft
        self.reason = reason


class UnsearchedError(SentBackError):
    """It stands on nothing: no search, nor a source seen before."""


class UngroundedError(SentBackError):
    """Its citations do not bear it out."""


class Acceptance:
    """Judges the drafts of one run, whichever way they come."""

    def __init__(
        self,
        question: str,
        evidence: Evidence,
        shown: Set[int],
        trajectory: Sequence[ToolCall],
        *,
        strict: bool = False,
    ) -> None:
        """Judge by what a run has seen; all but the question grow while it goes on.

        Args:
            question: Names that it holds need no source.
            evidence: What the conversation has seen.
            shown: The numbers of the sources that the run has shown.
            trajectory: Its tool calls.
            strict: Whether each sentence must stand in what it cites in its own words.
        """
        self.draft: Draft | None = None
        """The first one that was taken."""
        self.finishing = False
        """Whether this is the last turn: its draft is taken as it is."""
        self.sent_back: UngroundedError | None = None
        """The latest draft that went back for its citations, and why."""
        self.checker: Checker | None = None
        """Who reads what the rules leave unclear."""
        self._readings: dict[Pair, Reading] = {}
        """What the checker has said, for as long as the run goes on."""
        self._asked: set[Pair] = set()
        """What it was asked: nothing is asked twice, answered or not."""
        self._strict = strict
        self._question = question
        self._evidence = evidence
        self._shown = shown
        self._trajectory = trajectory
        self._sent_to_search = False
        self._rejections = 0

    async def take(self, draft: Draft) -> Draft:
        """Judge a draft once the checker has read it, off the event loop.

        Raises:
            SentBackError: see `judge`.
        """
        await self._consult(draft)
        return await off_loop(self.judge, draft)

    async def _consult(self, draft: Draft) -> None:
        """Ask the checker, once, if the rules leave a sentence of a draft unclear.

        It is asked of what is borne out, too: it may lower that.
        """
        if self.checker is None:
            return
        resolved = await off_loop(self.resolve, draft)
        unclear = {
            each.text for each in resolved.sentences if each.support is Support.UNCLEAR
        }
        pairs = [each for each in resolved.pairs if each not in self._asked]
        if not any(each.sentence in unclear for each in pairs):
            return
        self._asked.update(pairs)
        read = await self.checker.read(pairs)
        # Only of what it was asked: a checker has no say in anything else.
        self._readings.update({each: read[each] for each in pairs if each in read})

    def resolve(self, draft: Draft) -> Resolved:
        """Return a draft resolved by what the run has seen, and what was read of it."""
        return resolve(
            draft,
            self._evidence,
            self._question,
            strict=self._strict,
            readings=self._readings,
        )

    def judge(self, draft: Draft) -> Draft:
        """Return a draft that is taken; a text that only abstains is no answer.

        Raises:
            UnsearchedError: it stands on nothing, and this was not said before.
            UngroundedError: its citations do not bear it out, and none was sent back
                for that before.
        """
        if self._abstains(draft):
            draft = draft.model_copy(update={"answered": False})
        if not self.finishing:
            self._examine(draft)
        if self.sent_back is not None:
            draft = self.better_of(self.sent_back.draft, draft)
        self.draft = self.draft or draft
        return draft

    def _abstains(self, draft: Draft) -> bool:
        """Whether a draft says no more than that a search has found nothing."""
        if not draft.answered or draft.citations or not has_searched(self._trajectory):
            return False
        return abstains(draft.answer, " ; ".join([self._question, *draft.missing]))

    def better_of(self, before: Draft, after: Draft) -> Draft:
        """Return the second of two drafts, unless it is no better than the first."""
        better = self._merit(after).is_better_than(self._merit(before))
        return after if better else before

    def holds(self, draft: Draft) -> bool:
        """Whether the check has nothing to say against a draft."""
        return self.resolve(draft).grounded

    def half_holds(self, draft: Draft) -> bool:
        """Whether a draft holds, or at least half of its sentences do."""
        resolved = self.resolve(draft)
        merit = Merit.of(draft, resolved)
        return merit.grounded or 2 * merit.checked >= max(1, len(resolved.sentences))

    def begin_anew(self) -> None:
        """Judge what another mode answers as if nothing had been answered before."""
        self.draft = None
        self.finishing = False
        self.sent_back = None
        self._rejections = 0

    def _examine(self, draft: Draft) -> None:
        if self._is_unsearched(draft):
            if self._sent_to_search:
                return  # without a source, there is nothing to correct it by
            self._sent_to_search = True
            raise UnsearchedError(draft, "nothing was searched yet")
        problems = self._find_problems(draft)
        if problems and self._rejections < _MAX_REJECTIONS:
            self._rejections += 1
            self.sent_back = UngroundedError(draft, "; ".join(problems))
            raise self.sent_back

    def _merit(self, draft: Draft) -> Merit:
        return Merit.of(draft, self.resolve(draft))

    def _is_unsearched(self, draft: Draft) -> bool:
        if has_searched(self._trajectory):
            return False
        cited = self.resolve(draft).citations
        return not any(each.verdict.is_sound for each in cited)

    def _find_problems(self, draft: Draft) -> tuple[str, ...]:
        """Return why a draft is not grounded."""
        resolved = self.resolve(draft)
        if draft.answered and not resolved.citations and self._shown:
            return (*resolved.problems, f"the sources are {self._names()}")
        return resolved.problems

    def _names(self) -> str:
        """Return the numbers of sources that the run has shown, each with its place."""
        shown = [each for each in self._evidence if each.id in self._shown]
        return ", ".join(
            f"[{each.id}] {each.document} lines {each.start_line}-{each.end_line}"
            for each in shown[-_NAMED:]
        )
