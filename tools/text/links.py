"""Where a document points: links that lead to other documents of the library."""

import posixpath
import re
from collections.abc import Container, Iterator, Sequence
from urllib.parse import unquote, urlsplit

__all__ = ["links_between"]

_RST = (".rst", ".rest")
_MARKDOWN = re.compile(
    r"(?<!!)\[[^\[\]]*(?:!?\[[^\[\]]*\][^\[\]]*)*\]\(\s*<?([^()\s<>]+)"
    r"|^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)"
    r"|href=[\"']([^\"'\s]+)[\"']"
    r"|<(https?://[^\s>]+)>"
)
_STRUCTURED = re.compile(
    r"`[^`<]*<([^`<>\s]+)>`__?|:doc:`(?:[^`<]*<)?([^`<>]+)>?`|^\.\. _[^:]+:\s+(\S+)"
    r"|^\s+(?:[^<>]*<)?([\w./-]+)>?\s*$"
)
"""The last are the entries of a `toctree`; what is no document is dropped."""
_ENDINGS = ("", ".md", ".rst", ".html", ".mdx", ".ipynb", "/index.md", "/README.md",
            "/index.rst", "/index.html")  # fmt: skip


def links_between(
    document: str, lines: Sequence[str], names: Container[str]
) -> list[str]:
    """Return the documents that these lines of `document` point to, in order.

    Args:
        document: Its name; relative targets begin in its folder.
        lines: What is looked through.
        names: The library's documents; only these are returned.
    """
    found: dict[str, None] = {}
    for target in _targets(document, lines):
        for path in _paths(document, target):
            match = next((path + end for end in _ENDINGS if path + end in names), None)
            if match and match != document:
                found.setdefault(match)
                break
    return list(found)


def _targets(document: str, lines: Sequence[str]) -> Iterator[str]:
    form = _STRUCTURED if document.lower().endswith(_RST) else _MARKDOWN
    for line in lines:
        for match in form.finditer(line[:10_000]):
            yield next(group for group in match.groups() if group)


def _paths(document: str, target: str) -> Iterator[str]:
    """Yield the names that a target may mean, none of them above the root."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return
    path = unquote(parts.path)
    if parts.netloc:
        path = f"{parts.netloc}{path}"
    elif parts.scheme or not path:
        return
    elif not path.startswith("/"):
        path = posixpath.join(posixpath.dirname(document), path)
    else:  # of the site's root: that of the library, or the host of an address
        yield from _normal(
            posixpath.join(document.split("/", maxsplit=1)[0], path.lstrip("/"))
        )
    yield from _normal(path.lstrip("/"))


def _normal(path: str) -> Iterator[str]:
    path = posixpath.normpath(path)
    if path.startswith("..") or path == ".":
        return
    yield path
    stem, ending = posixpath.splitext(path)
    if ending in {".html", ".htm"}:  # a link to what the page is made from
        yield stem
