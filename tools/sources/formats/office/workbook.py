"""A workbook's sheets, each with the cells that hold something and no others.

Read from its parts as they come: a cell that is formatted and empty costs nothing
beyond its tag, in whatever corner of a sheet it stands.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tools.sources.formats.converted import RefusalError
from tools.sources.formats.office.numbers import shown_number
from tools.sources.formats.properties import elements, local_name, read_xml

__all__ = ["Merged", "Sheet", "read_sheets"]

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that show one value."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet as a person sees it."""

    name: str
    hidden: bool
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    """The text of each cell that holds any, by row and column from 1 on."""
    merged: list[Merged] = field(default_factory=list)
    unknown: int = 0
    """Formulas whose values are not stored."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the sheets of a workbook share."""

    strings: list[str]
    formats: list[str]
    since_1904: bool


def read_sheets(package: ZipFile) -> Iterator[Sheet]:
    """Yield the sheets that hold cells, in their order.

    Raises:
        RefusalError: it is no workbook.
    """
    place = _target(package, "", "officeDocument")
    book = read_xml(package.read(place))
    counts = next(elements(book, "workbookPr"), None)
    since_1904 = counts is not None and counts.get("date1904") in {"1", "true"}
    formats = _formats(_part(package, place, "styles"))
    strings = _strings(_part(package, place, "sharedStrings"))
    shared = _Shared(strings, formats, since_1904)
    targets = _relations(package, place)
    for each in elements(book, "sheet"):
        named = [value for key, value in each.attrib.items() if local_name(key) == "id"]
        kind, part = targets.get(named[0] if named else "", ("", ""))
        if kind == "worksheet" and part in package.namelist():
            hidden = each.get("state", "visible") != "visible"
            yield _read(package.read(part), Sheet(each.get("name"), hidden), shared)


def _read(content: bytes, sheet: Sheet, shared: _Shared) -> Sheet:
    for element in _each(content, {"row", "mergeCell"}):
        if local_name(element.tag) == "mergeCell":
            first, _, last = (element.get("ref") or "").partition(":")
            corners = _place(first), _place(last or first)
            if corners[0] and corners[1]:
                sheet.merged.append(Merged(*corners[0], *corners[1]))
        else:
            _read_row(element, sheet, shared)
    return sheet


def _read_row(row: Any, sheet: Sheet, shared: _Shared) -> None:
    number = row.get("r")
    at = int(number) if number else max(sheet.rows, default=0) + 1
    column = 0
    for cell in row:
        place = _place(cell.get("r") or "")
        column = place[1] if place else column + 1
        text = _text(cell, sheet, shared)
        if text:
            sheet.rows.setdefault(place[0] if place else at, {})[column] = text


def _text(cell: Any, sheet: Sheet, shared: _Shared) -> str:
    inner = {local_name(each.tag): each for each in cell if isinstance(each.tag, str)}
    value = "".join(inner["v"].itertext()) if "v" in inner else ""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _string(inner["is"]) if "is" in inner else ""
    if not value and "f" in inner:
        sheet.unknown += 1
        return f"={''.join(inner['f'].itertext())}".strip()
    return _valued(value, kind, cell.get("s") or "0", shared)


def _valued(value: str, kind: str, style: str, shared: _Shared) -> str:
    match kind:
        case "s":
            known = value.strip().isdecimal() and int(value) < len(shared.strings)
            return shared.strings[int(value)] if known else ""
        case "b":
            return _BOOLEANS.get(value.strip(), value)
        case "n":
            return _shown(value, style, shared)
        case _:
            return value.strip()


def _shown(value: str, style: str, shared: _Shared) -> str:
    try:
        number = float(value)
    except ValueError:
        return value.strip()
    known = style.isdecimal() and int(style) < len(shared.formats)
    code = shared.formats[int(style)] if known else "General"
    return shown_number(number, code, shared.since_1904)


def _strings(content: bytes) -> list[str]:
    return [_string(each) for each in _each(content, {"si"})] if content else []


def _string(item: Any) -> str:
    """Return a string of one or several runs, without its reading aids."""
    parts = [
        each.text or ""
        for each in item.iter()
        if isinstance(each.tag, str)
        and local_name(each.tag) == "t"
        and local_name(each.getparent().tag) != "rPh"
    ]
    return "".join(parts).strip()


def _formats(content: bytes) -> list[str]:
    """Return the code of each style of cells."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if not content:
        return []
    root = read_xml(content)
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    for each in elements(root, "numFmt"):
        codes[each.get("numFmtId") or ""] = each.get("formatCode") or "General"
    styles = next(elements(root, "cellXfs"), None)
    found = [] if styles is None else list(styles)
    return [codes.get(each.get("numFmtId") or "0", "General") for each in found]


def _each(content: bytes, names: set[str]) -> Iterator[Any]:
    """Yield elements as they end, and forget them: no part is held as a whole."""
    from lxml.etree import XMLSyntaxError, iterparse

    events = iterparse(
        BytesIO(content), tag=[f"{{*}}{name}" for name in names], resolve_entities=False
    )
    try:
        for _, element in events:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except XMLSyntaxError as error:
        raise RefusalError(f"cut off or damaged ({error})") from error


def _relations(package: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the kinds and the names of the parts that a part refers to, by id."""
    folder, name = posixpath.split(part)
    place = posixpath.join(folder, "_rels", f"{name}.rels")
    if place not in package.namelist():
        return {}
    found = {}
    for each in elements(read_xml(package.read(place)), "Relationship"):
        target = (each.get("Target") or "").lstrip("/")
        if not (each.get("Target") or "").startswith("/"):
            target = posixpath.normpath(posixpath.join(folder, target))
        kind = (each.get("Type") or "").rpartition("/")[2]
        found[each.get("Id") or ""] = (kind, target)
    return found


def _target(package: ZipFile, part: str, kind: str) -> str:
    found = [name for each, name in _relations(package, part).values() if each == kind]
    if not found or found[0] not in package.namelist():
        raise RefusalError("not a workbook: it names no sheets")
    return found[0]


def _part(package: ZipFile, part: str, kind: str) -> bytes:
    found = [name for each, name in _relations(package, part).values() if each == kind]
    present = bool(found) and found[0] in package.namelist()
    return package.read(found[0]) if present else b""


def _place(reference: str) -> tuple[int, int] | None:
    """Return the row and the column of `B12`."""
    found = _PLACE.fullmatch(reference)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column
