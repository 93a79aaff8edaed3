"""Names what an Office file holds and its text here does not."""

import re
from zipfile import ZipFile

__all__ = ["left_out_of_sheets", "left_out_of_slides", "left_out_of_word"]

_TEXT = re.compile(rb"<(?:w|a|m):t\b[^>]*>[^<]*[^<\s]")
"""A run of text that is not blank."""
_SHAPES = re.compile(rb"<mc:AlternateContent\b")
_WORD = {
    "charts": r"word/charts/chart\d*\.xml",
    "SmartArt": r"word/diagrams/data\d*\.xml",
    "comments": r"word/comments\.xml",
    "headers and footers": r"word/(?:header|footer)\d*\.xml",
    "embedded files": r"word/embeddings/.+",
}
_SHEETS = {
    "charts": r"xl/charts/chart\d*\.xml",
    "comments": r"xl/(?:comments/?.*|threadedComments/.*)\.xml",
    "text in drawings": r"xl/drawings/drawing\d*\.xml",
    "embedded files": r"xl/embeddings/.+",
}
_SLIDES = {
    "comments": r"ppt/comments/.+\.xml",
    "embedded files": r"ppt/embeddings/.+\.(?!xlsx?$)\w+",
}
_ALWAYS = {"charts", "embedded files", "comments"}
"""What counts as text without a look at it: figures, files, remarks of their own."""


def left_out_of_word(package: ZipFile) -> tuple[str, ...]:
    """Return what is left out of a document of Word, in words."""
    return _said(_found(package, _WORD))


def left_out_of_sheets(package: ZipFile) -> tuple[str, ...]:
    """Return what is left out of a workbook, in words."""
    return _said(_found(package, _SHEETS))


def left_out_of_slides(package: ZipFile) -> tuple[str, ...]:
    """Return what is left out of a presentation, in words."""
    found = _found(package, _SLIDES)
    slides = [each for each in package.namelist() if _is_slide(each)]
    numbers = [
        re.sub(r"\D", "", each) for each in slides if _SHAPES.search(package.read(each))
    ]
    if numbers:
        shown = ", ".join(sorted(numbers, key=int)[:10])
        found.append(f"equations or shapes of newer kinds (slide files {shown})")
    return _said(found)


def _is_slide(name: str) -> bool:
    return bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name))


def _found(package: ZipFile, kinds: dict[str, str]) -> list[str]:
    return [
        kind
        for kind, pattern in kinds.items()
        if any(
            re.fullmatch(pattern, name)
            and (kind in _ALWAYS or _TEXT.search(package.read(name)))
            for name in package.namelist()
        )
    ]


def _said(found: list[str]) -> tuple[str, ...]:
    return (f"left out: {', '.join(found)}",) if found else ()
