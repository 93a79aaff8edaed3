"""HTML as Markdown."""

from warnings import catch_warnings, simplefilter

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from markdownify import MarkdownConverter

__all__ = ["html_to_markdown"]


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
