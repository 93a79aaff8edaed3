"""Text files, whose lines stay as they are: decoded, and asked for their titles."""

from tools.sources.formats.converted import Converted
from tools.sources.formats.decoding import decode
from tools.text.markdown import read_front_matter
from tools.text.restructured import rst_title

__all__ = ["convert_markdown", "convert_rst", "convert_text"]


def convert_markdown(content: bytes) -> Converted:
    """Return a Markdown file, under the title of its front matter or first heading.

    Raises:
        RefusalError: it is no text, or empty.
    """
    read = decode(content)
    front = read_front_matter(read.text)
    remarks = (*read.remarks, *front.remarks)
    return Converted(read.text, front.title or "", front.metadata, remarks)


def convert_rst(content: bytes) -> Converted:
    """Return a reStructuredText file, under its first section title.

    Raises:
        RefusalError: it is no text, or empty.
    """
    read = decode(content)
    return Converted(read.text, rst_title(read.text) or "", remarks=read.remarks)


def convert_text(content: bytes) -> Converted:
    """Return a file of no format, such as code, as its text.

    Raises:
        RefusalError: it is no text, or empty.
    """
    read = decode(content)
    return Converted(read.text, remarks=read.remarks)
