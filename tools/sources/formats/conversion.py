"""Converts a file in a process of its own, which may fail, hang or crash alone.

Files come from anywhere and converters are large: an endless loop, a crash in native
code, a flood of warnings or of memory ends that process, and the file is skipped.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.table import Format
from tools.sources.formats.zipped import check_package

__all__ = ["convert"]

_SECONDS = 120.0
"""Wall-clock time for one file; a PDF of 1,000 pages takes a few."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An OLE file: Office before 2007, or a newer file under a password."""
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from tools.sources.formats.worker import main; main(sys.argv[2])"
)


def convert(content: bytes, kind: Format, seconds: float = _SECONDS) -> Converted:
    """Return a file of a sheltered format as Markdown.

    Raises:
        RefusalError: it is damaged, encrypted, a bomb, takes too long or crashes the
            converter, or the extra `formats` is missing; the message says which.
    """
    if any(find_spec(package) is None for package in kind.packages):
        raise RefusalError(
            "needs the extra \"formats\" (pip install 'citeloop[formats]')"
        )
    if content.startswith(_OLD_OFFICE):
        raise RefusalError("encrypted, or of an Office before 2007: save it anew")
    if kind.zipped and (reason := check_package(content)):
        raise RefusalError(reason)
    return _parse(_run(content, kind.converter, seconds))


def _run(content: bytes, converter: str, seconds: float) -> bytes:
    root = Path(__file__).parents[3]
    # -P: a folder `tools` where the user stands is not ours.
    command = [sys.executable, "-P", "-c", _START, str(root), converter]
    try:
        done = subprocess.run(  # noqa: S603 (our own worker, no shell)
            command, input=content, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RefusalError(f"converting took longer than {seconds:.0f} s") from error
    if done.returncode:
        raise RefusalError(f"the converter crashed (exit status {done.returncode})")
    return done.stdout


def _parse(output: bytes) -> Converted:
    answer = json.loads(output)
    if "refusal" in answer:
        raise RefusalError(answer["refusal"])
    remarks = tuple(answer["remarks"])
    return Converted(answer["text"], answer["title"], answer["metadata"], remarks)
