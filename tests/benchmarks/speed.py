"""How fast the search is, beside LanceDB, sqlite-vec with FTS5, and numpy with bm25s.

    uv pip install --group benchmarks
    python tests/benchmarks/speed.py [--sizes 1000,10000,100000] [--queries 200]

Every contender stores the same rows (`speed_rows.py`) and runs in processes of its own,
in turns, so that they meet the same noise. The vectors of queries are prepared: what it
costs to embed a query is not in these figures. One Markdown table is printed.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from speed_contenders import CONTENDERS, Contender, clear
from speed_rows import Rows, make_rows

STORE = Path(__file__).parents[2] / "build" / "speed"
ROUNDS = 2
WARM_UP = 20
AT_ONCE = 8


def main() -> None:
    """Build what is missing, measure in turns, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.child:
        name, phase, size = flags.child
        print(json.dumps(_child(name, phase, make_rows(int(size), flags.queries))))
        return
    names = [name for name in CONTENDERS if _is_installed(name)]
    print(_machine(names))
    for size in map(int, flags.sizes.split(",")):
        _compare(size, names, flags.queries)


def _is_installed(name: str) -> bool:
    try:
        for package in CONTENDERS[name].packages:
            version(package)
    except PackageNotFoundError as error:
        print(f"{name}: skipped, {error.name} is missing; install with ", end="")
        print("`uv pip install --group benchmarks`\n")
        return False
    return True


def _machine(names: list[str]) -> str:
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = sorted({each for name in names for each in CONTENDERS[name].packages})
    versions = ", ".join(f"{each} {version(each)}" for each in packages)
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, load "
        f"{os.getloadavg()[0]:.1f}; Python {platform.python_version()}, {versions}\n"
    )


def _compare(size: int, names: list[str], queries: int) -> None:
    built = {name: _run(name, "build", size, queries) for name in names}
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(ROUNDS):
        for name in names if turn % 2 == 0 else reversed(names):
            rounds[name].append(_run(name, "serve", size, queries))
    print(f"### {size:,} passages\n")
    print("| | hybrid p50 ms | p99 | to Citeloop | vectors p50 | recall@10 ", end="")
    print("| cold open s | RSS MiB | disk MiB | loop lag p99 ms |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    ours = 0.0
    for name in names:
        times = np.concatenate([each["hybrid"] for each in rounds[name]]) * 1000
        vectors = np.concatenate([each["nearest"] for each in rounds[name]]) * 1000
        last = {key: _middle(rounds[name], key) for key in ("cold", "rss", "lag")}
        ours = ours or float(np.median(times))
        print(
            f"| {name} | {np.median(times):.1f} | {np.percentile(times, 99):.1f} "
            f"| {np.median(times) / ours:.2f} | {np.median(vectors):.1f} "
            f"| {_middle(rounds[name], 'recall'):.3f} | {last['cold']:.2f} "
            f"| {last['rss']:.0f} | {built[name]['disk']:.0f} | {last['lag']:.1f} |"
        )
    print(flush=True)


def _middle(rounds: list[dict[str, Any]], key: str) -> float:
    return float(np.median([each[key] for each in rounds]))


def _run(name: str, phase: str, size: int, queries: int) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", __file__, "--queries", str(queries)]
    done = subprocess.run(
        [*command, "--child", name, phase, str(size)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _child(name: str, phase: str, rows: Rows) -> dict[str, Any]:
    contender = CONTENDERS[name]()
    slug = "".join(each for each in name.lower() if each.isalnum())
    folder = STORE / str(len(rows.texts)) / slug
    if phase == "serve":
        return _serve(contender, folder, rows)
    clear(folder)
    contender.build(rows, folder)
    contender.close()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {"disk": sum(path.stat().st_size for path in files) / 2**20}


def _serve(contender: Contender, folder: Path, rows: Rows) -> dict[str, Any]:
    nearest = rows.nearest
    pairs = list(zip(rows.queries, rows.query_vectors, strict=True))
    before = _memory()
    started = perf_counter()
    contender.open(folder)
    contender.hybrid(*pairs[0])
    cold = perf_counter() - started
    for pair in pairs[:WARM_UP]:
        contender.hybrid(*pair)
    hybrid = [_seconds(contender.hybrid, *pair) for pair in pairs]
    vectors = [_seconds(contender.nearest, vector) for _, vector in pairs]
    hits = sum(
        len(true & set(contender.nearest(vector)))
        for true, (_, vector) in zip(nearest, pairs, strict=True)
    )
    result = {
        "cold": cold,
        "hybrid": hybrid,
        "nearest": vectors,
        "recall": hits / (10 * len(pairs)),
        "rss": _memory() - before,
        "lag": asyncio.run(_lag(contender, pairs)) * 1000,
    }
    contender.close()
    return result


def _seconds(call: Any, *arguments: Any) -> float:
    started = perf_counter()
    call(*arguments)
    return perf_counter() - started


def _memory() -> float:
    """Return the MiB of this process and its children: an engine may be one."""
    import psutil

    own = psutil.Process()
    processes = [own, *own.children(recursive=True)]
    return sum(each.memory_info().rss for each in processes) / 2**20


async def _lag(contender: Contender, pairs: list[Any]) -> float:
    """Return the p99 by which a sleep of 1 ms is late while eight searches run."""
    late: list[float] = []

    async def tick() -> None:
        while True:
            started = perf_counter()
            await asyncio.sleep(0.001)
            late.append(perf_counter() - started - 0.001)

    async def ask(part: list[Any]) -> None:
        for pair in part:
            await asyncio.to_thread(contender.hybrid, *pair)

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(ask(pairs[at::AT_ONCE]) for at in range(AT_ONCE)))
    ticking.cancel()
    return float(np.percentile(late, 99))


if __name__ == "__main__":
    main()
