"""Which call stands for which expectation, so that the sum of the weights is largest.

Weights are whole numbers, 0 or more, so all of it is exact. Each function returns, for
each row, the column that it is given, None for none; what weighs nothing is not given.
"""

from collections.abc import Sequence

__all__ = ["Weights", "assign_freely", "assign_in_order", "assign_in_place"]

Weights = Sequence[Sequence[int]]
"""A row for each expected call, a column for each that was made."""
Given = list[int | None]


def assign_freely(weights: Weights, columns: int) -> Given:
    """Assign in any order, by the Hungarian method in O(n² m).

    With potentials and shortest augmenting paths, as H. W. Kuhn (1955) and J. Munkres
    (1957) have it, in the form of E. Lawler, "Combinatorial Optimization" (1976).
    """
    if not weights or not columns:
        return [None] * len(weights)
    if len(weights) > columns:
        turned = [[row[each] for row in weights] for each in range(columns)]
        given: Given = [None] * len(weights)
        for column, row in enumerate(_hungarian(turned, len(weights))):
            given[row] = column
    else:
        given = list(_hungarian(weights, columns))
    return _without_weightless(given, weights)


def _hungarian(weights: Weights, columns: int) -> list[int]:
    """Assign each row a column of its own; there are no more rows than columns."""
    row_potential = [0] * (len(weights) + 1)
    potential = [0] * (columns + 1)
    row_of = [0] * (columns + 1)
    for row in range(1, len(weights) + 1):
        row_of[0] = row
        came_from = _augment(weights, row_potential, potential, row_of)
        column = came_from[-1]
        while column:
            before = came_from[column]
            row_of[column] = row_of[before]
            column = before
    given = [0] * len(weights)
    for column, row in enumerate(row_of[1:]):
        if row:
            given[row - 1] = column
    return given


def _augment(
    weights: Weights, row_potential: list[int], potential: list[int], row_of: list[int]
) -> list[int]:
    """Grow a tree of tight edges from column 0 until it holds a free column.

    Return where each column was reached from and, behind them, the free column.
    """
    count = len(potential)
    came_from = [0] * count
    slack: list[int | None] = [None] * count
    outside = list(range(1, count))
    inside = [0]
    column = 0
    while row_of[column]:
        row = row_of[column]
        costs, own = weights[row - 1], row_potential[row]
        least, nearest = None, 0
        for each in outside:
            reduced = -costs[each - 1] - own - potential[each]
            known = slack[each]
            if known is None or reduced < known:
                slack[each] = known = reduced
                came_from[each] = column
            if least is None or known < least:
                least, nearest = known, each
        step = least or 0
        for each in inside:
            row_potential[row_of[each]] += step
            potential[each] -= step
        for each in outside:
            slack[each] = (slack[each] or 0) - step
        outside.remove(nearest)
        inside.append(nearest)
        column = nearest
    return [*came_from, column]


def assign_in_order(weights: Weights, columns: int) -> Given:
    """Assign increasing columns to increasing rows: a weighted common subsequence."""
    rows = len(weights)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            best[row][column] = max(
                best[row + 1][column],
                best[row][column + 1],
                best[row + 1][column + 1] + weights[row][column],
            )
    given: Given = [None] * rows
    row = column = 0
    while row < rows and column < columns:
        both = best[row + 1][column + 1] + weights[row][column]
        if weights[row][column] and best[row][column] == both:
            given[row] = column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return given


def assign_in_place(
    weights: Weights, columns: int, *, optional: Sequence[bool]
) -> Given:
    """Assign position by position; a row that is optional may be stepped over."""
    rows = len(weights)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            both = best[row + 1][column + 1] + weights[row][column]
            if optional[row]:
                over = best[row + 1][column]
                both = max(both, over) if weights[row][column] else over
            best[row][column] = both
    given: Given = [None] * rows
    column = 0
    for row in range(rows):
        if column == columns:
            break
        both = best[row + 1][column + 1] + weights[row][column]
        stepped = not weights[row][column] or best[row][column] > both
        if optional[row] and stepped:
            continue
        given[row] = column
        column += 1
    return _without_weightless(given, weights)


def _without_weightless(given: Given, weights: Weights) -> Given:
    return [
        column if column is not None and weights[row][column] else None
        for row, column in enumerate(given)
    ]
