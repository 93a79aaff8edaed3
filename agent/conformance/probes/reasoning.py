"""Group D: reasoning comes, once and apart; it is as long as asked, and shown again."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.conformance.bench import Bench
from agent.conformance.exchanges.exchange import Exchange, Way
from agent.conformance.exchanges.repaired_reading import repaired_reading
from agent.conformance.exchanges.strict_reading import strict_reading
from agent.conformance.observation import Observation
from agent.conformance.probe import Probe, asks
from agent.conformance.probes.asking import (
    LOOK_UP,
    asked_call,
    asked_count,
    breaks,
    has_words,
    history_of_call,
    prompt_tokens,
)
from agent.conformance.tally import Tally

__all__ = ["REASONING_PROBES"]

_SHORT = 64
"""Tokens of an answer that nobody reads."""
_LONG = 4_096
"""Tokens: room for high effort."""
_FIELDS = ("reasoning", "reasoning_content")
"""Where a history may hold it: as vLLM and OpenRouter have it, as DeepSeek has it."""
_WORDS = 30
"""Of the reasoning in a history: nonces, each of which is a token at least."""
_SHARE = 0.5
"""Of the tokens of the reasoning as text: less was dropped, over 1 / 0.5 doubled."""
_ALL_OF_FIVE = 0.55
"""Five pairs of five clear it, four of four do not: by the one-sided sign test of five
pairs p is 1 / 32, of four 1 / 16. Pairs that are alike count against it."""


async def reasoning_arrives(bench: Bench, way: Way) -> Observation:
    """Probe 12: reasoning arrives, before a text and before a call.

    That it comes in one field, and not in content, is a rule of every response. Where
    none comes and none is counted, the model may have had none; gpt-oss always has.
    """
    tally = Tally()
    fields: dict[str, None] = {}
    for prompt, tools in (
        (_riddle(bench), None),
        (asked_call(bench.nonce()), [LOOK_UP]),
    ):
        answer = await _ask(bench, way, prompt, tools)
        if tally.arrived(answer):
            _judge_arrival(tally, answer, is_due=bench.terms.is_gpt_oss)
            fields.update(dict.fromkeys(strict_reading(answer).reasoning_fields))
    named = " and ".join(fields) or "what Citeloop reads as such"
    return tally.observation(f"reasoning comes in {named}")


async def _ask(
    bench: Bench,
    way: Way,
    messages: Sequence[Mapping[str, Any]] | str,
    tools: list[dict[str, Any]] | None,
) -> Exchange:
    """Ask with tools if there are any: an empty list is refused by some."""
    if tools is None:
        return await bench.ask(messages, way)
    return await bench.ask(messages, way, tools=tools)


def _riddle(bench: Bench) -> str:
    """Return a question that is answered better with some reasoning."""
    most = bench.random.randint(200, 400)
    return (
        f"How many numbers from 1 to {most} can be divided by 7 or by 11, but not by "
        "both? Answer with the number alone."
    )


def _judge_arrival(tally: Tally, answer: Exchange, *, is_due: bool) -> None:
    if breaks(answer, "reasoning_once"):
        tally.count(True, "", answer)  # the rule is of this probe, and says it
        return
    if tally.passes(answer, lambda read: bool(read.reasoning.strip())):
        tally.count(True, "", answer)
        return
    usage = strict_reading(answer).usage
    counted = (usage.reasoning or 0) if usage else 0
    if counted:
        said = f"{counted} tokens of reasoning were counted, and none came"
        tally.count(False, said, answer)
    elif is_due:
        tally.count(False, "no reasoning came, and gpt-oss always reasons", answer)
    else:
        tally.unclear("no reasoning came, and none was counted", answer)


async def control_tokens(bench: Bench, way: Way) -> Observation:
    """Probe 13: a text beside tools that are not used, a call, and what follows it."""
    tally = Tally()
    history = history_of_call(bench.nonce(), bench.nonce())
    prompts: list[Any] = [asked_count(12), asked_call(bench.nonce()), history]
    for messages in prompts:
        answer = await bench.ask(messages, way, tools=[LOOK_UP])
        if tally.arrived(answer):
            tally.count(True, "", answer)
    return tally.observation("no token of the protocol is in what is said")


async def answered(bench: Bench, way: Way) -> Observation:
    """Probe 14: behind the reasoning there is an answer: to a question, to a result."""
    tally = Tally()
    history = history_of_call(bench.nonce(), bench.nonce())
    prompts: list[tuple[Any, list[dict[str, Any]] | None]] = [
        ("Say yes.", None),
        (asked_count(12), None),
        (history, [LOOK_UP]),
    ]
    for messages, tools in prompts:
        answer = await _ask(bench, way, messages, tools)
        if tally.arrived(answer):
            tally.count(True, "", answer)
    return tally.observation("no answer is reasoning alone")


async def effort(bench: Bench, way: Way) -> Observation:
    """Probe 15: high effort reasons longer than low, on the same question.

    One pair a run, for single ones are noise. Where the effort is refused, the server
    says that it has none.
    """
    tally = Tally()
    question = _riddle(bench)
    lengths = []
    for level in ("low", "high"):
        answer = await bench.ask(
            question, way, max_tokens=_LONG, reasoning_effort=level
        )
        if not tally.arrived(answer, f"effort {level}", may_refuse=True):
            return tally.observation("")
        lengths.append((answer, _length(answer)))
    (low, short), (high, long) = lengths
    tally.measure("low_effort_tokens", short)
    tally.measure("high_effort_tokens", long)
    said = f"{long} tokens of reasoning at high effort, {short} at low"
    tally.count(long > short, said, low, high)
    return tally.observation("high effort reasons longer than low")


def _length(answer: Exchange) -> int:
    """Return the tokens of reasoning as counted; else about four letters are one."""
    usage = strict_reading(answer).usage
    if usage and usage.reasoning is not None:
        return usage.reasoning
    return len(repaired_reading(answer).reasoning) // 4


async def replay(bench: Bench, way: Way) -> Observation:
    """Probe 16: the reasoning before a call is shown to the model with its result.

    The prompt grows by about as much as if the user had said the same.
    """
    tally = Tally()
    thought, word, result = _thought(bench), bench.nonce(), bench.nonce()
    plain_history = history_of_call(word, result)
    [question, *rest] = plain_history
    said = {**question, "content": f"{question['content']} {thought}"}
    plain = await _count(bench, way, plain_history)
    longer = await _count(bench, way, [said, *rest])
    fields = {
        name: await _count(bench, way, history_of_call(word, result, **{name: thought}))
        for name in _FIELDS
    }
    came = [tally.arrived(each) for each in (plain, longer)]
    grown = _grown(tally, plain, fields)
    due = _difference(longer, plain)
    if not all(came) or not grown:
        return tally.observation("")
    if due is None or due < _WORDS:
        tally.unclear("prompts are not counted as they are long", plain, longer)
        return tally.observation("")
    field, most = max(grown.items(), key=lambda item: item[1])
    tally.measure("reasoning_shown_percent", 100 * most / due)
    otherwise = f"reasoning adds {most} tokens to the prompt, and as text {due}"
    passed = due * _SHARE <= most <= due / _SHARE
    tally.count(passed, otherwise, fields[field], plain)
    return tally.observation(f"reasoning in the field {field} is shown to the model")


async def drops_finished(bench: Bench, way: Way) -> Observation:
    """Probe 17: the reasoning of a turn that is at its end is not shown any more."""
    tally = Tally()
    thought, word, result = _thought(bench), bench.nonce(), bench.nonce()
    after = [
        {"role": "assistant", "content": f"It is {result}."},
        {"role": "user", "content": "Say yes."},
    ]
    plain = await _count(bench, way, [*history_of_call(word, result), *after])
    fields = {}
    for name in _FIELDS:
        history = history_of_call(word, result, **{name: thought})
        fields[name] = await _count(bench, way, [*history, *after])
    came = tally.arrived(plain)
    grown = _grown(tally, plain, fields)
    if came and grown:
        field, most = max(grown.items(), key=lambda item: item[1])
        said = f"reasoning of a finished turn adds {most} tokens to the prompt"
        tally.count(most < _WORDS * _SHARE, said, fields[field], plain)
    return tally.observation("reasoning of finished turns is dropped")


def _thought(bench: Bench) -> str:
    return " ".join(bench.nonce() for _ in range(_WORDS))


async def _count(
    bench: Bench, way: Way, messages: Sequence[Mapping[str, Any]]
) -> Exchange:
    """Ask only to have the prompt counted."""
    return await bench.ask(messages, way, max_tokens=_SHORT, tools=[LOOK_UP])


def _difference(one: Exchange, other: Exchange) -> int | None:
    """Return by how many tokens a prompt is longer than another; None if not known."""
    more, less = prompt_tokens(one), prompt_tokens(other)
    return None if more is None or less is None else more - less


def _grown(
    tally: Tally, plain: Exchange, fields: Mapping[str, Exchange]
) -> dict[str, int]:
    """Return by how much the prompt grew with each field that the server takes.

    What is refused, or not counted, is noted; a server need not know both fields.
    """
    grown = {}
    uncounted = []
    for name, answer in fields.items():
        if not tally.arrived(answer, f"a history with {name}", may_refuse=True):
            continue
        difference = _difference(answer, plain)
        if difference is None:
            uncounted.append(answer)
        else:
            grown[name] = difference
    if uncounted and not grown:
        tally.unclear("the server does not count the prompt", *uncounted)
    return grown


async def no_effort(bench: Bench, way: Way) -> Observation:
    """Probe 18: no effort at all is answered; "none" is answered, or refused in words.

    The shape of a refusal is a rule of probe 2.
    """
    tally = Tally()
    absent = await bench.ask("Say yes.", way)
    if tally.arrived(absent, "no effort"):
        tally.count(True, "", absent)
    none = await bench.ask("Say yes.", way, reasoning_effort="none")
    said = "answered"
    if none.outcome == "refused":
        said = f"refused with {none.status}"
        tally.count(True, "", none)
    elif tally.arrived(none, "effort none"):
        kept = has_words(repaired_reading(none))
        tally.count(kept, "effort none is answered with nothing at all", none)
    return tally.observation(f"without an effort it answers; none is {said}")


REASONING_PROBES = (
    Probe(12, "reasoning", "D", "W", "reasoning arrives: in one field, and not in "
          "content", ("vllm #27752", "openai-agents #1943"), asks(2, 300),
          reasoning_arrives),
    Probe(13, "control_tokens", "D", "W", "no token of the protocol in content, names, "
          "arguments or reasoning",
          ("vllm #22337", "vllm #35906", "LM Studio #873", "mlxcel #654",
           "mlx-lm #875"), asks(3, 400), control_tokens),
    Probe(14, "answered", "D", "W", "never reasoning alone with stop",
          ("llama.cpp #15789", "vllm #41902"), asks(3, 400), answered),
    Probe(15, "effort", "D", "B", "high effort reasons longer than low, or effort is "
          "refused", ("LM Studio #1250", "aider #4630", "lmdeploy PR #3962"),
          asks(2, 300, _LONG), effort, bar=_ALL_OF_FIVE),
    Probe(16, "replay", "D", "M", "reasoning before a call is shown to the model with "
          "its result", ("llama.cpp PR #15181",), asks(4, 1_000, _SHORT), replay),
    Probe(17, "finished_reasoning", "D", "M", "reasoning of finished turns is dropped",
          (), asks(3, 1_000, _SHORT), drops_finished),
    Probe(18, "no_effort", "D", "W", "effort none is answered or refused in words; "
          "none at all is answered", ("cherry-studio #9051",), asks(2, 300),
          no_effort),
)  # fmt: skip
"""Probes 12 to 18."""
