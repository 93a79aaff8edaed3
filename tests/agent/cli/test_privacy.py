"""On the defaults nothing is sent, and nothing is written outside our own folder.

Seen from outside, under strace: what is written in C++ and looked up in another thread
no hook of Python sees.
"""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.agent.cli.running import COMMAND, citeloop
from tests.conftest import DOCS

QUESTION = "What seals a growing segment?"
COMMANDS = (["ingest", str(DOCS / "write-path.md")], ["ask", QUESTION], ["chat"])
needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed"
)
SENDING = re.compile(r"(?:connect|sendto|sendmsg|sendmmsg)\(.*AF_INET")
WRITING = re.compile(
    r'openat\(AT_FDCWD, "([^"]+)", [A-Z_|]*(?:O_CREAT|O_WRONLY|O_RDWR|O_TRUNC)'
)
HARMLESS = ("/dev/", "/proc/")


@dataclass(frozen=True)
class Seen:
    """What a command did, and the folders that were its own."""

    trace: str
    home: Path
    passing: Path

    @property
    def written(self) -> list[str]:
        """The files that it opened to write, but those of `python -m compileall`."""
        found = WRITING.findall(self.trace)
        return [
            each
            for each in found
            if "__pycache__" not in each and not each.startswith(HARMLESS)
        ]


def watch(tmp_path: Path, arguments: list[str], seconds: float = 0) -> Seen:
    """Run the command under strace, in the home folder of the test.

    `seconds` is how long its input stays open after the question.
    """
    trace, passing = tmp_path / "trace.txt", tmp_path / "passing"
    passing.mkdir(exist_ok=True)
    calls = "trace=connect,sendto,sendmsg,sendmmsg,openat"
    tracer = ["strace", "-f", "--seccomp-bpf", "-o", str(trace), "-e", calls]
    with subprocess.Popen(
        [*tracer, COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(passing)},
    ) as running:
        assert running.stdin
        running.stdin.write(f"{QUESTION}\n")
        running.stdin.flush()
        time.sleep(seconds)
        _, error = running.communicate("/exit\n", timeout=150)
    if "ptrace" in error:
        pytest.skip(f"strace may not trace here: {error.strip()[:80]}")
    assert running.returncode == 0, error
    return Seen(trace.read_text(errors="replace"), tmp_path / "home", passing)


@needs_strace
def test_the_defaults_send_nothing_and_write_nothing_elsewhere(
    tmp_path: Path,
) -> None:
    for arguments in COMMANDS:
        assert_silent(watch(tmp_path, arguments))
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["citeloop"]


@pytest.mark.nightly
@pytest.mark.timeout(300)
@needs_strace
def test_a_chat_that_stays_open_sends_nothing(tmp_path: Path) -> None:
    """onnxruntime 1.32 looks its address up within a minute."""
    assert citeloop("ingest", str(DOCS)).returncode == 0
    assert_silent(watch(tmp_path, ["chat"], seconds=90))


def assert_silent(seen: Seen) -> None:
    """Assert that nothing was sent, and that nothing was written but by us."""
    assert "AF_UNIX" in seen.trace, "the engine's socket was not seen: nothing was"
    assert SENDING.findall(seen.trace) == []
    own = (str(seen.home / "citeloop"), str(seen.passing))
    assert [each for each in seen.written if not each.startswith(own)] == []
    assert list(seen.passing.iterdir()) == []


def test_what_is_kept_is_for_the_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        citeloop("ingest", str(DOCS / "write-path.md"))
        citeloop("ingest", str(DOCS / "write-path.md"), "--library", "own/library.db")
        assert citeloop("ask", QUESTION).returncode == 0
    finally:
        os.umask(before)
    kept = [*(tmp_path / "home").rglob("*"), *(tmp_path / "own").rglob("*")]
    open_to_others = [each for each in kept if each.stat().st_mode & 0o077]
    assert any(each.suffix == ".json" for each in kept)
    assert sum(each.suffix == ".db" for each in kept) == 2
    assert open_to_others == []
