"""Whole conversations, mutated: what a model says, and all that happens on the way.

A seed is a conversation: a search, an answer that is whole, half or only thought, and
what servers do to it: its words, its fields, its frames, its end, its bytes and where
they are split. What no reader can see is left out: a letter that is changed within the
text, a piece of it that is lost, doubled or out of its order.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from agent.testing.servers.replies import (
    ANSWER,
    QUERY,
    QUOTE,
    SEARCH,
    Raw,
    Reply,
    Said,
    call,
    turn_chunks,
)

__all__ = ["NEVER", "TRUTHS", "Conversation", "converse"]

TRUTHS = (QUOTE, ANSWER)
"""What is said in the end where all is well: by the scripted model, by the honest."""
WHISPER = "whisper"
"""Stands in each thought."""
NEVER = re.compile(
    r"<\||\|>|</?\w*:?(?:think|reason|thought)|THINK\]|◁|whisper|assistant|finalThe"
    r"|analysis|commentary|to=|functions\.|\"(?:name|arguments|query|answer)\"|tool_call"
)
"""Of the protocol, of thoughts and of calls: no answer of these conversations."""
TEXT = f"{QUOTE} [1]"
THOUGHT = f"I {WHISPER}. So it is."
WRITTEN = json.dumps({"name": "search", "arguments": {"query": QUERY}})


@dataclass(frozen=True)
class Conversation:
    """What a server says to one question, and how it comes."""

    replies: Sequence[Reply]
    stream: bool
    split: Callable[[bytes], Sequence[bytes]]
    told: str
    """What was done to it."""


@dataclass
class _Turn:
    """A turn while it is put together."""

    text: str
    """What is said, or answered."""
    whole: bool
    """Whether that is all of the truth."""
    form: str
    """`text`, `draft` (as JSON) or `call`."""
    finish: Any = "stop"


def converse(seed: int) -> Conversation:
    """Return the conversation of a seed."""
    random = Random(seed)  # noqa: S311 (repeatable, and no secret)
    stream = random.random() < 0.6
    told: list[str] = []
    replies: list[Reply] = []
    if random.random() < 0.85:
        replies.append(_searching(random, told, stream=stream))
    replies += [
        _answering(random, told, stream=stream)
        for _ in range(random.choice((1, 1, 1, 2, 3)))
    ]
    sizes = Random(seed)  # noqa: S311 (as above)
    most = random.choice((1, 3, 17, 90, 4000))
    return Conversation(
        replies, stream, lambda body: _pieces(body, sizes, most), ", ".join(told)
    )


def _pieces(body: bytes, random: Random, most: int) -> list[bytes]:
    pieces, at = [], 0
    while at < len(body):
        size = random.randint(1, most)
        pieces.append(body[at : at + size])
        at += size
    return pieces


def _searching(random: Random, told: list[str], *, stream: bool) -> Reply:
    given = call(
        random.choice(("search", "functions.search", "search<|channel|>commentary")),
        random.choice((SEARCH, json.loads(SEARCH), SEARCH * 2, SEARCH + "]")),
        id=random.choice(("call_1", "", None)),
    )
    twice = random.random() < 0.2
    said = Said(
        random.choice((None, "", f"<think>{THOUGHT}</think>")),
        [given, {**given, "index": 1}] if twice else [given],
        random.choice(("tool_calls", "stop", "function_call", "TOOL_CALL")),
        random.choice(({}, {"reasoning": THOUGHT}, {"reasoning_content": THOUGHT})),
    )
    told.append("a search")
    return _mangled(said, random, told, stream=stream)


def _answering(random: Random, told: list[str], *, stream: bool) -> Reply:
    turn = _Turn(TEXT, whole=True, form=random.choice(("text", "draft", "call")))
    random.choice((_leave, _leave, _halve, _only_think))(turn, random)
    told.append(f"{turn.form}, whole: {turn.whole}")
    for _ in range(random.choice((0, 1, 1, 2))):
        dress = random.choice(_DRESSES)
        dress(turn, random)
        told.append(dress.__name__)
    _end(turn, random)
    told.append(f"finish {turn.finish!r}")
    said = _said(turn, random)
    return _mangled(said, random, told, stream=stream)


def _leave(turn: _Turn, random: Random) -> None:
    del turn, random


def _halve(turn: _Turn, random: Random) -> None:
    turn.text = turn.text[: random.randint(1, len(QUOTE) - 2)].rstrip(".")
    turn.whole = False


def _only_think(turn: _Turn, random: Random) -> None:
    turn.text = random.choice((f"<think>{THOUGHT}", f"analysisI {WHISPER}.", ""))
    turn.whole = False


def _think_before(turn: _Turn, random: Random) -> None:
    name = random.choice(("think", "THINK", "reasoning", "thought", "mm:think"))
    gap = random.choice(("", "\n", "\n\n"))
    turn.text = f"<{name}>{THOUGHT}</{name}>{gap}{turn.text}"


def _think_behind(turn: _Turn, random: Random) -> None:
    end = random.choice(("", "</think>"))
    turn.text = f"{turn.text}\n<think>{THOUGHT}{end}"


def _think_within(turn: _Turn, random: Random) -> None:
    at = random.randint(0, len(turn.text))
    turn.text = f"{turn.text[:at]}<think>{THOUGHT}</think>{turn.text[at:]}"


def _close_only(turn: _Turn, random: Random) -> None:
    tag = random.choice(("</think>", "</reasoning>", "[/THINK]", "◁/think▷"))
    turn.text = f"{THOUGHT}{tag}{turn.text}"


def _leak_before(turn: _Turn, random: Random) -> None:
    lead = random.choice(("analysis", "", "assistantanalysis", "commentary"))
    turn.text = f"{lead}We {WHISPER}.assistantfinal{turn.text}"


def _leak_behind(turn: _Turn, random: Random) -> None:
    channel = random.choice(("analysis", "commentary", "final"))
    more = random.choice(("", f"We {WHISPER}.", f" to=functions.search json{SEARCH}"))
    turn.text = f"{turn.text}{random.choice(('', ' '))}assistant{channel}{more}"


def _glue(turn: _Turn, random: Random) -> None:
    turn.text = f"final{turn.text}"
    del random


def _harmony(turn: _Turn, random: Random) -> None:
    thought = f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant"
    lead = random.choice(("", thought))
    turn.text = f"{lead}<|channel|>final<|message|>{turn.text}<|return|>"


def _token(turn: _Turn, random: Random) -> None:
    token = random.choice(("<|end|>", "<|return|>", "<|call|>", "<|im_end|>"))
    turn.text = f"{turn.text}{token}"


def _say_twice(turn: _Turn, random: Random) -> None:
    turn.text = random.choice(("", "\n", "\n\n")).join((turn.text, turn.text))


def _call_within(turn: _Turn, random: Random) -> None:
    written = random.choice(
        (
            WRITTEN,
            f"<tool_call>{WRITTEN}</tool_call>",
            f"to=functions.search json{SEARCH}",
            f"<function=search>{SEARCH}</function>",
        )
    )
    pair = (turn.text, written) if random.random() < 0.6 else (written, turn.text)
    turn.text = "\n".join(pair)


_DRESSES: tuple[Callable[[_Turn, Random], None], ...] = (
    _think_before, _think_behind, _think_within, _close_only, _leak_before,
    _leak_behind, _glue, _harmony, _token, _say_twice, _call_within,
)  # fmt: skip


def _end(turn: _Turn, random: Random) -> None:
    """Choose a finish reason that is not a lie: nobody can tell those."""
    cut = (
        "abort", "cancelled", "length", "MAX_TOKENS", "model_length", "SAFETY", "error",
        "content_filter", "timeout", "incomplete", "network_error", {"type": "length"},
        None, "null", "",
    )  # fmt: skip
    whole = ("stop", "stop", "STOP", "end_turn", "eos", {"type": "stop"})
    turn.finish = random.choice((*whole, *cut) if turn.whole else cut)
    if turn.form == "call" and turn.finish == "stop":
        turn.finish = random.choice(("stop", "tool_calls"))


def _said(turn: _Turn, random: Random) -> Said:
    given = {"answer": turn.text, "citations": [{"source": 1, "quote": QUOTE}]}
    draft = json.dumps(given)
    if turn.form == "call":
        final = call("final_answer", draft, id=random.choice(("call_f", "", None)))
        return Said(None, [final], turn.finish)
    return Said(draft if turn.form == "draft" else turn.text, (), turn.finish)


def _mangled(said: Said, random: Random, told: list[str], *, stream: bool) -> Reply:
    """Return the reply with something done to its fields, frames and bytes."""
    if not stream:
        body = said.body()
        if random.random() < 0.3:
            told.append(_change_body(body, random))
        data = json.dumps(body).encode()
        if random.random() < 0.15:
            data = data[: random.randrange(len(data))]
            told.append("cut body")
        return Raw(whole=[_HEAD, data])
    chunks = list(turn_chunks(said))
    for _ in range(random.choice((0, 0, 1, 2))):
        change = random.choice(_FRAMES)
        change(chunks, random, said)
        told.append(change.__name__)
    data = _stream(chunks, random)
    if random.random() < 0.2:
        data = data[: random.randrange(len(data))]
        told.append("cut stream")
    return Raw(streaming=[_HEAD, data])


_HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def _change_body(body: dict[str, Any], random: Random) -> str:
    """Change a field of a whole response; return which."""
    choice = body["choices"][0]
    odd = random.choice((None, 7, [], {}, "odd", True))
    where: dict[str, Any] = random.choice((body, choice, choice["message"]))
    name = random.choice([each for each in where if each != "usage"])
    if name == "finish_reason":
        odd = None
    if name == "content" and isinstance(odd, str):
        odd = None
    where[name] = odd
    return f"{name} = {odd!r}"


def _drop(chunks: list[dict[str, Any]], random: Random, said: Said) -> None:
    """Leave out a frame without a word of the answer."""
    del said
    bare = [at for at, each in enumerate(chunks) if not _is_said(each)]
    if bare:
        del chunks[random.choice(bare)]


def _repeat_text(chunks: list[dict[str, Any]], random: Random, said: Said) -> None:
    """Say the whole text again, as a delta or as a message, before the finish."""
    if not said.content:
        return
    message = {"role": "assistant", "content": said.content}
    choice = {"index": 0, random.choice(("delta", "message")): message}
    chunks.insert(_place_of_finish(chunks), {"choices": [choice]})


def _repeat_calls(chunks: list[dict[str, Any]], random: Random, said: Said) -> None:
    """Say the calls again, as a message."""
    del random
    if said.calls:
        message = {"role": "assistant", "tool_calls": list(said.calls)}
        again = {"choices": [{"index": 0, "message": message}]}
        chunks.insert(_place_of_finish(chunks), again)


def _stop_again(chunks: list[dict[str, Any]], random: Random, said: Said) -> None:
    """End with a `stop` behind the real reason."""
    del said, random
    at = _place_of_finish(chunks)
    stop = {"index": 0, "delta": {}, "finish_reason": "stop"}
    choices = chunks[at].get("choices") if at < len(chunks) else None
    if choices and choices[0].get("finish_reason") not in (None, "", "null"):
        chunks.insert(at + 1, {"choices": [stop]})


def _fill(chunks: list[dict[str, Any]], random: Random, said: Said) -> None:
    """Put a frame between that says nothing."""
    del said
    odd = random.choice(
        ({}, {"choices": None}, {"choices": []}, {"choices": [{"delta": None}]},
         {"choices": [{"index": 0, "delta": {"content": None}}]}, {"usage": []},
         {"choices": [{"index": 0, "delta": {"content": [{"type": "thinking",
          "thinking": THOUGHT}]}}]})
    )  # fmt: skip
    chunks.insert(random.randint(0, len(chunks)), odd)


def _as_parts(chunks: list[dict[str, Any]], random: Random, said: Said) -> None:
    """Send the text as lists of parts."""
    del random, said
    for each in chunks:
        for choice in each.get("choices") or ():
            delta = choice.get("delta") or {}
            if isinstance(delta.get("content"), str):
                delta["content"] = [{"type": "text", "text": delta["content"]}]


_FRAMES: tuple[Callable[[list[dict[str, Any]], Random, Said], None], ...] = (
    _drop, _repeat_text, _repeat_calls, _stop_again, _fill, _as_parts,
)  # fmt: skip


def _is_said(chunk: dict[str, Any]) -> bool:
    """Whether a chunk holds some of the turn."""
    for choice in chunk.get("choices") or ():
        message = choice.get("delta") or choice.get("message") or {}
        if message.get("content") or message.get("tool_calls"):
            return True
    return False


def _place_of_finish(chunks: list[dict[str, Any]]) -> int:
    said = [at for at, each in enumerate(chunks) if _is_said(each)]
    return said[-1] + 1 if said else len(chunks)


def _stream(chunks: list[dict[str, Any]], random: Random) -> bytes:
    """Return the chunks as bytes, as some server or proxy writes them."""
    end = random.choice((b"\n\n", b"\n\n", b"\r\n\r\n", b"\n"))
    noise = random.choice((b"", b"", b": ping\n\n", b"event: message\n", b"id: 1\n"))
    lines = [
        noise + b"data:" + random.choice((b" ", b"")) + json.dumps(each).encode() + end
        for each in chunks
    ]
    if random.random() < 0.1:
        at = random.randint(0, len(lines))
        lines.insert(at, b"data: " + random.choice((b"{not json}", b"\xff")) + end)
    done = random.choice((b"data: [DONE]" + end, b"data: [DONE]" + end, b""))
    return b"".join([*lines, done])
