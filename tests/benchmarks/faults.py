"""What the bare SDK makes of each fault of the table, beside what Citeloop does.

    python tests/benchmarks/faults.py [F01 F20 …]

The bare SDK is `OpenAIChatCompletionsModel` in `Runner`, as its documentation sets them
up, with the client's own retries and one tool `search`. Prints a Markdown table.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import openai
from agents import Agent, OpenAIChatCompletionsModel, RunConfig, Runner, function_tool

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from agent.settings.settings import Settings  # noqa: E402 (behind the path)
from agent.testing.faults.fault import HALF, KEY, Fault, Mode  # noqa: E402
from agent.testing.faults.table import FAULTS  # noqa: E402
from agent.testing.servers.fault_server import serving  # noqa: E402
from agent.testing.servers.replies import ANSWER, QUERY, QUOTE  # noqa: E402
from tests.faults.running import answering, run  # noqa: E402

PATIENCE = 15.0
"""Seconds until the bare SDK is said to hang; its client waits for 600."""
PROTOCOL = (
    "<|", "assistantfinal", "assistantanalysis", "assistantcommentary", "finalThe",
    "to=functions", "<html",
)  # fmt: skip
REASONING = ("think>", "reasoning>", "thought>", "THINK]", "think▷", "I only think")
_A_MARK = 8
"""Characters that may stand around an answer: its mark, and emphasis."""
FOUND = f"[1] lines 37-37: write-path.md\nUnder: Write path\nL37: {QUOTE}"


async def ask_bare(fault: Fault, mode: Mode) -> str:
    """Return what the bare SDK ends in, in a few words."""

    @function_tool
    async def search(query: str) -> str:
        """Search the documents."""
        del query
        return FOUND

    with serving(answering(fault)) as server:
        base_url = (fault.base_url or server.base_url).format(port=server.port)
        key = fault.variables.get("CITELOOP_API_KEY", KEY)
        async with openai.AsyncOpenAI(base_url=base_url, api_key=key) as client:
            model = OpenAIChatCompletionsModel("gpt-oss-20b", openai_client=client)
            agent = Agent(
                name="bare", instructions="Answer.", tools=[search], model=model
            )
            try:
                output = await asyncio.wait_for(_run(agent, mode), PATIENCE)
            except TimeoutError:
                return f"hangs (over {PATIENCE:.0f} s)"
            except Exception as error:  # noqa: BLE001 (whatever it is, it is the result)
                return f"raises `{type(error).__name__}`"
    return judge(output, fault)


async def _run(agent: Agent[None], mode: Mode) -> str:
    config = RunConfig(tracing_disabled=True)
    if mode == "whole":
        return str((await Runner.run(agent, QUERY, run_config=config)).final_output)
    streamed = Runner.run_streamed(agent, QUERY, run_config=config)
    async for _ in streamed.stream_events():
        pass
    return str(streamed.final_output)


def judge(output: str, fault: Fault) -> str:
    """Say what an output is that the SDK returned without an exception."""
    if broken := _broken(output, fault):
        return broken
    if fault.answer in output and len(output) <= len(fault.answer) + _A_MARK:
        return "ok" if fault.code == 0 else "**succeeds**"
    if HALF in output or output in QUOTE:
        return "**succeeds, cut off**"
    begins = " ".join(output[:40].split()).replace("`", "'")
    return "ok" if ANSWER in output else f"**succeeds with** `{begins}`"


def _broken(output: str, fault: Fault) -> str | None:
    """Say what of an output is no answer at all, None if nothing is."""
    if not output.strip() or output == "None":
        return "**succeeds, empty**"
    if any(each in output for each in PROTOCOL):
        return "**succeeds, raw protocol**"
    if any(each.lower() in output.lower() for each in REASONING):
        return "**succeeds, with reasoning**"
    if output.count(fault.answer) > 1:
        return "**succeeds, twice the same**"
    return None


def ask_citeloop(fault: Fault, mode: Mode, library: str) -> str:
    """Return what Citeloop ends in, in a few words."""
    outcome = run(fault, mode, library)
    if outcome.code == 0:
        return "ok"
    if outcome.code == 7:
        return "exit 7, with the best answer"
    said = outcome.error.strip().removeprefix("citeloop: ").replace("|", r"\|")
    said = said.replace(f":{outcome.server.port}", "")
    return f"exit {outcome.code}: {said[:90]}{'…' if len(said) > 90 else ''}"


def joined(fault: Fault, look: Callable[[Mode], str]) -> str:
    """Return what came of both forms, once if it is the same."""
    found = {mode: look(mode) for mode in fault.modes}
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return "; ".join(f"{mode}: {text}" for mode, text in found.items())


def main(chosen: list[str]) -> None:
    """Print the table, a row at a time, and how often a broken answer passed."""
    faults = [each for each in FAULTS if not chosen or each.id in chosen]
    passed = runs = 0
    print("| | fault | bare SDK | Citeloop |\n|---|---|---|---|")
    with TemporaryDirectory() as folder:
        from agent import ingest

        library = str(Path(folder) / "library.db")
        settings = Settings.load({"library": library})
        ingest([str(ROOT / "examples" / "docs")], settings=settings)
        for fault in faults:
            bare = {mode: asyncio.run(ask_bare(fault, mode)) for mode in fault.modes}
            runs += len(bare)
            passed += sum(text.startswith("**") for text in bare.values())
            ours = joined(fault, lambda mode, of=fault: ask_citeloop(of, mode, library))
            theirs = joined(fault, bare.__getitem__)
            what = fault.what.replace("|", r"\|")
            print(f"| {fault.id} | {what} | {theirs} | {ours} |", flush=True)
    print(f"\nThe bare SDK presented a broken answer in {passed} of {runs} runs.")


if __name__ == "__main__":
    main(sys.argv[1:])
