"""Answers by quoting: the places that fit a question best, and nothing else."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from agent.extractive.choosing import choose_places
from agent.extractive.fitting import Fit, judge_places
from agent.extractive.places import Place, places_of
from agent.extractive.questions import content_words, read_wanted, split_question
from tools.embedding.embedder import Embedder
from tools.evidence.evidence import Evidence, Source
from tools.evidence.shown import ShownSource, read_sources, write_source
from tools.grounding.citation import Draft, DraftCitation

__all__ = ["FITTING", "best_sentences", "compose", "likelihood", "quote_evidence"]

FITTING = 0.5
"""How likely the best place must be to answer, for anything to be quoted.

Chosen on half A of `tests/benchmarks/extractive_questions.jsonl`, by the F1 of
abstaining in a cross-validation.
"""
_MAX_PLACES = 80
"""Whose meaning is looked at: embedding them is most of what an answer takes."""
_MAX_OF_PART = 2
"""Places that are quoted for each part of a question that has several."""
_CLOSEST = 3
"""Passages that are named where nothing answers."""


def quote_evidence(
    question: str,
    evidence: Evidence,
    embedder: Embedder,
    quotes: Sequence[str] = (),
) -> Draft:
    """Return the best answer that can be quoted from what a run has seen.

    What a model has quoted (`quotes`) comes before what fits as well.
    """
    shown = _shown(evidence)
    parts = split_question(question)
    best = [best_sentences(part, shown, embedder, quotes=quotes) for part in parts]
    return compose(parts, best, shown)


def _shown(sources: Iterable[Source]) -> list[ShownSource]:
    return [each for source in sources for each in read_sources(write_source(source))]


def best_sentences(
    part: str,
    sources: Sequence[ShownSource],
    embedder: Embedder,
    fitting: float = FITTING,
    quotes: Sequence[str] = (),
) -> list[Fit]:
    """Return the places that answer a part of a question, best first.

    None is returned where the best of them is less likely to answer than `fitting`.
    """
    places = _telling(part, sources)
    judged = judge_places(part, places, embedder, quotes)
    if not places or judged.likelihood < fitting:
        return []
    wanted = read_wanted(part)
    chosen = choose_places(judged.fits, wanted)
    if wanted.counted and not any(each.place.has_number for each in chosen):
        return []
    return chosen


def likelihood(
    parts: Sequence[str], sources: Sequence[Source], embedder: Embedder
) -> float:
    """Return how likely sources answer a question, in its likeliest part, 0 to 1."""
    shown = _shown(sources)
    judged = (judge_places(each, _telling(each, shown), embedder) for each in parts)
    return max(each.likelihood for each in judged)


def _telling(part: str, sources: Sequence[ShownSource]) -> list[Place]:
    """Return the places of some sources, each text once; of many, the likelier ones."""
    places = {
        place.text: place
        for source in reversed(sources)
        for place in reversed(places_of(source))
    }
    found = list(reversed(places.values()))
    if len(found) <= _MAX_PLACES:
        return found
    wanted = content_words(part)
    order = sorted(
        range(len(found)),
        key=lambda at: -len(wanted & content_words(found[at].words)),
    )
    return [found[at] for at in sorted(order[:_MAX_PLACES])]


def compose(
    parts: Sequence[str],
    best: Sequence[Sequence[Fit]],
    found: Sequence[ShownSource] = (),
    note: str = "",
) -> Draft:
    """Return the answer that quotes the best places for each part.

    Args:
        parts: Of the question.
        best: What is quoted for each of them.
        found: What was found, which is named where nothing answers.
        note: How the question was read, if it was read otherwise than it stands.
    """
    paragraphs: list[str] = [f"{note}:"] if note else []
    citations: list[DraftCitation] = []
    missing = [part for part, fits in zip(parts, best, strict=False) if not fits]
    for part, fits in zip(parts, best, strict=False):
        if not fits:
            continue
        if len(parts) > 1:
            paragraphs.append(f"**{part[:1].upper()}{part[1:]}?**")
        listed = len(parts) == 1 or fits[0].place.kind == "item"
        places = _in_reading_order(fits if listed else fits[:_MAX_OF_PART])
        for _, group in groupby(places, key=_group):
            paragraphs.append(_write(list(group)))
        citations += (
            DraftCitation(source=each.source.id, quote=each.text) for each in places
        )
    if not citations:
        answer = _closest_passages(found, note)
        several = tuple(missing) if len(parts) > 1 else ()
        return Draft(answer=answer, answered=False, missing=several)
    return Draft(
        answer="\n\n".join(paragraphs),
        citations=tuple(dict.fromkeys(citations)),
        missing=tuple(missing),
    )


def _in_reading_order(fits: Sequence[Fit]) -> list[Place]:
    """Keep the places of one source together and in order; the best source first."""
    order = list(dict.fromkeys(fit.place.source.id for fit in fits))
    return sorted(
        (fit.place for fit in fits),
        key=lambda place: (order.index(place.source.id), place.position),
    )


def _group(place: Place) -> tuple[object, ...]:
    """Return what the rows of a table and the items of a list have in common."""
    whole = place.kind in {"row", "item"}
    return place.source.id, place.kind, place.block if whole else place.position


def _write(places: Sequence[Place]) -> str:
    """Return the Markdown that shows some places of one kind, each with its mark."""
    first = places[0]
    mark = f"[{first.source.id}]"
    if first.kind == "row":
        return "\n".join([*_table_head(first), *(_row(each, mark) for each in places)])
    if first.kind == "code":
        return f"{first.heading or first.source.document} {mark}:\n\n{_fenced(first)}"
    if len(places) > 1:
        return "\n".join(f"> - {each.words} {mark}" for each in places)
    return f"> {first.words} {mark}"


def _table_head(row: Place) -> list[str]:
    if not row.lead:
        return [_blank_head(row.text)]
    return [_narrow(row.lead), _rule(row.lead)]


def _blank_head(row: str) -> str:
    """Return a head without words, for a table whose own was not found."""
    columns = row.strip().strip("|").count("|") + 1
    return f"{'|  ' * columns}|\n{'|---' * columns}|"


def _rule(head: str) -> str:
    return f"{'|---' * (head.strip().strip('|').count('|') + 1)}|"


def _row(place: Place, mark: str) -> str:
    return f"{_narrow(place.text).removesuffix('|').rstrip()} {mark} |"


def _narrow(row: str) -> str:
    """Return a row without the blanks that line up its columns."""
    return " ".join(row.split())


def _fenced(place: Place) -> str:
    return f"```\n{place.text}\n```"


def _closest_passages(found: Sequence[ShownSource], note: str) -> str:
    """Return what is said where nothing answers: where the closest passages stand."""
    said = f"{note}.\n\n" if note else ""
    ranked = sorted(found, key=lambda source: -(source.score or 0.0))
    closest = list({(each.document, each.start_line): each for each in ranked}.values())
    if not closest:
        return f"{said}No sentence answers this, and no passage is close to it."
    places = "\n".join(map(_place, closest[:_CLOSEST]))
    return f"{said}No sentence answers this. Closest passages:\n\n{places}"


def _place(source: ShownSource) -> str:
    under = f", under “{source.heading}”" if source.heading else ""
    lines = f"{source.start_line}-{source.end_line}"
    return f"- {source.document}, lines {lines}{under}"
