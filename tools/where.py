"""The small form in which a search is restricted to some documents."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from tools.errors import ToolError

__all__ = ["Where", "parse_where"]

_FORM = re.compile(r"\s*(document|title)\s*=\s*(\S.*?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Where:
    """A pattern for the name or the title of a document."""

    field: Literal["document", "title"]
    pattern: str
    """`*` stands for any characters; letters match in either case."""

    def matches(self, name: str, title: str) -> bool:
        """Whether the document with this name and title is searched."""
        value = name if self.field == "document" else title
        # Only `*` is special: a title may well hold brackets and question marks.
        pattern = self.pattern.replace("[", "[[]").replace("?", "[?]")
        return fnmatchcase(value.casefold(), pattern.casefold())


def parse_where(text: str | None) -> Where | None:
    """Read `document=faq/*` or `title=*index*`; nothing or blank is no restriction.

    Raises:
        ToolError: the text has another form.
    """
    if text is None or not text.strip():
        return None
    found = _FORM.fullmatch(text)
    if found is None:
        raise ToolError(
            f'where: "{text}" has not the form document=PATTERN or title=PATTERN, '
            "for example document=faq/* (the * stands for any characters)"
        )
    field, pattern = found.groups()
    if pattern[0] in "\"'" and pattern[-1] == pattern[0] and len(pattern) > 1:
        pattern = pattern[1:-1]
    return Where("document" if field == "document" else "title", pattern)
