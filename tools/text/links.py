"""Where a document points: links that lead to other documents of the library."""

import posixpath
import re
from collections.abc import Container, Iterator, Sequence
from urllib.parse import unquote, urlsplit

__all__ = ["links_between"]

_RST = (".rst", ".rest")
_MAX_LINE = 10_000
"""Characters of a line that are looked through."""
_BRACKET = re.compile(r"\\.|!?\[|\]")
_TARGET = re.compile(r"\(\s*+<?([^()\s<>]+)")
_DEFINED = re.compile(r" {0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
_ADDRESS = re.compile(r"href=[\"']([^\"'\s]+)[\"']|<(https?://[^\s<>]+)>")
_STRUCTURED = re.compile(
    r"`[^`<]*<([^`<>\s]+)>`__?|:doc:`(?:[^`<]*<)?([^`<>]+)>?`|^\.\. _[^:]+:\s+(\S+)"
)
_ENTRY = re.compile(r"(?:[^<>]*<)?([\w./-]+)>?")
"""An entry of a `toctree`; what is no document is dropped."""
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
    read = _structured if document.lower().endswith(_RST) else _markdown
    for line in lines:
        yield from read(line[:_MAX_LINE])


def _markdown(line: str) -> Iterator[str]:
    found = [*_bracketed(line)]
    if defined := _DEFINED.match(line):
        found.append((defined.start(1), defined[1]))
    found += [(each.start(), each[1] or each[2]) for each in _ADDRESS.finditer(line)]
    for _, target in sorted(found):
        yield target


def _bracketed(line: str) -> Iterator[tuple[int, str]]:
    """Yield where each link ends in its target; images lead to no document."""
    opened: list[bool] = []
    for bracket in _BRACKET.finditer(line):
        if bracket[0].endswith("["):
            opened.append(bracket[0] == "[")
        elif bracket[0] == "]" and opened and opened.pop():
            target = _TARGET.match(line, bracket.end())
            if target:
                yield target.start(), target[1]


def _structured(line: str) -> Iterator[str]:
    for found in _STRUCTURED.finditer(line):
        yield next(group for group in found.groups() if group)
    if line[:1].isspace() and (entry := _ENTRY.fullmatch(line.strip())):
        yield entry[1]


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
