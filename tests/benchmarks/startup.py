"""How long `citeloop --help` takes, against a bare `python -c "import argparse"`.

    python tests/benchmarks/startup.py

Both run twenty times in turn, so that they meet the same noise; medians are compared.
The bound of the project is three times.
"""

import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

RUNS = 20


def seconds(*command: str) -> float:
    """Return the wall-clock time of one run."""
    started = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - started


def main() -> None:
    """Print both medians and their ratio."""
    citeloop = str(Path(sys.executable).with_name("citeloop"))
    bare, ours = [], []
    for _ in range(RUNS):
        bare.append(seconds(sys.executable, "-c", "import argparse"))
        ours.append(seconds(citeloop, "--help"))
    first, second = statistics.median(bare), statistics.median(ours)
    print(f"import argparse   {first * 1000:6.1f} ms")
    print(f"citeloop --help   {second * 1000:6.1f} ms")
    print(f"ratio             {second / first:6.2f}")


if __name__ == "__main__":
    main()
