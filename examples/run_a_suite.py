"""Ask a suite of questions, and see whether the answers are as expected.

    python examples/run_a_suite.py

The same as `citeloop eval examples/suite.yaml --model extractive`, which needs no model
and no key; leave out --model to ask yours.
"""

import sys
from pathlib import Path

from agent.cli import main

SUITE = Path(__file__).parent / "suite.yaml"

if __name__ == "__main__":
    sys.exit(main(["eval", str(SUITE), "--model", "extractive", *sys.argv[1:]]))
