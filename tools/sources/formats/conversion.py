"""Reads files in a process of their own, which may fail, hang or crash alone.

Files come from anywhere and parsers are large: an endless loop, a crash in native code,
a flood of warnings or of memory ends that process, and the file is skipped. One process
stays warm and reads one file after the other, until one of them wears it out.
"""

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Timer
from typing import Any

from tools.documents.document import Document
from tools.documents.outline import Outline
from tools.processes import sheltered_child
from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.table import Format
from tools.sources.formats.zipped import check_package

__all__ = ["convert", "outline_of"]

_SECONDS = 120.0
"""Wall-clock time for one file; a PDF of 1,000 pages takes a few."""
_SECONDS_FOR_CODE = 10.0
"""`A<A<A<` keeps tree-sitter for hours; what takes longer is cut like plain text."""
_MAX_SERVED = 1000
"""Files that one process reads, and the bytes of one that it is not kept after."""
_LARGE = 8 * 1024 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An OLE file: Office before 2007, or a newer file under a password."""
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from tools.sources.formats.worker import main; main()"
)


def convert(
    content: bytes, kind: Format | None, seconds: float = _SECONDS
) -> Converted:
    """Return a file as Markdown or text; one of no format as its text.

    Raises:
        RefusalError: it is damaged, encrypted, a bomb, no text, takes too long or
            crashes the converter, or the extra `formats` is missing; the message says
            which.
    """
    if kind and any(find_spec(package) is None for package in kind.packages):
        raise RefusalError(
            "needs the extra \"formats\" (pip install 'citeloop[formats]')"
        )
    if kind and content.startswith(_OLD_OFFICE):
        raise RefusalError("encrypted, or of an Office before 2007: save it anew")
    if kind and kind.zipped and (reason := check_package(content)):
        raise RefusalError(reason)
    converter = kind.converter if kind else "texts.convert_text"
    answer = _ask({"converter": converter}, content, seconds)
    remarks = tuple(answer["remarks"])
    return Converted(answer["text"], answer["title"], answer["metadata"], remarks)


def outline_of(document: Document) -> Outline:
    """Return what a document is made of.

    Raises:
        RefusalError: nobody can tell within the limits of time and memory.
    """
    code = document.form == "code"
    request = {"form": document.form, "name": document.name}
    content = document.text.encode("utf-8", "replace")
    try:
        answer = _ask(request, content, _SECONDS_FOR_CODE if code else _SECONDS)
    except RefusalError:
        if code:
            return Outline()
        raise
    return Outline.from_record(answer)


class _Worker:
    """A process that reads; see `tools.sources.formats.worker`."""

    def __init__(self) -> None:
        root = Path(__file__).parents[3]
        # -P: a folder `tools` where the user stands is not ours.
        command = [sys.executable, "-P", "-c", _START, str(root)]
        with sheltered_child():
            self._process = subprocess.Popen(  # noqa: S603 (our own worker, no shell)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        self.served = 0

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], content: bytes, seconds: float) -> bytes:
        """Return the line that answers a request, empty if there was none in time."""
        self.served += 1
        late = Event()
        watch = Timer(seconds, self._stop, [late])
        watch.daemon = True
        watch.start()
        try:
            line = self._exchange(request, content)
        finally:
            watch.cancel()
        if line.endswith(b"\n"):
            return line
        self.end()
        if late.is_set():
            raise RefusalError(f"reading it took longer than {seconds:.0f} s")
        status = self._process.returncode
        raise RefusalError(f"what reads it crashed (exit status {status})")

    def end(self) -> None:
        """End the process, whatever it does."""
        assert self._process.stdin  # noqa: S101 (both are pipes)
        assert self._process.stdout  # noqa: S101
        self._process.kill()
        self._process.wait()
        with suppress(OSError):  # what was written and not read
            self._process.stdin.close()
        self._process.stdout.close()

    def _exchange(self, request: dict[str, Any], content: bytes) -> bytes:
        assert self._process.stdin  # noqa: S101 (both are pipes)
        assert self._process.stdout  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.write(content)
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except OSError:  # it is gone
            return b""

    def _stop(self, late: Event) -> None:
        late.set()
        self._process.kill()


_idle: dict[int, list[_Worker]] = {}
"""Warm processes, by who started them: a fork must not use those of its parent."""


def _ask(request: dict[str, Any], content: bytes, seconds: float) -> dict[str, Any]:
    worker = _take()
    request = {**request, "size": len(content), "seconds": seconds}
    try:
        answer: dict[str, Any] = json.loads(worker.ask(request, content, seconds))
    except BaseException:  # Ctrl-C too: its answer would be taken for the next one's
        worker.end()
        raise
    worn = answer.get("worn") or worker.served >= _MAX_SERVED
    if worn or len(content) > _LARGE:
        worker.end()
    else:
        _idle[os.getpid()].append(worker)
    if "refusal" in answer:
        raise RefusalError(answer["refusal"])
    return answer


def _take() -> _Worker:
    idle = _idle.setdefault(os.getpid(), [])
    while idle:
        worker = idle.pop()
        if worker.alive:
            return worker
        worker.end()
    return _Worker()


@atexit.register
def _end_all() -> None:
    for worker in _idle.pop(os.getpid(), []):
        worker.end()
