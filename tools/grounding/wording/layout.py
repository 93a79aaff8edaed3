"""What of a text is layout: a quote may have kept it or left it out."""

import re
from enum import IntEnum

__all__ = ["BREAK", "LETTERED", "SKIPPED", "Layout", "find_layout", "numbers_items"]

_HEAD = r"^[ \t]*(?:>[ \t]?|\#{1,6}[ \t]+|[-*+][ \t]+)+"
"""What Markdown puts before a line: marks of a quote, a heading, a list item."""
_TARGETS = (
    r"!?\[(?=(?:[^\[\]\n]|\[[^\[\]\n]*\])+\]\()"
    r"|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)"
    r"|</?(?:br|p|b|i|u|em|strong|code|pre|kbd|a|span|div|ul|ol|li|table|thead|tbody"
    r"|tr|th|td|h[1-6])(?:\s[^<>\n]*)?/?>"
    r"|^[ \t]*(?:'{3,}|~{3,})[^'\n]*$|^(?=[^\n]*[-=]{2})[-=|:+ \t]+$"
)
"""Links without their text, HTML's commonest tags, fences, rules of tables."""
_BLOCK = re.compile(r"</?(?:br|p|div|ul|ol|li|table|thead|tbody|tr|th|td|h[1-6])\b")
"""Those tags that part words."""
_NUMBERED = _HEAD.replace(r"[-*+]", r"(?:[-*+]|\d{1,3}[.)])")
LETTERED = ("](", "<", "'''", "~~~")
"""Where none of them stands, rendering leaves every letter."""
_NUMBER = re.compile(r"\d[.)][ \t]")
_NUMBER_OF_ITEM = re.compile(r"^[ \t>#*+-]*\d{1,3}[.)][ \t]", re.MULTILINE)
BREAK = re.compile(
    r"[-\u00ad](?<=[^\W\d_][-\u00ad])[ \t]*\n[ \t]*(?:>[ \t]?)*(?=[^\W\d_])"
)
"""A hyphen at the end of a line, inside a word."""


class Layout(IntEnum):
    """What of a text is taken for layout; a quote may have kept it or left it out."""

    PLAIN = 0
    """Nothing: a dash at the start of a line is the text's own."""
    MARKED = 1
    """Marks before a line: of a quotation, a heading, a list item."""
    RENDERED = 2
    """Besides, the targets of links, common HTML tags, fences and rules of tables."""
    UNNUMBERED = 3
    """Besides, the numbers of list items. A quote's own numbers always count."""


_MAY_BE = r"(?=^|[!\[\]<])"
"""Where layout may begin; most places are passed over by it."""
SKIPPED = {
    Layout.MARKED: re.compile(_HEAD, re.MULTILINE),
    Layout.RENDERED: re.compile(f"{_MAY_BE}(?:{_HEAD}|{_TARGETS})", re.MULTILINE),
    Layout.UNNUMBERED: re.compile(f"{_MAY_BE}(?:{_NUMBERED}|{_TARGETS})", re.MULTILINE),
}


def numbers_items(folded: str) -> bool:
    """Whether a text has lines that begin with a number; most have none anywhere."""
    return bool(_NUMBER.search(folded) and _NUMBER_OF_ITEM.search(folded))


def find_layout(
    folded: str, layout: Layout, hyphens: frozenset[int] | None
) -> list[tuple[int, int, str]]:
    """Return the spans that are layout, and the sign that stands for each."""
    skips: list[tuple[int, int, str]] = []
    if layout:
        for found in SKIPPED[layout].finditer(folded):
            sign = " " if _BLOCK.match(found[0]) else ""
            skips.append((*found.span(), sign))
    if hyphens is not None:
        for found in BREAK.finditer(folded):
            sign = "-" if found.start() in hyphens else ""
            skips.append((*found.span(), sign))
    return sorted(skips)
