"""An answer's Markdown, with what the check remarks of it in a colour of its own."""

from rich.markdown import Markdown

from tools.grounding.remarks import REMARK
from tools.text.rendered import parse_safely, tag_matches

__all__ = ["RemarkedMarkdown"]

_TAG = "remark"
"""Its style is `markdown.remark`, which `agent.screen.console` names."""


class RemarkedMarkdown(Markdown):
    """Untrusted Markdown as rich shows it, its remarks coloured."""

    inlines = Markdown.inlines | {_TAG}

    def __init__(self, text: str) -> None:
        """Parse it; rich alone would decode entities that a terminal obeys."""
        super().__init__("", hyperlinks=False)
        self.parsed = tag_matches(parse_safely(text), REMARK, _TAG)
