"""What Office files and EPUBs say of themselves."""

from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from tools.sources.formats.converted import RefusalError, own_title

__all__ = ["elements", "local_name", "read_properties", "read_xml", "title_and_author"]

_CORE = "docProps/core.xml"


def read_properties(package: ZipFile) -> tuple[str, dict[str, str]]:
    """Return the title and the author of an Office file."""
    if _CORE not in package.namelist():
        return "", {}
    return title_and_author(read_xml(package.read(_CORE)))


def title_and_author(root: Any) -> tuple[str, dict[str, str]]:
    """Return the first `dc:title` and `dc:creator`."""
    author = _text(root, "creator")
    return own_title(_text(root, "title")), {"author": author} if author else {}


def read_xml(content: bytes) -> Any:
    """Return the root of a part; no entity is expanded and nothing is fetched.

    Raises:
        RefusalError: nothing in it is XML.
    """
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    parser = XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = fromstring(content, parser)
    except XMLSyntaxError as error:
        raise RefusalError(f"cut off or damaged ({error})") from error
    if root is None:
        raise RefusalError("cut off or damaged: a part is no XML")
    return root


def elements(root: Any, name: str) -> Iterator[Any]:
    """Yield the elements of a local name, whatever prefix it has in this file."""
    for each in root.iter():
        if isinstance(each.tag, str) and local_name(each.tag) == name:
            yield each


def local_name(tag: str) -> str:
    """Return the name of an element or an attribute without its namespace."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _text(root: Any, name: str) -> str:
    found = next(elements(root, name), None)
    return "" if found is None else " ".join("".join(found.itertext()).split())[:500]
