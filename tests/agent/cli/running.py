"""Runs the command as a script does: in a pipe."""

import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("citeloop"))


def citeloop(
    *arguments: str, given: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a script does; no run may end in a traceback."""
    done = subprocess.run(
        [COMMAND, *arguments],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1
