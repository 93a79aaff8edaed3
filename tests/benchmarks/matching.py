"""How long calls take to be held against each other, and that no order matters.

    python tests/benchmarks/matching.py

60 calls of one tool against 60 expectations, in each mode; and, where ../shared/data
is, each entry of BFCL's multi-turn answers against a run that lost a call and gained
one, with the expectations in several orders.
"""

import sys
from pathlib import Path
from random import Random
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from agent.matching.call import Call  # noqa: E402 (behind the path)
from tests.agent.matching.trajectories import (  # noqa: E402 (behind the path)
    BFCL,
    MODES,
    bfcl_runs,
    judged,
)

CALLS = 60
ORDERS = 10


def calls(random: Random) -> list[Call]:
    """Return calls of one tool that are partly the same."""
    return [
        Call(
            "search",
            {"query": random.randrange(5), "page": random.randrange(5),
             "tags": [random.randrange(3)], "where": {"year": random.randrange(3)}},
        )
        for _ in range(CALLS)
    ]  # fmt: skip


def time_modes(random: Random) -> None:
    """Print the milliseconds of each mode."""
    expect, run = calls(random), calls(random)
    for mode in MODES:
        started = perf_counter()
        score = judged(expect, run, mode).score
        milliseconds = (perf_counter() - started) * 1000
        print(f"{CALLS} x {CALLS} {mode:<10} {milliseconds:7.1f} ms, score {score:.3f}")


def shuffle_bfcl(random: Random) -> None:
    """Print how many entries have another score in another order."""
    differing, started = 0, perf_counter()
    for made in bfcl_runs():
        run = [*made[1:], Call("stray", {})]
        scores = {
            judged(random.sample(made, len(made)), run).exact_score
            for _ in range(ORDERS)
        }
        differing += len(scores) > 1
    count, seconds = len(bfcl_runs()), perf_counter() - started
    print(
        f"BFCL: {count} entries in {ORDERS} orders, {differing} differ, {seconds:.1f} s"
    )


if __name__ == "__main__":
    seeded = Random(17)  # noqa: S311 (the same calls each time)
    time_modes(seeded)
    if BFCL.is_dir():
        shuffle_bfcl(seeded)
    else:
        print("BFCL: ../shared/data/bfcl-multi-turn is not here")
