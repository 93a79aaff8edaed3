"""Text files, whose lines stay as they are: decoded, and asked for their titles."""

from tools.sources.formats.converted import Converted, RefusalError
from tools.text.markdown import read_front_matter
from tools.text.restructured import rst_title

__all__ = ["convert_markdown", "convert_rst", "convert_text", "decode"]


def convert_markdown(content: bytes) -> Converted:
    """Return a Markdown file, under the title of its front matter or first heading.

    Raises:
        RefusalError: it is no text, or empty.
    """
    text = decode(content)
    front = read_front_matter(text)
    return Converted(text, front.title or "", front.metadata, front.remarks)


def convert_rst(content: bytes) -> Converted:
    """Return a reStructuredText file, under its first section title.

    Raises:
        RefusalError: it is no text, or empty.
    """
    text = decode(content)
    return Converted(text, rst_title(text) or "")


def convert_text(content: bytes) -> Converted:
    """Return a file of no format, such as code, as its text.

    Raises:
        RefusalError: it is no text, or empty.
    """
    return Converted(decode(content))


def decode(content: bytes) -> str:
    """Return the text of a file, with newlines as its only line ends.

    Raises:
        RefusalError: it is no text, or empty.
    """
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in content:
        raise RefusalError("binary, not text")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RefusalError(f"not UTF-8 (byte {error.start})") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "�")
    if not text.strip():
        raise RefusalError("empty")
    return text
