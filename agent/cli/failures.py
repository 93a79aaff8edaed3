"""What the command line does with failures: one clear line, and the right exit code."""

import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from agent.screen.notices import complain
from tools.errors import CiteloopError, ExitCode

__all__ = ["run_command"]


def run_command(command: Callable[[], int], *, debug: bool) -> int:
    """Run a command; no failure ends in a traceback unless it is asked for."""
    _prepare_streams()
    try:
        code = command()
        print(end="", flush=True)
    except CiteloopError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        complain("Interrupted.")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _leave_quietly()
    except Exception as error:  # noqa: BLE001 (the last line of defence)
        if debug:
            traceback.print_exc()
        complain(
            f"A bug in Citeloop: {type(error).__name__}: {error}. "
            "Run it again with --debug after the command to see where."
        )
        return ExitCode.BUG
    return code


def _prepare_streams() -> None:
    """Let a terminal that cannot show a character show a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _leave_quietly() -> NoReturn:
    """End as a program does whose reader has gone, without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(128 + 13)
