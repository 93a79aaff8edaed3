"""`citeloop chat`: several questions in one conversation."""

import argparse

from agent.cli.given.given_settings import settings_from
from agent.cli.given.taping import taped
from agent.repl.repl import Chat
from tools.milvus.engines import is_embedded, require_file

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Open the chat; what is missing is said before the first question."""
    settings = settings_from(flags)
    if is_embedded(settings.library):
        require_file(settings.library)
    with taped(flags, settings) as tape:
        return Chat(settings, flags.resume, tape).run()
