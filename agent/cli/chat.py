"""`citeloop chat`: several questions in one conversation."""

import argparse

from agent.chat import Chat
from agent.cli.flags import settings_from
from tools.milvus import is_embedded, require_file

__all__ = ["run"]


def run(flags: argparse.Namespace) -> int:
    """Open the chat; what is missing is said before the first question."""
    settings = settings_from(flags)
    if is_embedded(settings.library):
        require_file(settings.library)
    return Chat(settings, flags.resume).run()
