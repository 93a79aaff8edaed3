"""Tables of a page: rows of cells, those that span several counted in each."""

from tools.sources.formats.escaping import as_table

__all__ = ["Table", "lines_of"]

_MAX_SPAN = 20
"""Columns or rows that a cell spans at most: a tag of a few bytes must not make a
page of cells."""
_MAX_REPEATED = 40
"""Characters of a cell that is repeated in the rows that it spans."""
_MAX_CARRIED = 8
"""Cells of a row that come from rows above."""


class Table:
    """Collects cells as they come."""

    def __init__(self) -> None:
        """Begin with no row."""
        self._dissolved = False
        self._span: tuple[int, int] | None = None
        """Of the cell that is open, the columns and rows that it covers."""
        self._rows: list[list[str]] = []
        self._carried: dict[int, tuple[int, str]] = {}
        """By column: the rows that a cell above still spans, and its text."""

    def begin_row(self) -> None:
        """Begin a row."""
        self._end_row()
        self._rows.append([])

    @property
    def takes_text(self) -> bool:
        """Whether a cell is open and is one of data."""
        return self._span is not None and not self._dissolved

    def dissolve(self) -> None:
        """Take it for what lays out a page: what its cells hold are blocks."""
        self._dissolved = True

    def open_cell(self, across: int, down: int) -> None:
        """Begin a cell that spans columns and rows."""
        self._span = (across, down)

    def close_cell(self, text: str) -> None:
        """End the cell that is open."""
        across, down = self._span or (1, 1)
        self._span = None
        if not self._rows:
            self.begin_row()
        row = self._rows[-1]
        self._carry_into(row)
        place = len(row)
        row.append(text)
        row.extend("" for _ in range(min(across, _MAX_SPAN) - 1))
        if down > 1 and len(self._carried) < _MAX_CARRIED:
            repeated = text if len(text) <= _MAX_REPEATED else ""
            self._carried[place] = (min(down, _MAX_SPAN) - 1, repeated)

    def take(self) -> list[tuple[str, ...]]:
        """Return the rows that hold something, and begin anew."""
        self._end_row()
        rows = [tuple(row) for row in self._rows if any(row)]
        self._rows.clear()
        return rows

    def _end_row(self) -> None:
        if self._rows and self._rows[-1]:
            self._carry_into(self._rows[-1])

    def _carry_into(self, row: list[str]) -> None:
        while len(row) in self._carried:
            place = len(row)
            left, text = self._carried.pop(place)
            row.append(text)
            if left > 1:
                self._carried[place] = (left - 1, text)


def lines_of(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as a table; a single row is none."""
    if len(rows) > 1:
        width = max(len(rows[0]), min(max(map(len, rows)), _MAX_SPAN))
        head = (*rows[0], *("" for _ in range(width - len(rows[0]))))
        return as_table([head, *rows[1:]])
    return []
