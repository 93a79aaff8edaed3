"""The processor time of a ten-turn loop: bare client, bare SDK and Citeloop.

    python tests/benchmarks/turns.py

A server in another process streams nine calls of a tool that does nothing and then
the answer, a token a chunk and a moment between chunks, as a model does. Three programs
hold that conversation with the same instructions and tools: the bare `openai` client,
the Agents SDK with its own model class, and `Assistant.ask`. They take turns, so that
they meet the same noise; medians of this process's processor time are compared. The
bounds of the project are 2.5 times the bare client, and 2 ms a turn more than the SDK.
"""

import argparse
import asyncio
import cProfile
import gc
import json
import pstats
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from agents import (
    Agent,
    FunctionTool,
    ModelSettings,
    OpenAIChatCompletionsModel,
    RunConfig,
    Runner,
    StopAtTools,
)
from openai import AsyncOpenAI
from openai.types.shared import Reasoning

from agent import Settings, ingest
from agent.assistant import Assistant
from agent.settings.depth import DEPTHS
from prompts import Prompt, render
from tools.calls.tool import make_tool
from tools.fetch import fetch
from tools.final_answer import final_answer
from tools.requery import requery
from tools.search import search

TURNS = 10
EFFORT = "high"
QUESTION = "What do the ten lamps say?"
ANSWER = {"answer": "The lamps say nothing.", "answered": False}
MODELS = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
"""The server lists none: nothing is learned of it on the way."""
MOST_RATIO = 2.5
MOST_MS = 2.0


async def look(number: int) -> str:
    """Look at a lamp.

    Args:
        number: Which of them.
    """
    return f"lamp {number} is on"


# --- the server, in a process of its own ---


def events_of(turn: int, tokens: int) -> list[bytes]:
    """Return the events of one turn: reasoning, then a call in pieces."""
    frame = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1}

    def event(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": None, **more}
        return {**frame, "model": "gpt-oss-20b", "choices": [choice]}

    def call(**function: str) -> dict[str, Any]:
        return {"index": 0, "function": function}

    last = turn == TURNS - 1
    name, arguments = ("final_answer", ANSWER) if last else ("look", {"number": turn})
    begin = {"id": f"call_{turn}", "type": "function", **call(name=name, arguments="")}
    text = json.dumps(arguments)
    usage = {"prompt_tokens": 900, "completion_tokens": tokens, "total_tokens": 900}
    said = [
        event({"role": "assistant", "content": ""}),
        *(event({"reasoning": f" word{at}"}) for at in range(tokens)),
        event({"tool_calls": [begin]}),
        *(
            event({"tool_calls": [call(arguments=text[at : at + 4])]})
            for at in range(0, len(text), 4)
        ),
        event({}, finish_reason="tool_calls"),
        {**frame, "model": "gpt-oss-20b", "choices": [], "usage": usage},
    ]
    return [b"data: " + json.dumps(each).encode() + b"\n\n" for each in said]


async def answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    tokens: int,
    gap: float,
) -> None:
    """Answer the requests of one connection."""
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
        b"transfer-encoding: chunked\r\n\r\n"
    )
    while True:
        try:
            asked = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            break
        if asked.startswith(b"GET"):
            writer.write(MODELS)
            continue
        length = asked.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        request = json.loads(await reader.readexactly(int(length)))
        turn = sum(each["role"] == "tool" for each in request["messages"])
        writer.write(head)
        for event in [*events_of(turn, tokens), b"data: [DONE]\n\n"]:
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
            await writer.drain()
            await asyncio.sleep(gap)
        writer.write(b"0\r\n\r\n")
    writer.close()


async def run_server(tokens: int, gap: float) -> None:
    """Print the port, and serve until the process is ended."""
    handler = partial(answer, tokens=tokens, gap=gap)
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def served(tokens: int, gap: float) -> Iterator[str]:
    """Yield the base URL of a server."""
    command = [sys.executable, __file__, "--serve"]
    command += ["--tokens", str(tokens), "--gap", str(gap)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.terminate()


# --- the three that hold the conversation ---

Loop = Callable[[], Awaitable[object]]


def instructions() -> str:
    """Return what Citeloop tells the model."""
    today = datetime.now(UTC).date().isoformat()
    return render(Prompt.INSTRUCTIONS, today=today, max_turns=DEPTHS["high"].max_turns)


@cache
def offered() -> list[FunctionTool]:
    """Return the tools that Citeloop offers; their schemas are used by all three."""
    return [make_tool(each) for each in (search, fetch, requery, final_answer, look)]


async def run_tool(arguments: str) -> str:
    """Do what `look` does, without what stands around it in Citeloop."""
    return await look(**json.loads(arguments))


async def bare_client(client: AsyncOpenAI) -> None:
    """Hold the conversation with nothing but the client."""
    messages: list[Any] = [
        {"role": "system", "content": instructions()},
        {"role": "user", "content": QUESTION},
    ]
    tools: list[Any] = [
        {
            "type": "function",
            "function": {
                "name": each.name,
                "description": each.description,
                "parameters": each.params_json_schema,
            },
        }
        for each in offered()
    ]
    for _ in range(TURNS):
        stream = await client.chat.completions.create(
            model="gpt-oss-20b",
            messages=messages,
            tools=tools,
            stream=True,
            stream_options={"include_usage": True},
            temperature=1.0,
            top_p=1.0,
            reasoning_effort=EFFORT,
        )
        thought, called, name, arguments = "", "", "", ""
        async for chunk in stream:
            for choice in chunk.choices:
                thought += getattr(choice.delta, "reasoning", None) or ""
                for call in choice.delta.tool_calls or []:
                    called = call.id or called
                    if call.function:
                        name += call.function.name or ""
                        arguments += call.function.arguments or ""
        if name == "final_answer":
            assert json.loads(arguments) == ANSWER
            return
        function = {"name": name, "arguments": arguments}
        made = {"id": called, "type": "function", "function": function}
        messages += [
            {"role": "assistant", "reasoning": thought, "tool_calls": [made]},
            {
                "role": "tool",
                "tool_call_id": called,
                "content": await run_tool(arguments),
            },
        ]
    raise AssertionError("no answer after all turns")


async def bare_sdk(client: AsyncOpenAI) -> None:
    """Hold it with the SDK's loop and its own model class."""

    async def invoke(_: Any, arguments: str) -> str:
        given = json.loads(arguments)
        return arguments if "answer" in given else await look(**given)

    tools = [
        FunctionTool(
            each.name,
            each.description,
            each.params_json_schema,
            invoke,
            strict_json_schema=False,
        )
        for each in offered()
    ]
    agent = Agent(
        name="bare",
        instructions=instructions(),
        tools=list(tools),
        model=OpenAIChatCompletionsModel("gpt-oss-20b", client),
        model_settings=ModelSettings(
            temperature=1.0,
            top_p=1.0,
            reasoning=Reasoning(effort=EFFORT),
            include_usage=True,
        ),
        tool_use_behavior=StopAtTools(stop_at_tool_names=["final_answer"]),
    )
    config = RunConfig(tracing_disabled=True)
    run = Runner.run_streamed(agent, QUESTION, max_turns=TURNS, run_config=config)
    async for _ in run.stream_events():
        pass
    assert json.loads(run.final_output) == ANSWER


async def citeloop(assistant: Assistant) -> None:
    """Hold it as a person's question is answered."""
    given = await assistant.ask(QUESTION)
    assert (given.answer, given.turns) == (ANSWER["answer"], TURNS)


# --- the comparison ---


async def compare(loops: dict[str, Loop], rounds: int) -> dict[str, float]:
    """Return the median processor time of each, in milliseconds."""
    taken: dict[str, list[float]] = {name: [] for name in loops}
    for round_ in range(rounds + 2):  # two to warm up
        for name, loop in loops.items():
            gc.collect()
            started = process_time()
            await loop()
            if round_ > 1:
                taken[name].append((process_time() - started) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


async def profiled(loop: Loop, times: int) -> None:
    """Print where the time of a loop goes, by module and by function."""
    await loop()
    with cProfile.Profile() as profile:
        for _ in range(times):
            await loop()
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(r"agent/|tools/", 40)


async def measure(url: str, library: str, flags: argparse.Namespace) -> int:
    """Print the comparison; return 1 if a bound is not held."""
    settings = Settings.load({"base_url": url, "library": library, "depth": "high"})
    assistant = Assistant.open(settings, tools=[look])
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
        loops: dict[str, Loop] = {
            "openai client": partial(bare_client, client),
            "Agents SDK": partial(bare_sdk, client),
            "Citeloop": partial(citeloop, assistant),
        }
        try:
            if flags.profile:
                await profiled(loops[flags.profile], flags.rounds)
                return 0
            medians = await compare(loops, flags.rounds)
        finally:
            await assistant.aclose()
    client_ms, sdk_ms, ours_ms = medians.values()
    for name, ms in medians.items():
        print(f"{name:14}{ms:8.1f} ms {ms / client_ms:6.2f} of the bare client's")
    more = (ours_ms - sdk_ms) / TURNS
    print(f"over the SDK  {more:8.2f} ms a turn")
    return int(ours_ms / client_ms > MOST_RATIO or more > MOST_MS)


def main() -> int:
    """Serve, or measure."""
    parser = argparse.ArgumentParser(description="CPU of a ten-turn loop")
    parser.add_argument("--tokens", type=int, default=60, help="of reasoning, a turn")
    parser.add_argument("--gap", type=float, default=0.001, help="seconds a token")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--profile", help="one of the three, in place of comparing")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.serve:
        asyncio.run(run_server(flags.tokens, flags.gap))
    with TemporaryDirectory() as folder, served(flags.tokens, flags.gap) as url:
        library = str(Path(folder, "library.db"))
        text = Path(folder, "lamps.md")
        text.write_text(
            "# Lamps\n\nThere are ten lamps, and none of them says a word.\n"
        )
        ingest([str(text)], settings=Settings.load({"library": library}))
        return asyncio.run(measure(url, library, flags))


if __name__ == "__main__":
    sys.exit(main())
