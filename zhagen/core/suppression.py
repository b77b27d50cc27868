"""Small groups are not published, nor what would let them be worked out by subtraction."""

from collections.abc import Iterable, Mapping

Cell = tuple[str, str]
Shown = dict[str, int | None]
ShownTable = dict[Cell, int | None]


def suppress_groups(counts: Mapping[str, int], least: int, *, total_is_public: bool = True) -> Shown:
    """Return the counts of groups with the small ones as None.

    Where the total is public, one hidden group could be had by subtraction, and so could several that
    together are still small: the next smallest are hidden too until neither is so. Where every group ends
    up hidden, the total is not to be published either.

    >>> suppress_groups({"1号楼": 3, "2号楼": 9, "3号楼": 30}, least=5)
    {'1号楼': None, '2号楼': None, '3号楼': 30}
    """
    hidden = {name for name, count in counts.items() if 0 < count < least}
    left = sorted(
        (name for name, count in counts.items() if count >= least), key=lambda name: (counts[name], name)
    )
    while total_is_public and hidden and left and _can_be_told(hidden, counts, least):
        hidden.add(left.pop(0))
    return {name: None if name in hidden else count for name, count in counts.items()}


def _can_be_told(hidden: Iterable[str], counts: Mapping[str, int], least: int) -> bool:
    listed = list(hidden)
    return len(listed) == 1 or sum(counts[name] for name in listed) < least


def suppress_table(table: Mapping[Cell, int], least: int) -> ShownTable:
    """Return a table with public row and column sums, no hidden cell of which can be worked out.

    A hidden cell can be worked out exactly if, in the graph that joins the row and the column of each
    hidden cell, it is a bridge; the smallest open cell that closes a ring round it is hidden as well.

    Args:
        table: (row, column) → count.
        least: Smallest publishable count; a zero is published.
    """
    hidden = {cell for cell, count in table.items() if 0 < count < least}
    while True:
        told = next((cell for cell in sorted(hidden) if _is_bridge(cell, hidden)), None)
        if told is None:
            break
        cover = _cover(told, hidden, table)
        if not cover:
            hidden = set(table)
            break
        hidden |= cover
    return {cell: None if cell in hidden else count for cell, count in table.items()}


def _is_bridge(cell: Cell, hidden: set[Cell]) -> bool:
    row, column = cell
    return ("column", column) not in _reached(("row", row), hidden - {cell})


def _reached(start: Cell, cells: set[Cell]) -> set[Cell]:
    """Return the rows and columns joined to one by hidden cells."""
    reached, fresh = {start}, [start]
    while fresh:
        side, name = fresh.pop()
        for row, column in cells:
            if (side, name) in {("row", row), ("column", column)}:
                for node in (("row", row), ("column", column)):
                    if node not in reached:
                        reached.add(node)
                        fresh.append(node)
    return reached


def _cover(cell: Cell, hidden: set[Cell], table: Mapping[Cell, int]) -> set[Cell]:
    """Return the cells of the cheapest ring of four through a cell that are still open."""
    row, column = cell
    rings = (
        {(row, other_column), (other_row, column), (other_row, other_column)}
        for other_row, other_column in table
        if other_row != row and other_column != column
        and (row, other_column) in table and (other_row, column) in table
    )  # fmt: skip
    costed = ((sum(table[each] for each in ring - hidden), sorted(ring - hidden)) for ring in rings)
    return set(min(costed, default=(0, []))[1])
