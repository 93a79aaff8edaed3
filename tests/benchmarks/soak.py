"""A long run against a server that fails now and then: how runs end, what is kept.

    python tests/benchmarks/soak.py

Eight conversations at once, streaming and not, ask a server in another process, which
injects each fault that it knows (`soak_server.py`) into 5 to 25 % of its requests,
until it has answered 2,000. A run may end with a whole answer, or with a failure that
has a name and an exit code of its own; any other end is a bug. Memory and open files
are looked at on the way. The exit code is 1 if a run ended in another way, if the
server was sent a history that it cannot take, or if memory or open files grew.
"""

import argparse
import asyncio
import gc
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time

import httpx2
from soak_server import ANSWER, BROKEN_HISTORY

from agent import Answer, CiteloopError, Conversation, Settings, ingest
from agent.assistant import Assistant
from agent.events.events import Event, TextDelta
from agent.opening import open_library
from agent.screen.answers import plain_answer
from tools.errors import ExitCode

ROOT = Path(__file__).parents[2]
QUESTIONS = 4
"""Of one conversation."""
PATIENCE = 120.0
"""Seconds that one run may take; far more than its retries wait."""
MORE_MEMORY = 1.10
MORE_FILES = 4
ENDINGS = {ExitCode.INCOMPLETE, ExitCode.LIMIT, ExitCode.NOT_FOUND}
FAILURES = {ExitCode.MODEL, ExitCode.INCOMPLETE}
"""What this server's faults may end in, besides an answer."""


@dataclass(slots=True)
class Soak:
    """What came of it so far."""

    endings: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    """Runs that ended in a way that nobody promised."""
    seen: list[tuple[int, float, int, int]] = field(default_factory=list)
    """Turns, MB, open files and tasks, over time."""
    over: bool = False


async def converse(soak: Soak, assistant: Assistant, worker: int) -> None:
    """Hold one conversation after the other."""
    number = 0
    while not soak.over:
        conversation = Conversation()
        for at in range(QUESTIONS):
            if soak.over:
                return
            number += 1
            question = f"When is an insert acknowledged? ({worker}, {number}, {at})"
            await ask(soak, assistant, question, conversation)


async def ask(
    soak: Soak, assistant: Assistant, question: str, conversation: Conversation
) -> None:
    """Ask once, and judge how it ended."""
    heard: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, TextDelta):
            heard.append(event.text)

    try:
        async with asyncio.timeout(PATIENCE):
            answer = await assistant.ask(question, conversation, listen)
    except CiteloopError as error:
        promised = error.exit_code in FAILURES and BROKEN_HISTORY not in str(error)
        note(soak, f"exit {error.exit_code}", str(error), promised=promised)
        return
    except TimeoutError:
        note(soak, f"not over in {PATIENCE:.0f} s", question, promised=False)
        return
    except Exception as error:  # noqa: BLE001 (that there is none is what is tested)
        note(soak, type(error).__name__, repr(error), promised=False)
        return
    soak.repairs.update(each.kind for each in answer.repairs)
    printed = plain_answer(answer) + "".join(heard)
    note(soak, f"exit {answer.exit_code}", printed, promised=is_whole(answer))


def is_whole(answer: Answer) -> bool:
    """Whether what the command would call a success is the whole answer."""
    if answer.exit_code != ExitCode.ANSWERED:
        return answer.exit_code in ENDINGS
    return answer.answer.startswith(ANSWER) and answer.grounded


def note(soak: Soak, ending: str, printed: str, *, promised: bool) -> None:
    """Count an ending."""
    soak.endings[ending] += 1
    if not promised or "<|" in printed or "Traceback" in printed:
        soak.broken.append(f"{ending}: {' '.join(printed.split())[:400]}")


async def watch(soak: Soak, url: str, turns: int) -> dict[str, object]:
    """Look at the process until enough turns are made; return the server's count."""
    async with httpx2.AsyncClient() as client:
        while True:
            state: dict[str, object] = (await client.get(url)).json()
            made = int(str(state["turns"]))
            gc.collect()
            files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (names suffice)
            soak.seen.append((made, memory(), files, len(asyncio.all_tasks())))
            if made >= turns:
                return state
            await asyncio.sleep(1)


def memory() -> float:
    """Return the resident megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def served(seed: int) -> Iterator[str]:
    """Yield the base URL of a server."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("soak_server.py")),
        str(seed),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.terminate()


async def run(url: str, library: str, flags: argparse.Namespace) -> Soak:
    """Let the conversations go on until the turns are made; print the figures."""
    soak = Soak()
    settings = Settings.load({"base_url": url, "library": library})
    opened = open_library(settings)
    assistants = [
        Assistant(settings.model_copy(update={"stream": stream}), opened)
        for stream in (True, False)
    ]
    started, used = monotonic(), process_time()
    workers = [
        asyncio.create_task(converse(soak, assistants[at % 2], at))
        for at in range(flags.conversations)
    ]
    state = await watch(soak, url, flags.turns)
    soak.over = True
    await asyncio.gather(*workers)
    used = process_time() - used
    for assistant in assistants:
        await assistant.aclose()
    print_figures(soak, state, monotonic() - started, used)
    return soak


def print_figures(
    soak: Soak, state: dict[str, object], seconds: float, used: float
) -> None:
    """Print what a person wants to know."""
    injected = state["injected"]
    refused = state["refused"]
    assert isinstance(injected, dict)
    assert isinstance(refused, list)
    turns = int(str(state["turns"]))
    count = sum(injected.values())
    each = used / turns * 1000
    print(f"turns      {turns:,} in {seconds:.0f} s, {each:.1f} ms CPU each")
    print(f"faults     {count} ({count / turns:.0%}) of {len(injected)} kinds")
    print(
        f"runs       {sum(soak.endings.values())}: {dict(soak.endings.most_common())}"
    )
    print(f"repairs    {dict(soak.repairs.most_common())}")
    for made, mb, files, tasks in soak.seen[:: max(len(soak.seen) // 8, 1)]:
        print(f"at {made:6,}  {mb:7.1f} MB, {files} open files, {tasks} tasks")
    for problem in [*refused, *soak.broken][:20]:
        print(f"BROKEN     {problem}")
    soak.broken += [f"refused: {each}" for each in refused]


def grew(soak: Soak) -> list[str]:
    """Return what was more in the last third than in the second."""
    third = len(soak.seen) // 3
    if not third:
        return ["too few turns to say"]
    complaints = []
    middle, last = soak.seen[third : 2 * third], soak.seen[-third:]

    def typical(seen: list[tuple[int, float, int, int]], column: int) -> float:
        return statistics.median(each[column] for each in seen)

    if typical(last, 1) > MORE_MEMORY * typical(middle, 1):
        complaints.append("memory grew")
    if typical(last, 2) > typical(middle, 2) + MORE_FILES:
        complaints.append("open files grew")
    if typical(last, 3) > typical(middle, 3) + MORE_FILES:
        complaints.append("tasks grew")
    return complaints


def main() -> int:
    """Soak, and return 1 if something is wrong."""
    parser = argparse.ArgumentParser(description="2,000 turns with faults")
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--conversations", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    with TemporaryDirectory() as folder, served(flags.seed) as url:
        library = str(Path(folder, "library.db"))
        source = str(ROOT / "examples" / "docs" / "write-path.md")
        ingest([source], settings=Settings.load({"library": library}))
        soak = asyncio.run(run(url, library, flags))
    complaints = grew(soak)
    for each in complaints:
        print(f"GREW       {each}")
    return int(bool(soak.broken or complaints))


if __name__ == "__main__":
    sys.exit(main())
