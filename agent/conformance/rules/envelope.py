"""Rules of what is around an answer: names, errors, events, the order of frames."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.conformance.exchanges.exchange import Exchange
from agent.conformance.rules.deltas import (
    is_answer,
    is_streamed_answer,
    parts_of,
    payloads_with_places,
)
from agent.conformance.rules.rule import Breach, Rule

__all__ = ["ENVELOPE_RULES"]

_ASKS_FOR_NONE = 2
_OBJECTS = {True: "chat.completion.chunk", False: "chat.completion"}
_TYPES = {True: "text/event-stream", False: "application/json"}


def _is_refusal(exchange: Exchange) -> bool:
    return exchange.status is not None and 400 <= exchange.status < 500


def _is_success(exchange: Exchange) -> bool:
    return exchange.status is not None and 200 <= exchange.status < 300


def _is_of_the_model(exchange: Exchange) -> bool:
    """Whether an answer is one of a model that is there; probe 2 asks for another."""
    return is_answer(exchange) and exchange.asked_by != _ASKS_FOR_NONE


def _other_models(exchange: Exchange) -> Iterator[Breach]:
    wanted = exchange.asked.get("model")
    for each in payloads_with_places(exchange):
        given = each.payload.get("model")
        if given != wanted:
            yield Breach(f"model is {given!r}, {wanted!r} was asked for", each.place)


def _no_message(exchange: Exchange) -> Iterator[Breach]:
    document = exchange.document
    error = document.get("error") if isinstance(document, Mapping) else None
    message = error.get("message") if isinstance(error, Mapping) else None
    if not isinstance(message, str) or not message.strip():
        kind = exchange.headers.get("content-type", "no content type")
        yield Breach(f"the body of the {exchange.status} ({kind}) has none")


def _error_in_success(exchange: Exchange) -> Iterator[Breach]:
    if exchange.error is not None and not exchange.broke_within:
        place = max(0, exchange.body.find(b'"error"'))
        yield Breach(f"the body of the {exchange.status} holds an error", place)


def _other_type(exchange: Exchange) -> Iterator[Breach]:
    kind = exchange.headers.get("content-type", "")
    if not kind.startswith(_TYPES[exchange.streamed]):
        yield Breach(f"it is {kind!r}" if kind else "there is none")


def _bad_lines(exchange: Exchange) -> Iterator[Breach]:
    for flaw in exchange.stream.flaws:
        yield Breach(flaw.what, flaw.place)
    for frame in exchange.frames:
        if frame.payload is None:
            yield Breach("the data of an event is no JSON object", frame.start)


def _done(exchange: Exchange) -> Iterator[Breach]:
    """Yield what is wrong with `[DONE]`; a stream without a reason broke off before."""
    if not any(part.choice.get("finish_reason") for part in parts_of(exchange)):
        return
    if exchange.done != 1:
        place = exchange.stream.done[1] if exchange.done else len(exchange.body)
        yield Breach(f"it came {exchange.done} times", place)
    elif exchange.frames and exchange.frames[-1].start > exchange.stream.done[0]:
        yield Breach("an event comes after it", exchange.frames[-1].start)


def _identity(exchange: Exchange) -> Iterator[Breach]:
    first: dict[str, Any] = {}
    for each in payloads_with_places(exchange):
        for name, kind in (("id", str), ("created", int)):
            given = each.payload.get(name)
            if not isinstance(given, kind) or given == "":
                yield Breach(f"{name} is {given!r}", each.place)
            elif first.setdefault(name, given) != given:
                text = f"{name} is {given!r} after {first[name]!r}"
                yield Breach(text, each.place)
        if each.payload.get("object") != _OBJECTS[exchange.streamed]:
            yield Breach(f"object is {each.payload.get('object')!r}", each.place)


def _roles(exchange: Exchange) -> Iterator[Breach]:
    said = False
    for number, part in enumerate(parts_of(exchange)):
        role = part.message.get("role")
        if not number and role != "assistant":
            yield Breach(f"the first message has the role {role!r}", part.place)
        elif role is not None and said:
            yield Breach("it comes again", part.place)
        said = said or role is not None


def _more_after_finish(exchange: Exchange) -> Iterator[Breach]:
    ended = False
    for part in parts_of(exchange):
        if ended and part.says_more:
            yield Breach("a frame behind it holds more of the answer", part.place)
        ended = ended or bool(part.choice.get("finish_reason"))


def _choices(exchange: Exchange) -> Iterator[Breach]:
    for each in payloads_with_places(exchange):
        choices = each.payload.get("choices")
        if not isinstance(choices, list):
            yield Breach("choices is no list", each.place)
        elif not choices:
            if not exchange.streamed or not each.payload.get("usage"):
                yield Breach("choices is empty, and there is no usage", each.place)
        elif [_index(choice) for choice in choices] != [0]:
            yield Breach("there is not one choice of index 0", each.place)


def _index(choice: Any) -> Any:
    return choice.get("index") if isinstance(choice, Mapping) else None


ENVELOPE_RULES = (
    Rule("model", 1, "model is the one that was asked for", _is_of_the_model,
         _other_models, mend="frames"),
    Rule("error_message", 2, "a 4xx has an error.message in JSON", _is_refusal,
         _no_message, mend="complaints"),
    Rule("error_status", 2, "an error has a status of its own", _is_success,
         _error_in_success, mend="complaints"),
    Rule("content_type", 4, "the content type is that of what was asked for",
         is_answer, _other_type, mend="frames"),
    Rule("events", 4, "each line is a field of an event, and its data JSON",
         is_streamed_answer, _bad_lines, mend="frames"),
    Rule("done", 4, "[DONE] comes once, at the end", is_streamed_answer, _done,
         mend="frames"),
    Rule("identity", 4, "id, created and object are there, and stay the same",
         is_answer, _identity, mend="assembly"),
    Rule("role", 4, "the role is said once, first", is_answer, _roles,
         mend="assembly"),
    Rule("after_finish", 4, "nothing of the answer follows its finish reason",
         is_streamed_answer, _more_after_finish, mend="assembly"),
    Rule("choices", 4, "one choice, of index 0; none only beside the usage",
         is_answer, _choices, mend="assembly"),
)  # fmt: skip
"""Of probes 1, 2 and 4."""
