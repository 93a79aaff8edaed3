"""Which elements of HTML are hidden, blocks, marks or headings."""

from tools.sources.formats.web.inline import Mark

__all__ = ["BLOCKS", "HEADINGS", "HIDDEN", "MARKS"]

HIDDEN = frozenset({"script", "style", "noscript", "template", "title"})
"""What browsers show nothing of, or show elsewhere."""
BLOCKS = frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset",
    "header", "hgroup", "html", "legend", "main", "menu", "nav", "noframes", "optgroup",
    "option", "p", "search", "section", "summary", "tbody", "tfoot", "thead",
})  # fmt: skip
"""What parts paragraphs and is nothing besides."""
MARKS: dict[str, Mark] = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "del": "del", "s": "del",
    "strike": "del", "code": "code", "kbd": "code", "samp": "code", "tt": "code",
    "sup": "sup", "sub": "sub", "a": "a",
}  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
