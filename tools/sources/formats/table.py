"""The formats of files that hold one document: one table, a row for each.

Where a file is read, the row of its name says how; an address adds an ending to a name
that has none. What holds many documents is no format but a source of its own: a zip, a
JSONL file. Source code is told by its grammar (`tools.text.code`), and what has neither
row nor grammar is plain text.

This module is loaded by the process that converts a file, and imports no converter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tools.sources.formats.converted import Converted

if TYPE_CHECKING:
    from tools.documents.document import Form

__all__ = ["FORMATS", "Format", "format_of", "format_of_type", "load_converter"]


@dataclass(frozen=True, slots=True)
class Format:
    """How files of some endings become a document."""

    suffixes: tuple[str, ...]
    """The endings of their names; a name that has none is given the first."""
    converter: str
    """The module below this folder and its function: `Converted` of bytes."""
    content_type: str | None = None
    """The part of a content type that tells it."""
    form: "Form" = "markdown"
    """What its text is."""
    zipped: bool = False
    """Whether it is a zip inside, and may be a bomb."""
    packages: tuple[str, ...] = ()
    """What of the extra `formats` it needs."""


FORMATS = (
    Format((".html", ".htm"), "web.html.convert_html", "html"),
    Format(
        (".md", ".markdown", ".mdx"),
        "texts.convert_markdown",
        "markdown",
    ),
    Format((".rst", ".rest"), "texts.convert_rst", form="rst"),
    Format((".pdf",), "pdf.convert_pdf", "application/pdf", packages=("pypdfium2",)),
    Format(
        (".docx",),
        "office.word.convert_word",
        "wordprocessingml",
        zipped=True,
        packages=("mammoth",),
    ),
    Format(
        (".pptx",),
        "office.slides.convert_slides",
        "presentationml",
        zipped=True,
        packages=("pptx",),
    ),
    Format(
        (".xlsx",),
        "office.sheets.convert_sheets",
        "spreadsheetml",
        zipped=True,
        packages=("openpyxl",),
    ),
    Format((".epub",), "web.epub.convert_epub", "epub+zip", zipped=True),
    Format((".ipynb",), "web.notebook.convert_notebook", "ipynb+json"),
)
"""All that differs from format to format; of two that fit a content type the first."""

_BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}


def format_of(name: str) -> Format | None:
    """Return the format of a file by its name, None if its text is read as it is."""
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def format_of_type(content_type: str) -> Format | None:
    """Return the format that a content type tells, such as `text/html; charset=…`."""
    found = (
        each
        for each in FORMATS
        if each.content_type and each.content_type in content_type
    )
    return next(found, None)


def load_converter(name: str) -> Callable[[bytes], Converted]:
    """Import the converter that a row of the table names."""
    module, _, function = name.rpartition(".")
    found: Callable[[bytes], Converted] = getattr(
        import_module(f"tools.sources.formats.{module}"), function
    )
    return found
