"""One line to standard error, for whoever reads a pipe's."""

import sys

from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["complain", "print_notice"]


def print_notice(text: str) -> None:
    """Write one line to standard error as rich does, which keeps to its settings."""
    from agent.screen.console import console_for, plain_text

    console = console_for(sys.stderr)
    console.print(plain_text(f"citeloop: {text}"), soft_wrap=True)


def complain(text: str) -> None:
    """Write one line to standard error, without the time that rich takes to import."""
    line = neutralise_control_tokens(visible(" ".join(text.split())))
    print(f"citeloop: {line}", file=sys.stderr)
