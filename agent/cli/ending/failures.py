"""What the command line does with failures: one clear line, and the right exit code."""

import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from agent.output.forms import choose_form
from agent.screen.notices import complain
from tools.errors import CiteloopError, ExitCode

__all__ = ["leave_quietly", "run_command"]


def run_command(
    command: Callable[[], int], *, debug: bool, as_json: bool = False
) -> int:
    """Run a command; no failure ends in a traceback unless it is asked for.

    Where the command writes JSON, an object says the failure in place of the result.

    Raises:
        BrokenPipeError: who reads the output has left.
    """
    _prepare_streams()
    try:
        code = command()
        print(end="", flush=True)
    except CiteloopError as error:
        return _fail(str(error), error.exit_code, as_json=as_json)
    except KeyboardInterrupt:
        return _fail("Interrupted.", ExitCode.INTERRUPTED, as_json=as_json)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 (the last line of defence)
        if debug:
            traceback.print_exc()
        text = (
            f"A bug in Citeloop: {type(error).__name__}: {error}. "
            "Run it again with --debug after the command to see where."
        )
        return _fail(text, ExitCode.BUG, as_json=as_json)
    return code


def _fail(text: str, code: ExitCode, *, as_json: bool) -> int:
    if as_json:
        choose_form(sys.stdout, as_json=True).write_failure(text, code)
    complain(text)
    return code


def _prepare_streams() -> None:
    """Let a terminal that cannot show a character show a question mark.

    A stream that was closed before the start takes what is written, and keeps nothing.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 (until the end)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def leave_quietly() -> NoReturn:
    """End as a program does whose reader has gone, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    sys.exit(128 + 13)
