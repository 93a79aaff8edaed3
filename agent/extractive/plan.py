"""What to do next, derived from the calls so far alone."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from openai.types.responses import ResponseFunctionToolCall

from agent.extractive.fitting import Fit
from agent.extractive.items import make_call
from agent.extractive.places import Place
from agent.extractive.questions import (
    content_words,
    keywords,
    read_wanted,
    split_question,
)
from agent.extractive.quoting import compose
from tools.evidence.shown import ShownSource, read_sources

__all__ = ["Item", "Plan", "find_subjects", "read_items"]

Item = Mapping[str, Any]
"""An item of the input: the SDK's union of forty TypedDicts, as the mapping it is."""

_WEAK_SCORE = 0.75
"""Below it a search's best passage calls for other words. The best one has 0.3 of
BM25 by construction; on the Milvus FAQ right ones have a cosine above 0.5."""
_BACKWARD = re.compile(
    r"\b(?:he|it|its|she|their|them|they)\b|\b(?:that|these|this|those)(?=[?.!\s]*\Z)",
    re.IGNORECASE,
)
"""What points back; `that` and its like only at the end, for they may open a clause."""


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    arguments: dict[str, Any]
    output: str


class Plan:
    """What to do next, derived from the calls so far alone."""

    def __init__(
        self,
        parts: list[tuple[str, str]],
        calls: list[_Call],
        judge: Callable[[str, Sequence[ShownSource]], list[Fit]],
        note: str = "",
    ) -> None:
        """Take the parts of a question, the calls so far, and what judges places.

        Args:
            parts: Each with the query that finds it.
            calls: Those of this question, in order.
            judge: Returns what answers a query, best first.
            note: How the question was read, which the answer says.
        """
        self._parts = parts
        self._calls = calls
        self._judge = judge
        self._note = note
        self._shown = _shown_in_full(calls)

    def next_calls(self) -> list[ResponseFunctionToolCall]:
        """Return what is called next: a look for sources, or the answer."""
        if "final_answer" in self._done():
            return [self._answer([[] for _ in self._parts])]
        return self.next_looks() or [self._answer(self._best)]

    def next_looks(self) -> list[ResponseFunctionToolCall]:
        """Return the calls that look for sources next; none if all that helps is done.

        A search for each part, other words where the best passage is weak, and a look
        into the document where the sentence that fits best is cut off.
        """
        done = self._done()
        if "search" not in done:
            return [make_call("search", query=query) for _, query in self._parts]
        weak = self._weak_parts()
        if weak and "requery" not in done:
            return [make_call("requery", queries=_reword(query)) for query in weak]
        if "fetch" in done:
            return []
        nearest = [fits[0].place for fits in self._best if fits]
        cut = [each for each in nearest if _is_cut(each)]
        places = {(each.source.document, each.last_line): None for each in cut}
        return [make_call("fetch", document=name, line=line) for name, line in places]

    def _done(self) -> set[str]:
        return {call.name for call in self._calls}

    def _weak_parts(self) -> list[str]:
        return [
            query
            for _, query in self._parts
            if max((each.score or 0.0 for each in self._found(query)), default=0.0)
            < _WEAK_SCORE
        ]

    @cached_property
    def _best(self) -> list[list[Fit]]:
        return [
            [] if lost else fits
            for part, query in self._parts
            for fits in [self._judge(query, self._found(query))]
            for lost in [part != query and not _speaks_of(part, fits)]
        ]

    def _found(self, query: str) -> list[ShownSource]:
        """Return what a part's own search found, with its scores, and later looks."""
        outputs = [
            call.output
            for call in self._calls
            if call.name != "search" or call.arguments.get("query") == query
        ]
        found = {each.id: each for output in outputs for each in read_sources(output)}
        return [
            replace(each, lines=self._shown[number].lines)
            for number, each in found.items()
            if number in self._shown
        ]

    def _answer(self, best: list[list[Fit]]) -> ResponseFunctionToolCall:
        found = [each for _, query in self._parts for each in self._found(query)]
        parts = [part for part, _ in self._parts]
        draft = compose(parts, best, found, self._note)
        return make_call("final_answer", **draft.model_dump(mode="json"))


def _speaks_of(part: str, fits: Sequence[Fit]) -> bool:
    """Whether what answers a part that points back has one of its own telling words.

    What it points back to is in its query, and stands in every passage found.
    """
    wanted = read_wanted(part)
    own = wanted.words - wanted.generic
    said = (f"{fit.place.heading} {fit.place.lead} {fit.place.words}" for fit in fits)
    return not own or not own.isdisjoint(content_words(" ".join(said)))


def read_items(given: str | list[Any]) -> tuple[str, str, list[_Call]]:
    """Return the question, the one before it, and the calls made for it."""
    items: Sequence[Item] = (
        [{"role": "user", "content": given}] if isinstance(given, str) else given
    )
    asked = [at for at, item in enumerate(items) if item.get("role") == "user"]
    if len(asked) > 1 and any(
        _is_output(item) for item in items[asked[-2] : asked[-1]]
    ):
        asked.pop()  # the loop's own word, sent in the last turn
    texts = [str(items[at]["content"]) for at in asked]
    started = {
        item["call_id"]: item for item in items if item.get("type") == "function_call"
    }
    calls = [
        _finished(started[item["call_id"]], item)
        for item in items[asked[-1] :]
        if _is_output(item)
    ]
    return texts[-1], texts[-2] if len(texts) > 1 else "", calls


def _is_output(item: Item) -> bool:
    return item.get("type") == "function_call_output"


def _finished(call: Item, output: Item) -> _Call:
    arguments = json.loads(call["arguments"] or "{}")
    return _Call(str(call["name"]), arguments, str(output["output"]))


def find_subjects(question: str, before: str) -> list[tuple[str, str]]:
    """Return each part of a question, and the query that finds it.

    A part that only points back (`why is it so?`) is searched with the last question.
    """
    parts = split_question(question)
    queries = []
    context = before
    for part in parts:
        queries.append((part, _resolved(part, context) if context else part))
        context = context or part
    return queries


def _resolved(part: str, context: str) -> str:
    """Return a part with what it points back to; as it stands if it does not."""
    if not _BACKWARD.search(part):
        return part
    subject = read_wanted(context.strip(" ?？")).subject
    if subject:
        return _BACKWARD.sub(lambda _: subject, part)
    return f"{context} {part}"


def _shown_in_full(calls: list[_Call]) -> dict[int, ShownSource]:
    """Return the sources with their lines: a search repeats a known one's header."""
    sources = (each for call in calls for each in read_sources(call.output))
    return {each.id: each for each in sources if each.lines}


def _reword(query: str) -> list[str]:
    """Return other wordings of a query: its key words, and their longest alone."""
    telling = keywords(query)
    longest = sorted(telling.split(), key=len, reverse=True)[:3]
    return list(dict.fromkeys([telling, " ".join(longest), f"what is {telling}"]))


def _is_cut(place: Place) -> bool:
    """Whether a place is the last of a passage after which the document goes on."""
    source = place.source
    rows = [row for row, line in enumerate(source.lines) if line.strip()]
    last = source.start_line + (rows[-1] if rows else 0)
    return source.continues and place.last_line >= last
