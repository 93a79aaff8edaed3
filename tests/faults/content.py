"""The faults of what a turn holds, as data: what reports of other projects name.

Each row stands for its kind: reasoning in the content, finish reasons that nobody
knows, channels without their tokens, silence behind the end, what comes twice, and no
finish reason at all. `says` of a row that goes on for ever names the cause.
"""

import json
from collections.abc import Sequence
from typing import Any

from tests.fakes.fault_server import Pause, Step
from tests.fakes.replies import (
    QUERY,
    QUOTE,
    SEARCH,
    Raw,
    Reply,
    Said,
    call,
    chunk,
    event,
    head,
)
from tests.faults.fault import EVENTS, HALF, JSON, STREAMING, Fault, called, searching

__all__ = ["CONTENT"]

TEXT = f"{QUOTE} [1]"
"""A whole answer."""
OPEN = f"{HALF} was asked to [1]"
"""Half of an answer: it ends no sentence."""
THOUGHT = "I only think"
TWICE = f"{TEXT}{TEXT}"
DONE = b"data: [DONE]\n\n"


def final(answer: str) -> Said:
    """Return a turn that gives an answer with its quote."""
    given = {"answer": answer, "citations": [{"source": 1, "quote": QUOTE}]}
    return called("final_answer", json.dumps(given), id="call_f")


def cut(reason: Any, answer: str = OPEN) -> Said:
    """Return an answer in a call whose turn ended for a reason."""
    return Said(calls=final(answer).calls, finish=reason)


def answering(*replies: Reply) -> Sequence[Reply]:
    """Return a search, and what is said then."""
    return [searching(QUERY), *replies]


def read(id_: str, what: str, reply: Said, **fields: Any) -> Fault:
    """Return a row whose answer is read out of what was said, at once."""
    expected: dict[str, Any] = {"answer": QUOTE, "requests": 2, "searches": 1}
    return Fault(id_, what, answering(reply), never=NEVER, **(expected | fields))


def again(id_: str, what: str, *replies: Reply, **fields: Any) -> Fault:
    """Return a row in which the model is asked again, and answers."""
    return Fault(id_, what, answering(*replies), never=NEVER, requests=3, **fields)


def never(id_: str, what: str, reply: Reply, **fields: Any) -> Fault:
    """Return a row in which no answer comes."""
    expected: dict[str, Any] = {"code": 6, "says": ["cut off"], "forever": True}
    return Fault(id_, what, answering(reply), **(expected | fields))


NEVER = (
    THOUGHT, "think>", "reasoning>", "thought>", "THINK]", "assistantfinal",
    "assistantanalysis", "assistantcommentary", "to=functions", "finalThe",
)  # fmt: skip

_TAGGED: tuple[tuple[str, str, str], ...] = (
    ("think", f"<think>{THOUGHT}.</think>\n\n{TEXT}", "vercel/ai #14720"),
    ("reasoning", f"<reasoning>{THOUGHT}.</reasoning>{TEXT}", "access-gateway #194"),
    ("thought", f"<thought>{THOUGHT}</thought>{TEXT}", "vercel/ai #14720"),
    ("thinking", f"<Thinking>\n{THOUGHT}\n</Thinking>\n{TEXT}", "LibreChat #13405"),
    ("prefixed", f"<mm:think>{THOUGHT}</mm:think>{TEXT}", "like hermes-agent #62680"),
    ("kimi", f"◁think▷{THOUGHT}◁/think▷{TEXT}", "like LibreChat #13405"),
    ("magistral", f"[THINK]{THOUGHT}[/THINK]{TEXT}", "like LibreChat #13405"),
    ("lone", f"{THOUGHT}. So I answer.</think>{TEXT}", "sglang #36285"),
    ("lone-line", f"{THOUGHT}\n</think>\n\n{TEXT}", "gaia #3945"),
    ("nested", f"<think>a <think>{THOUGHT}</think> b</think>{TEXT}", "llama #27661"),
    ("twice", f"<think>{THOUGHT}</think><think>{THOUGHT}</think>{TEXT}", "Qwen3.8 #26"),
    ("behind", f"{TEXT}\n<think>{THOUGHT}</think>", "Qwen3.8 #26"),
    ("unclosed", f"{TEXT}\n\n<think>{THOUGHT}", "deer-flow #3217"),
    ("empty", f"<think>\n\n</think>\n\n{TEXT}", "SillyTavern #4932"),
    ("wrapped", f"<think>{THOUGHT}</think>\n<answer>{TEXT}</answer>", "Yuxi #168"),
)  # fmt: skip

_UNREADABLE: tuple[tuple[str, str, str], ...] = (
    ("all", f"<think>{THOUGHT}", "LifeOS #568"),
    ("none-behind", f"{THOUGHT}</think>", "api-discussion #177"),
    ("within", f"It is <think>{THOUGHT}</think>sealed [1].", "LifeOS #568"),
    ("half", f"{HALF} <think>{THOUGHT}", "chat-ui #2383"),
)

_PARTS: tuple[tuple[str, Any, str], ...] = (
    ("thinking", {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]},
     "vercel/ai #14720"),
    ("reasoning", {"type": "reasoning", "text": THOUGHT}, "vercel/ai #14720"),
    ("summary", {"type": "reasoning", "summary": [{"text": THOUGHT}]},
     "vercel/ai #14720"),
    ("bedrock", {"reasoningContent": {"reasoningText": {"text": THOUGHT}}},
     "access-gateway #194"),
    ("gemini", {"text": THOUGHT, "thought": True}, "like inspect_ai #2093"),
)  # fmt: skip

_REASONS: tuple[tuple[str, str], ...] = (
    ("abort", "vllm #57082"), ("cancelled", "like vllm #57082"),
    ("timeout", "like vllm #57082"),
    ("incomplete", "like litellm #37710"), ("network_error", "like vllm #57082"),
    ("OTHER", "like effect #6297"), ("unknown", "effect #6297"),
)  # fmt: skip
"""Cut off: asked again."""
_LIMITS: tuple[tuple[Any, str], ...] = (
    ("max_tokens", "inspect_ai #5143"), ("MAX_TOKENS", "aisuite #333"),
    ("model_length", "inspect_ai #5143"), ("max_output_tokens", "effect #6297"),
    ("SAFETY", "Gemini's own"), ("FinishReason.MAX_TOKENS", "like aisuite #333"),
    ({"type": "length", "length": 16}, "SGLang's own form"),
)  # fmt: skip
"""What asking again would not help: said at once."""

_LEAKS: tuple[tuple[str, str], ...] = (
    ("final", f"{THOUGHT} of it.assistantfinal{TEXT}"),
    ("final-spaced", f"{THOUGHT} of it. assistantfinal\n{TEXT}"),
    ("analysis", f"{TEXT}assistantanalysis{THOUGHT}."),
    ("commentary", f"{TEXT} assistantcommentary"),
    ("glued", f"final{TEXT}"),
    ("glued-twice", f"final{TEXT}\nfinal{TEXT}"),
    ("glued-bold", f"final**{TEXT}**"),
    ("assistant", f"{TEXT}.assistant"),
    ("glued-behind", f"{TEXT}analysisWe {THOUGHT}."),
    ("both", f"{THOUGHT}.assistantanalysisHm.assistantfinal{TEXT}"),
    ("commentary-first", f"commentary{THOUGHT}.assistantfinal{TEXT}"),
)
_UNREAD_LEAKS: tuple[tuple[str, str], ...] = (
    ("half", f"{OPEN}assistantanalysis{THOUGHT}."),
    ("call", f"{TEXT}assistantcommentary to=functions.search json{SEARCH}"),
    ("nothing", f"{THOUGHT}.assistantfinal"),
    ("uncited", f"{TEXT}assistantfinalWe {THOUGHT}."),
    ("only-commentary", f"commentaryThat is {THOUGHT}."),
    ("name", f"finalMilvus seals it: {THOUGHT} [1]."),
)


def twice(id_: str, what: str, said: Said) -> Fault:
    """Return a row of a stream that says something again."""
    return read(id_, what, said, modes=STREAMING)


def in_message(content: str, finish: str | None = "stop") -> dict[str, Any]:
    """Return a chunk that holds a message where it should hold a delta."""
    last = chunk({}, finish)
    last["choices"][0] |= {"message": {"role": "assistant", "content": content}}
    return last


def pieces(text: str, length: int) -> list[dict[str, Any]]:
    return [{"content": text[at : at + length]} for at in range(0, len(text), length)]


def growing(text: str, length: int) -> list[dict[str, Any]]:
    """Return deltas that each hold all so far."""
    ends = [*range(length, len(text), length), len(text)]
    return [{"content": text[:end]} for end in ends]


def argued(*arguments: str, **later: Any) -> Said:
    """Return a search whose arguments come in these pieces."""
    first = {"tool_calls": [call(arguments=arguments[0])]}
    more = [
        {"tool_calls": [call(None, each, id=None) | later]} for each in arguments[1:]
    ]
    return Said(deltas=[first, *more], finish="tool_calls")


def searched(id_: str, what: str, said: Said, **fields: Any) -> Fault:
    """Return a row whose first turn is one search, however it is sent."""
    return Fault(id_, what, [said], searches=1, requests=2, **fields)


def silent(said: Said, *between: Step) -> Raw:
    """Return a turn after which nothing comes, and no end."""
    stream = [each for each in said.steps(stream=True) if each != DONE]
    body = json.dumps(said.body()).encode()
    return Raw([*stream, *between, Pause(20)], [head(JSON), body, *between, Pause(20)])


def without_end(said: Said, done: bytes = DONE) -> Raw:
    """Return a turn that has no finish reason, and says that it is at its end."""
    stream = [each for each in said.steps(stream=True) if each != DONE]
    return Raw([*stream, done], said.steps(stream=False))


_BLANKS: list[Step] = [b": ping\n\n", Pause(0.2)]
_PINGS = _BLANKS * 100

CONTENT: tuple[Fault, ...] = (
    *(
        read(f"B2-{name}", f"reasoning in tags, {name} ({issue})", Said(text))
        for name, text, issue in _TAGGED
    ),
    *(
        read(f"B2-answer-{name}", f"the same in an answer, {name} ({issue})",
             final(text))
        for name, text, issue in _TAGGED
    ),
    *(
        again(f"B2-{name}", f"reasoning that cannot be told apart, {name} ({issue})",
              Said(text))
        for name, text, issue in _UNREADABLE
    ),
    *(
        again(f"B2-answer-{name}", f"the same in an answer, {name} ({issue})",
              final(text))
        for name, text, issue in _UNREADABLE
    ),
    *(
        read(f"B2-part-{name}", f"a part of reasoning, {name} ({issue})",
             Said([part, {"type": "text", "text": TEXT}],  # type: ignore[arg-type]
                  deltas=[{"content": [part]}, *pieces(TEXT, 9)]))
        for name, part, issue in _PARTS
    ),
    Fault("B2-always", "only reasoning in tags, for ever (vercel/ai #14720)",
          answering(Said(f"<think>{THOUGHT}.")), forever=True, code=6,
          never=[THOUGHT], says=["only reasoned"]),
    *(
        again(f"B3-{reason}", f"text with the reason `{reason}` ({issue})",
              Said(OPEN, finish=reason))
        for reason, issue in _REASONS
    ),
    *(
        again(f"B3-answer-{reason}", f"an answer with the reason `{reason}` ({issue})",
              cut(reason))
        for reason, issue in _REASONS
    ),
    *(
        never(f"B3-limit-{at}", f"text with the reason `{reason}` ({issue})",
              Said(OPEN, finish=reason))
        for at, (reason, issue) in enumerate(_LIMITS, 1)
    ),
    *(
        never(f"B3-answer-limit-{at}", f"an answer with `{reason}` ({issue})",
              cut(reason))
        for at, (reason, issue) in enumerate(_LIMITS, 1)
    ),
    never("B3-length", "a valid answer cut off by `length` (dynamo #13791)",
          cut("length")),
    never("B3-always", "text with the reason `abort`, for ever (vllm #57082)",
          Said(OPEN, finish="abort"), says=['finish reason "abort"']),
    never("B3-undone", "`length`, then `stop` (dynamo #13791)",
          Said(OPEN, finish="stop", frames=[chunk({}, "length")]), modes=STREAMING),
    never("B3-undone-call", "an answer, `length`, then `tool_calls` (vllm #53269)",
          Said(calls=final(OPEN).calls, finish="tool_calls",
               frames=[chunk({}, "length")]), modes=STREAMING),
    again("B3-early", "`stop` in each chunk of a text that breaks off (litellm #376)",
          Raw([head(EVENTS), *(event(chunk({"content": each}, "stop"))
                               for each in (HALF[:20], HALF[20:]))]),
          modes=STREAMING),
    again("B3-no-end", "a whole answer, and no end at all (dynamo #13791)",
          without_end(Said(calls=final(TEXT).calls, finish=None), done=b""),
          modes=STREAMING),
    *(
        read(f"B4-{name}", f"channels without tokens, {name} (sglang #9244)",
             Said(text))
        for name, text in _LEAKS
    ),
    *(
        read(f"B4-answer-{name}", f"the same in an answer, {name} (sglang #9244)",
             final(text))
        for name, text in _LEAKS
    ),
    *(
        again(f"B4-{name}", f"channels without tokens, {name} (sglang #9244)",
              Said(text))
        for name, text in _UNREAD_LEAKS
    ),
    *(
        again(f"B4-answer-{name}", f"the same in an answer, {name} (sglang #9244)",
              final(text))
        for name, text in _UNREAD_LEAKS
    ),
    Fault("B4-always", "channels without tokens, for ever (sglang #9244)",
          answering(Said(_UNREAD_LEAKS[0][1])), forever=True, code=6,
          never=NEVER, says=["chat protocol"]),
    Fault("B6", "a whole text, then silence (bifrost #6784)",
          answering(silent(Said(TEXT))), answer=QUOTE, requests=2),
    Fault("B6-answer", "an answer in a call, then silence (bifrost #6784)",
          answering(silent(final(TEXT))), answer=QUOTE, requests=2),
    Fault("B6-search", "a search, then silence (claude-code-router #1271)",
          [silent(searching(QUERY))], searches=1, requests=2),
    Fault("B6-pings", "a whole text, then keep-alives for ever (bifrost #6784)",
          answering(silent(Said(TEXT), *_PINGS)), answer=QUOTE, requests=2,
          modes=STREAMING),
    Fault("B6-blanks", "a whole body, then blanks for ever (OmniRoute #6777)",
          answering(silent(Said(TEXT), *[b" \n", Pause(0.2)] * 100)), answer=QUOTE,
          requests=2, modes=("whole",)),
    Fault("B6-cut", "half of a text with `length`, then silence (bifrost #6784)",
          answering(silent(Said(OPEN, finish="length"))), forever=True, code=6,
          says=["cut off"]),
    twice("B7-message", "the whole text again, as a message (hermes-browser #11)",
          Said(TEXT, frames=[in_message(TEXT)])),
    twice("B7-delta", "the whole text again, as a delta (ragflow #15286)",
          Said(deltas=[*pieces(TEXT, 11), {"content": TEXT}])),
    twice("B7-end", "the whole text again, behind the finish (vllm #51697)",
          Said(TEXT, frames=[chunk({}, "stop"), in_message(TEXT)])),
    twice("B7-trimmed", "the whole text again, trimmed (ragflow #15286)",
          Said(deltas=[{"content": "\n"}, *pieces(TEXT, 11), {"content": " "},
                       {"content": TEXT}])),
    twice("B7-more", "the whole text again, and more (blades #189)",
          Said(deltas=[*pieces(QUOTE, 11), {"content": TEXT}])),
    twice("B7-grows", "all so far in each delta (hermes-agent #35592)",
          Said(deltas=growing(TEXT, 7))),
    twice("B7-messages", "all so far in each message (blades #189)",
          Said(deltas=[], frames=[in_message(each["content"], None)
                                  for each in growing(TEXT, 7)])),
    twice("B7-pairs", "each delta twice (luthien-proxy #61)",
          Said(deltas=[each for each in pieces(TEXT, 7) for _ in range(2)])),
    twice("B7-both", "delta and message in one chunk (GCMP #407)",
          Said(deltas=[], frames=[
              in_message(each["content"], None)
              | {"choices": [{"index": 0, "delta": each, "message": each}]}
              for each in pieces(TEXT, 7)])),
    read("B7-whole", "the text twice (ragflow #15286)", Said(TWICE)),
    read("B7-answer", "the text twice in an answer (ragflow #15286)",
         final(f"{TEXT}\n\n{TEXT}")),
    searched("B7-arguments", "arguments sent twice (opencodex #361)",
             argued(SEARCH[:9], SEARCH[9:], SEARCH), modes=STREAMING),
    searched("B7-arguments-first", "arguments whole, then in pieces (opencodex #361)",
             argued(SEARCH, SEARCH[:9], SEARCH[9:]), modes=STREAMING),
    searched("B7-cumulative", "all arguments so far in each (hermes-agent #35592)",
             argued(SEARCH[:3], SEARCH[:9], SEARCH[:14], SEARCH), modes=STREAMING),
    searched("B7-doubled", "arguments twice in one string (opencodex #361)",
             called("search", SEARCH * 2)),
    searched("B7-call", "a call repeated with the last chunk (hass_local #92)",
             Said(calls=[call(), call(index=1)], finish="tool_calls")),
    searched("B7-call-id", "a call repeated with another id (vllm #51697)",
             Said(calls=[call(), call(index=1, id="call_2")], finish="tool_calls")),
    searched("B7-call-part", "one call counted up (LocalAI #9722)",
             Said(deltas=[{"tool_calls": [call("search", "")]},
                          {"tool_calls": [call("search", SEARCH, index=1)]}],
                  finish="tool_calls"), modes=STREAMING),
    Fault("B10", "no finish reason, and a whole text (oh-my-pi #9433)",
          answering(without_end(Said(TEXT, finish=None))), answer=QUOTE, requests=2),
    Fault("B10-answer", "no finish reason, and an answer (opencrabs #694)",
          answering(without_end(Said(calls=final(TEXT).calls, finish=None))),
          answer=QUOTE, requests=2),
    Fault("B10-null", 'the finish reason "null" (ollama #4357)',
          answering(without_end(Said(TEXT, finish="null"))), answer=QUOTE, requests=2),
    again("B10-half", "no finish reason, and half of a text (oh-my-pi #9433)",
          without_end(Said(OPEN, finish=None))),
    again("B10-half-answer", "no finish reason, and half of an answer (opencrabs #694)",
          without_end(Said(calls=final(OPEN).calls, finish=None))),
    again("B10-uncited", "no finish reason, and a text without a mark (opencrabs #694)",
          without_end(Said(QUOTE, finish=None))),
    never("B10-always", "no finish reason, and half, for ever (oh-my-pi #9433)",
          without_end(Said(OPEN, finish=None))),
)  # fmt: skip
