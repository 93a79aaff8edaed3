"""How a model is asked to read sentences with what they cite, and how it is read.

It sees each sentence and its quotes alone, in an order that is not the answer's, so
that neither the question nor the rest of the answer speaks for them. Quotes come from
documents, and sentences from a model: they are data, each line of which begins with a
blank, so that none can forge the number of a pair.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Self, get_args

from agents import ModelSettings, ModelTracing
from pydantic import BaseModel, ConfigDict, ValidationError

from agent.model_call import ModelCall, TextSchema, object_schema
from agent.wire.estimate import estimate_tokens
from prompts import Prompt, render
from tools.grounding.support.checker import holds_words
from tools.grounding.support.finding import Pair, Reading, Says
from tools.text.clean import neutralise_control_tokens, scalar

__all__ = ["PairsAsked"]

_MAX_WORDS = 200
"""Characters of the words that decide; more are no few words."""
_DECODER = json.JSONDecoder()


class _Entry(BaseModel):
    """What a model says of one pair."""

    model_config = ConfigDict(frozen=True)

    number: int
    words: str = ""
    says: Says


@dataclass(frozen=True, slots=True)
class PairsAsked:
    """Some pairs in one request, numbered from 1 as they stand here."""

    pairs: Sequence[Pair]
    prompt: str
    """What the model reads of them."""

    @classmethod
    def of(cls, pairs: Sequence[Pair], room: int) -> Self:
        """Take as many pairs as fit, the first ones first, and shuffle them.

        The order is another for other pairs, and the same for the same ones.

        Args:
            pairs: The most important first.
            room: Tokens that they may take together.
        """
        chosen = []
        for pair in pairs:
            size = estimate_tokens(_write(0, pair))
            if size <= room:
                room -= size
                chosen.append(pair)
        seed = "\n".join(each.sentence for each in chosen)
        Random(seed).shuffle(chosen)  # noqa: S311 (no secret: it hides the order)
        texts = (_write(number, pair) for number, pair in enumerate(chosen, 1))
        return cls(chosen, "\n\n".join(texts))

    @property
    def tokens(self) -> int:
        """About how many tokens the whole prompt has."""
        return estimate_tokens(render(Prompt.CHECKING)) + estimate_tokens(self.prompt)

    def call(self, settings: ModelSettings, *, takes_schema: bool) -> ModelCall:
        """Return the call that asks for the readings."""
        return ModelCall(
            system_instructions=render(Prompt.CHECKING),
            input=[{"role": "user", "content": self.prompt}],
            model_settings=settings,
            tools=[],
            output_schema=self._schema() if takes_schema else None,
            handoffs=[],
            tracing=ModelTracing.DISABLED,
            rest={
                "previous_response_id": None,
                "conversation_id": None,
                "prompt": None,
            },
        )

    def _schema(self) -> TextSchema:
        """Return the schema of the readings: the words first, so that they decide."""
        entry = object_schema(
            number={"type": "integer", "enum": list(range(1, len(self.pairs) + 1))},
            words={"type": "string"},
            says={"type": "string", "enum": list(get_args(Says))},
        )
        several = {"type": "array", "items": entry, "maxItems": len(self.pairs)}
        return TextSchema("readings", object_schema(readings=several))

    def read(self, text: str) -> dict[Pair, Reading]:
        """Return what a model says of these pairs.

        What cannot be read is no reading, nor is what it says of a pair in two ways,
        nor a verdict whose words stand not in the quotes.
        """
        found: dict[Pair, Reading] = {}
        torn: set[Pair] = set()
        for entry in _entries(text):
            if not 1 <= entry.number <= len(self.pairs):
                continue
            pair = self.pairs[entry.number - 1]
            words = neutralise_control_tokens(scalar(entry.words)).strip()
            if entry.says != "silent" and not holds_words(pair.quotes, words):
                continue
            reading = Reading(entry.says, words[:_MAX_WORDS])
            if found.setdefault(pair, reading).says != reading.says:
                torn.add(pair)
        return {pair: each for pair, each in found.items() if pair not in torn}


def _write(number: int, pair: Pair) -> str:
    sentence = " ".join(_safe(pair.sentence).split())
    lines = (f" {line}" for line in _safe(pair.quotes).splitlines() if line.strip())
    return "\n".join([f"[{number}] Sentence:", f" {sentence}", "Quotes:", *lines])


def _safe(text: str) -> str:
    return neutralise_control_tokens(scalar(text))


def _entries(text: str) -> list[_Entry]:
    """Return what can be read of a reply: an object, or the list that it would hold.

    Where no schema holds a model to it, a word or a fence may stand before the JSON.
    """
    for opening in "{[":
        given = _decoded(text, text.find(opening))
        listed = given.get("readings") if isinstance(given, Mapping) else given
        if isinstance(listed, list):
            several = map(_entry, listed)
            return [each for each in several if each is not None]
    return []


def _decoded(text: str, start: int) -> Any:
    """Return the JSON that begins at an offset, None if none does."""
    try:
        return _DECODER.raw_decode(text, start)[0] if start >= 0 else None
    except (ValueError, RecursionError):
        return None


def _entry(given: Any) -> _Entry | None:
    try:
        return _Entry.model_validate(given)
    except ValidationError:
        return None
