"""What Office files and EPUBs say of themselves."""

from warnings import catch_warnings, simplefilter
from zipfile import ZipFile

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from tools.sources.formats.converted import own_title

__all__ = ["read_properties", "read_xml", "title_and_author"]

_CORE = "docProps/core.xml"


def read_properties(package: ZipFile) -> tuple[str, dict[str, str]]:
    """Return the title and the author of an Office file."""
    if _CORE not in package.namelist():
        return "", {}
    return title_and_author(read_xml(package.read(_CORE)))


def title_and_author(xml: BeautifulSoup) -> tuple[str, dict[str, str]]:
    """Return the first `dc:title` and `dc:creator`."""
    author = _text(xml.find("dc:creator"))
    return own_title(_text(xml.find("dc:title"))), {"author": author} if author else {}


def read_xml(content: bytes) -> BeautifulSoup:
    """Return small XML read as HTML: no entity is ever expanded or fetched."""
    with catch_warnings():
        simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(content, "html.parser")


def _text(element: object) -> str:
    return (
        " ".join(element.get_text().split())[:500] if isinstance(element, Tag) else ""
    )
