"""Workbooks (`.xlsx`): each sheet a section with a table, as a person sees it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from tools.sources.formats.converted import Converted
from tools.sources.formats.escaping import as_table
from tools.sources.formats.office.left_out import left_out_of_sheets
from tools.sources.formats.office.workbook import Merged, Sheet, read_sheets
from tools.sources.formats.properties import read_properties

__all__ = ["convert_sheets"]

_SPARSE = 20
"""Cells of a table for each that holds something; beyond, rows are listed."""
_SMALL = 10_000
"""Cells of a table that is never too sparse."""


def convert_sheets(content: bytes) -> Converted:
    """Return a workbook with a heading and a table for each sheet that is not empty.

    Raises:
        RefusalError: it is no workbook, or is damaged.
    """
    with ZipFile(BytesIO(content)) as package:
        sheets = [sheet for sheet in read_sheets(package) if sheet.rows]
        title, metadata = read_properties(package)
        remarks = (*_remarks(sheets), *left_out_of_sheets(package))
    parts = []
    for sheet in sheets:
        _fill_merged(sheet)
        heading = " ".join(sheet.name.split())
        parts.append(f"## {heading}\n\n" + "\n".join(_lines(sheet)) + "\n")
    return Converted("\n".join(parts), title, metadata, tuple(remarks))


def _remarks(sheets: list[Sheet]) -> Iterator[str]:
    unknown = sum(sheet.unknown for sheet in sheets)
    if unknown:
        yield f"formulas without a stored value, shown as formulas: {unknown:,}"
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    if hidden:
        yield f"hidden sheets were read too: {', '.join(hidden)}"


def _lines(sheet: Sheet) -> list[str]:
    columns = sorted({column for row in sheet.rows.values() for column in row})
    cells = sum(map(len, sheet.rows.values()))
    rows = [row for _, row in sorted(sheet.rows.items())]
    if len(rows) * len(columns) > max(_SMALL, _SPARSE * cells):
        return list(_listed(sheet))
    return as_table(tuple(row.get(column, "") for column in columns) for row in rows)


def _listed(sheet: Sheet) -> Iterator[str]:
    """Yield each row of a sheet that is nearly empty, its cells by their columns."""
    from openpyxl.utils import get_column_letter

    for number, row in sorted(sheet.rows.items()):
        cells = (
            f"{get_column_letter(column)}: {' '.join(text.split())}"
            for column, text in sorted(row.items())
        )
        yield f"- Row {number}: {'; '.join(cells)}"


def _fill_merged(sheet: Sheet) -> None:
    """Write the value of merged cells in each row and column of other values.

    A title that is alone in its row is written once.
    """
    room = 10 * sum(map(len, sheet.rows.values())) + _SMALL
    columns = sorted({column for row in sheet.rows.values() for column in row})
    numbers = sorted(sheet.rows)
    for area in sheet.merged:
        text = sheet.rows.get(area.top, {}).get(area.left)
        if not text or _is_title(sheet, area):
            continue
        for number in _between(numbers, area.top, area.bottom):
            for column in _between(columns, area.left, area.right):
                room -= 1
                if room < 0:
                    return
                sheet.rows[number].setdefault(column, text)


def _is_title(sheet: Sheet, area: Merged) -> bool:
    return area.top == area.bottom and len(sheet.rows[area.top]) == 1


def _between(numbers: list[int], first: int, last: int) -> list[int]:
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
