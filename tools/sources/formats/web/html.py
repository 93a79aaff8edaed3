"""HTML as Markdown."""

from warnings import catch_warnings, simplefilter

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from markdownify import MarkdownConverter

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.texts import decode
from tools.text.markdown import read_front_matter

__all__ = ["convert_html", "html_to_markdown"]


def convert_html(content: bytes) -> Converted:
    """Return a page under its first heading, or else its title.

    Raises:
        RefusalError: it is no text, shows none, or is nested too deeply.
    """
    html = decode(content)
    try:
        title, text = html_to_markdown(html)
    except RecursionError as error:
        raise RefusalError("nested too deeply") from error
    if not text.strip():
        raise RefusalError("empty")
    front = read_front_matter(text)
    return Converted(text, front.title or title, front.metadata)


def html_to_markdown(html: str) -> tuple[str, str]:
    """Return the title and the Markdown of a page; what is not shown is left out.

    Raises:
        RecursionError: its elements are nested too deeply.
    """
    with catch_warnings():
        # A page that holds nothing but an address is a page all the same; so is XHTML.
        simplefilter("ignore", MarkupResemblesLocatorWarning)
        simplefilter("ignore", XMLParsedAsHTMLWarning)
        page = BeautifulSoup(html, "html.parser")
    title = ""
    if page.title and page.title.string:
        title = " ".join(page.title.string.split())
    for element in page(["head", "script", "style", "noscript", "template", "img"]):
        element.decompose()
    text = str(MarkdownConverter(heading_style="ATX").convert_soup(page))
    return title, f"\n{text}" if text.startswith("---") else text  # no front matter
