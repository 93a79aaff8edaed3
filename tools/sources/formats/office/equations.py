"""The equations of a Word document as text, which the converter of documents drops."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from tools.sources.formats.properties import local_name, read_xml
from tools.sources.formats.web.formulas import Formula

__all__ = ["with_equations"]

_PARTS = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
_EQUATION = b":oMath"


def with_equations(content: bytes) -> bytes:
    """Return a document whose equations are runs of text: `x^2`, `(a)/(b)`."""
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    marked = [
        name
        for name, part in parts.items()
        if _PARTS.fullmatch(name) and _EQUATION in part
    ]
    if not marked:
        return content
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, _rewritten(part) if name in marked else part)
    return packed.getvalue()


def _rewritten(part: bytes) -> bytes:
    from lxml.etree import tostring

    root = read_xml(part)
    space = root.tag.rpartition("}")[0].removeprefix("{")
    for name in ("oMathPara", "oMath"):
        for each in list(root.iter(f"{{*}}{name}")):
            _replace(each, space)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _replace(equation: Any, space: str) -> None:
    """Put a run of text in the place of an equation."""
    from lxml.etree import Element, SubElement

    parent = equation.getparent()
    if parent is None:
        return
    run = Element(f"{{{space}}}r")
    text = SubElement(run, f"{{{space}}}t")
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = f" {_text(equation)} "
    run.tail = equation.tail
    parent.replace(equation, run)


def _text(equation: Any) -> str:
    from lxml.etree import iterwalk

    formula = Formula()
    for event, each in iterwalk(equation, events=("start", "end")):
        name = local_name(each.tag).lower()
        if event == "start":
            formula.start(name)
            if name == "t":
                formula.data(each.text or "")
        else:
            formula.end()
    return formula.text()
