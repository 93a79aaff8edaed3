"""One line to standard error, for whoever reads a pipe's."""

import sys

from tools.text.clean import neutralise_control_tokens, visible

__all__ = ["complain", "print_notice"]


def print_notice(text: str) -> None:
    """Write one line to standard error, for whoever reads a pipe's."""
    from agent.screen.console import console_for, plain_text

    console = console_for(sys.stderr)
    console.print(plain_text(f"citeloop: {text}"), soft_wrap=True)


def complain(text: str) -> None:
    """Write one line to standard error."""
    line = neutralise_control_tokens(visible(" ".join(text.split())))
    print(f"citeloop: {line}", file=sys.stderr)
