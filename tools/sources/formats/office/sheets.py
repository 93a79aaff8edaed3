"""Workbooks (`.xlsx`) by openpyxl: each sheet a section with a table, values only."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import ZipFile

from tools.sources.formats.converted import Converted
from tools.sources.formats.escaping import as_table
from tools.sources.formats.properties import read_properties

__all__ = ["convert_sheets"]


def convert_sheets(content: bytes) -> Converted:
    """Return a workbook with a heading and a table for each sheet that is not empty."""
    from openpyxl import load_workbook

    # read_only streams the rows; data_only takes a formula's last value.
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    parts = []
    for sheet in book.worksheets:
        lines = as_table(_trim(_rows(sheet.iter_rows(values_only=True))))
        if lines:
            heading = " ".join(sheet.title.split())
            parts.append(f"## {heading}\n\n" + "\n".join(lines) + "\n")
    with ZipFile(BytesIO(content)) as package:
        title, metadata = read_properties(package)
    return Converted("\n".join(parts), title, metadata)


def _rows(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the rows that hold something, without the empty cells at the end."""
    for row in rows:
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield tuple(cells)


def _trim(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the rows all as wide as the widest."""
    kept = list(rows)
    width = max(map(len, kept), default=0)
    return ((*row, *("" for _ in range(width - len(row)))) for row in kept)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
