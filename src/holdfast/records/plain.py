"""A table that the program wrote, read back as warily as one that a person did."""

from collections.abc import Iterable
from pathlib import Path

from holdfast.records.cast import Fault, cast
from holdfast.records.columns import Column, number, text
from holdfast.records.files import Unreadable, read_rows, read_text
from holdfast.records.problems import Problem

Row = dict[str, str | float | None]


def read_plain(
    folder: Path, name: str, words: Iterable[str], numbers: Iterable[str] | None = None
) -> list[Row]:
    """Rows of a table; raises Unreadable at the first thing that is wrong with it.

    Columns `words` are text that is not empty, `numbers` are finite or empty (None), and others are
    left out. Without `numbers` every other column is of numbers and none of them may be empty.
    """
    try:
        (line, header), *body = read_rows(read_text(folder, name), name)
    except ValueError:
        raise _unreadable(name, "is empty", "a header row") from None
    if len(set(header)) < len(header):
        raise _unreadable(name, "names a column twice", "each column once", line)
    known = {word: text(word, "") for word in words}
    rest = [column for column in header if column not in known]
    numeric = rest if numbers is None else numbers
    known |= {n: number(n, "", "", required=numbers is None) for n in numeric}
    if missing := [column for column in known if column not in header]:
        raise _unreadable(name, f"has no column {missing[0]}", "every column", line)
    return [_row(cells, header, known, line, name) for line, cells in body]


def _row(
    cells: list[str], header: list[str], known: dict[str, Column], line: int, name: str
) -> Row:
    if len(cells) != len(header):
        raise _unreadable(name, f"has {len(cells)} cells", f"{len(header)} cells", line)
    row: Row = {}
    for cell, column in zip(cells, header, strict=True):
        if column in known:
            try:
                value = cast(cell, known[column])
            except Fault as fault:
                raise _unreadable(name, f"{column} {fault.says}", fault.allowed, line) from None
            row[column] = value if value is None or isinstance(value, str) else float(cell)
    return row


def _unreadable(name: str, says: str, allowed: str, line: int | None = None) -> Unreadable:
    cure = "put back the file that the program wrote"
    return Unreadable(Problem(name, says, allowed, cure, line, check="files"))
