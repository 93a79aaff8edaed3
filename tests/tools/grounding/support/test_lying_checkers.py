"""A checker that lies, in either direction, over sentences of real documents."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.support_statements import Row, read_rows
from tools.evidence.evidence import Evidence
from tools.grounding.citation import Draft, DraftCitation, Resolved
from tools.grounding.resolving import resolve
from tools.grounding.support.finding import Pair, Reading, Support

ROWS = read_rows(Path("nowhere"))
SAYS = ("states", "contradicts", "silent")
Told = Sequence[tuple[Row, bool]]
"""Sentences, and whether each of them cites something."""
told = st.lists(st.tuples(st.sampled_from(ROWS), st.booleans()), min_size=1, max_size=4)
readings = st.none() | st.builds(Reading, st.sampled_from(SAYS), st.text(max_size=9))


class Lies(Mapping[Pair, Reading]):
    """Readings of whatever is asked about, what was never shown to a checker too."""

    def __init__(self, given: Sequence[Reading | None]) -> None:
        self._given = given

    def __getitem__(self, pair: Pair) -> Reading:
        reading = self._given[len(pair.sentence) % len(self._given)]
        if reading is None:
            raise KeyError(pair)
        return reading

    def __iter__(self) -> Iterator[Pair]:
        return iter(())

    def __len__(self) -> int:
        return 0


def resolved(told: Told, *says: Reading | None, strict: bool = False) -> Resolved:
    evidence = Evidence()
    sentences, quotes = [], []
    for row, cites in told:
        source = evidence.show(row.cited[0].document, "", "", 1, row.cited[0].quote)
        sentence = row.sentence.rstrip(".")
        sentences.append(f"{sentence} [{source.id}]." if cites else f"{sentence}.")
        if cites:
            quotes.append(DraftCitation(source=source.id, quote=row.cited[0].quote))
    draft = Draft(answer="\n\n".join(sentences), citations=tuple(quotes))
    lies = Lies(says or [None])
    return resolve(draft, evidence, attach=False, strict=strict, readings=lies)


@given(told, st.lists(readings, min_size=1, max_size=5), st.booleans())
def test_a_lie_makes_no_contradicted_sentence_grounded_and_none_stated(
    told: Told, says: list[Reading | None], strict: bool
) -> None:
    before, after = resolved(told), resolved(told, *says, strict=strict)
    for rules, read in zip(before.sentences, after.sentences, strict=True):
        assert rules.text == read.text
        if rules.support in {Support.CONTRADICTED, Support.NONE}:
            assert read.support is rules.support
            assert not after.grounded
        if rules.support is Support.UNCLEAR:
            assert read.support is not Support.STATED
        if rules.support is not Support.STATED:
            assert not (strict and after.grounded)


@given(told)
def test_what_is_lifted_is_unclear_and_becomes_close_at_most(told: Told) -> None:
    before, after = resolved(told), resolved(told, Reading("states", "x"))
    changed = [
        (rules.support, read.support)
        for rules, read in zip(before.sentences, after.sentences, strict=True)
        if rules.support is not read.support
    ]
    assert set(changed) <= {(Support.UNCLEAR, Support.CLOSE)}


@given(told, st.sampled_from(["contradicts", "silent"]))
def test_whatever_the_rules_bear_out_can_be_lowered(
    told: Told, says: Literal["contradicts", "silent"]
) -> None:
    lowered = resolved(told, Reading(says, "x"))
    assert not any(
        each.support is not None and each.support.bears_out
        for each in lowered.sentences
    )
    assert lowered.verified == 0 or not lowered.sentences


def test_among_these_sentences_are_some_of_each_support() -> None:
    """Else the properties above would say nothing."""
    found = [
        each.support for row in ROWS[:300] for each in resolved([(row, True)]).sentences
    ]
    assert set(Support) - set(found) <= {Support.NONE}
    assert resolved([(ROWS[0], False)]).sentences[0].support is Support.NONE
