"""How long `citeloop --help` takes, `ask` to its first request, and the wire alone.

    python tests/benchmarks/startup.py

`citeloop --help` is held against a bare `python -c "import argparse"`, and the bound of
the project is three times. What reads, repairs and judges a turn is held against
`import agents`, and the bound is a tenth of its time. `citeloop ask` over a library of
`examples/docs` is timed until a local server has its first request, beside the same
`import agents`. Each pair runs in turn, so that both meet the same noise; medians are
compared.
"""

import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from agent.testing.servers.chat_server import Turn, serve  # noqa: E402 (behind the path)

RUNS = 20
WIRE_RUNS = 7
ASK_RUNS = 7
CITELOOP = str(Path(sys.executable).with_name("citeloop"))
SDK = "agents"
WIRE = "agent.wire.repairs.in_order, agent.wire.verdict"


def run(*command: str) -> tuple[float, str]:
    """Return the wall-clock milliseconds of one run, and what it printed."""
    started = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return (perf_counter() - started) * 1000, done.stdout


def start_command() -> None:
    """Print both medians of the command and their ratio."""
    bare, ours = [], []
    for _ in range(RUNS):
        bare.append(run(sys.executable, "-c", "import argparse")[0])
        ours.append(run(CITELOOP, "--help")[0])
    first, second = statistics.median(bare), statistics.median(ours)
    print(f"import argparse   {first:7.1f} ms")
    print(f"citeloop --help   {second:7.1f} ms")
    print(f"ratio             {second / first:7.2f}")


def import_wire() -> None:
    """Print what a fresh process takes that imports the SDK, and one with the wire."""
    taken: dict[str, list[float]] = {SDK: [], WIRE: []}
    modules: dict[str, int] = {}
    for _ in range(WIRE_RUNS):
        for names, times in taken.items():
            code = f"import sys, {names}; print(len(sys.modules))"
            milliseconds, printed = run(sys.executable, "-c", code)
            times.append(milliseconds)
            modules[names] = int(printed)
    first, second = map(statistics.median, taken.values())
    print(f"import agents     {first:7.1f} ms  {modules[SDK]:5} modules")
    print(f"repairs, verdict  {second:7.1f} ms  {modules[WIRE]:5} modules")
    print(f"ratio             {second / first:7.2f}")


def ask_first() -> None:
    """Print how long `ask` takes until the server has its first request."""
    came: list[float] = []

    def reply(request: dict[str, Any]) -> Turn:
        del request
        came.append(perf_counter())
        return Turn(content="The documents do not say.")

    sdk, ours = [], []
    with TemporaryDirectory() as folder, serve(reply) as server:
        library = ["--library", str(Path(folder) / "library.db")]
        run(CITELOOP, "ingest", str(ROOT / "examples" / "docs"), *library)
        asked = [CITELOOP, "ask", "When?", *library, "--base-url", server.base_url]
        for _ in range(ASK_RUNS):
            sdk.append(run(sys.executable, "-c", f"import {SDK}")[0])
            came.clear()
            started = perf_counter()
            subprocess.run(asked, capture_output=True, check=False)
            ours.append((came[0] - started) * 1000)
    first, second = statistics.median(sdk), statistics.median(ours)
    print(f"import agents     {first:7.1f} ms")
    print(f"ask, to request   {second:7.1f} ms")
    print(f"ratio             {second / first:7.2f}")


if __name__ == "__main__":
    start_command()
    import_wire()
    ask_first()
