"""Reasoning in the content, and channels without their tokens, as rows."""

from typing import Any

from agent.testing.faults.fault import HALF, Fault
from agent.testing.faults.rows import (
    NEVER,
    OPEN,
    TEXT,
    THOUGHT,
    again,
    answering,
    final,
    pieces,
    read,
)
from agent.testing.servers.replies import (
    SEARCH,
    Said,
)

__all__ = ["CHANNELS"]

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

CHANNELS: tuple[Fault, ...] = (
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
)  # fmt: skip
