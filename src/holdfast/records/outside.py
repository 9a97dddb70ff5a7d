"""A table that somebody else published: its columns found by their names, its cells as text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.counts import read_degrees
from holdfast.records.names import cleaned
from holdfast.records.opened import opened
from holdfast.records.parted import CALLED, Sheet
from holdfast.records.problems import Problem
from holdfast.records.said import About, Said
from holdfast.records.whole import refused

Columns = Mapping[str, Sequence[str]]
"""Our name of a column, and the names by which publishers call it, in lower case."""


@dataclass(frozen=True)
class Outside:
    """A file's columns under our names, every cell text without spaces at its ends.

    `called` gives the file's own name of each column found; columns that it lacks are not in
    `rows`. The index of `rows` is the line of the file that a row begins on. `parted` is the sign
    between its cells, "" of a workbook.
    """

    file: str
    rows: pd.DataFrame
    called: Mapping[str, str]
    said: tuple[Said, ...]
    parted: str = ","

    def __contains__(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self.called

    def cells(self, column: str) -> list[str]:
        """The cells of a column, empty ones if the file does not have it."""
        return list(self.rows[column]) if column in self.called else [""] * len(self.rows)

    def numbers(self, column: str) -> np.ndarray:
        """The cells of a column as numbers, NaN where they are none; a comma is a point."""
        cells = self.cells(column)
        found: Any = pd.to_numeric(pd.Series(cells), errors="coerce")
        values = np.array(found, float)
        for at in np.flatnonzero(~np.isfinite(values)):
            value = read_degrees(cells[at]) if cells[at] else None
            values[at] = np.nan if value is None else value
        return values

    def problem(self, line: int, column: str, says: str, allowed: str, cure: str) -> Problem:
        """A problem with a cell."""
        value = str(self.rows.at[line, column]) if column in self.called else None
        called = cleaned(self.called.get(column, column))
        return Problem(self.file, says, allowed, cure, line, called, value, "outside")

    def narrowed(self, keep: Sequence[bool] | Any) -> "Outside":
        """The same file with some of its rows."""
        return replace(self, rows=self.rows.loc[keep])


def read_outside(
    path: Path, columns: Columns, needed: Sequence[str], encoding: str = ""
) -> Outside:
    """Read the columns of a file that are known by their names; raises ScenarioError.

    It may be CSV, parted by comma, semicolon, tab or bar, or a workbook of Excel, of which the
    sheet that has the columns is read; either may be packed. Text is as `decoded` reads it. Rows
    without a cell are left out, and so is a second row of HXL tags.
    """
    return columns_of(opened(path, encoding), columns, needed)


def columns_of(sheets: Sequence[Sheet], columns: Columns, needed: Sequence[str]) -> Outside:
    """The columns that are known by their names, of the sheet that has them."""
    sheet, said = _that_fits(sheets, columns, needed)
    file, rows = sheet.file, sheet.rows()
    line, header = next(rows, (1, []))
    called, pick = _header(header, columns, needed, sheet, line)
    lines, cells, width = [], [], len(header)
    for line, row in rows:
        if not lines and is_tags(row):
            said += (Said(About.LEFT_OUT, f"{file}: line {line}, which holds HXL tags"),)
        elif len(row) == width:
            lines.append(line)
            cells.append(pick(row))
        else:
            says, cure = f"has {len(row)} cells", "check commas and quotes of this line"
            raise refused(file, says, f"{width} cells, as the header", cure, line)
    frame = pd.DataFrame(cells, index=lines, columns=list(called), dtype=str)
    frame = frame.apply(lambda column: column.str.strip())
    frame = frame.loc[(frame != "").any(axis=1)]
    if frame.empty:
        raise refused(file, "has no rows", "a header and at least one row", "check the file")
    return Outside(file, frame, called, (*said, *sheet.said), sheet.parted)


def is_tags(row: Sequence[str]) -> bool:
    """Whether a row holds HXL tags, as #adm2+name, and nothing else.

    >>> is_tags(["#loc+name", "", " #geo+lat"]), is_tags(["#1", "Anvil"]), is_tags(["", ""])
    (True, False, False)
    """
    full = [cell.strip() for cell in row if cell.strip()]
    return bool(full) and all(cell.startswith("#") for cell in full)


def own_names(header: Sequence[str]) -> list[str]:
    """The names of columns as they are compared: in lower case, spaces as underscores."""
    return [cleaned(name).lower().replace(" ", "_") for name in header]


def _that_fits(
    sheets: Sequence[Sheet], columns: Columns, needed: Sequence[str]
) -> tuple[Sheet, tuple[Said, ...]]:
    """The one sheet that has the columns; the first, if none has them."""
    if len(sheets) == 1:
        return sheets[0], ()
    fitting = []
    for sheet in sheets:
        own = set(own_names(sheet.header()))
        has = [name for name, aliases in columns.items() if own.intersection(aliases)]
        if len(has) > 1 and set(needed) <= set(has):
            fitting.append(sheet)
    shown = [sheet for sheet in fitting if not sheet.hidden] or fitting
    file = sheets[0].file.partition(", sheet ")[0]
    titles = ", ".join(repr(sheet.title) for sheet in shown or sheets)
    if len(shown) > 1:
        says = f"has {len(shown)} sheets that could be meant: {titles}"
        raise refused(file, says, "one", f"say which, as {file}#{shown[0].title}")
    if not shown:
        wanted = ", ".join(columns[name][0] for name in needed) or "the columns wanted here"
        says = f"has no sheet whose first row names {wanted}; its sheets are {titles}"
        cure = f"put the names of the columns into the first row, or say which: {file}#SHEET"
        raise refused(file, says, "a sheet with these columns", cure)
    others = ", ".join(repr(sheet.title) for sheet in sheets if sheet is not shown[0])
    words = f"{file}: sheet {shown[0].title!r} was read, as the only one that fits; not {others}"
    return shown[0], (Said(About.READ, words),)


def _header(
    header: list[str], columns: Columns, needed: Sequence[str], sheet: Sheet, line: int
) -> tuple[dict[str, str], Callable[[list[str]], list[str]]]:
    """What the file calls our columns, and a function that takes their cells from a row."""
    file, own, at = sheet.file, own_names(header), {}
    for name, aliases in columns.items():
        found = next((alias for alias in aliases if alias in own), None)
        if found is not None:
            if own.count(found) > 1:
                raise refused(file, f"has two columns {found!r}", "one", "take one out", line)
            at[name] = own.index(found)
    missing = [name for name in needed if name not in at]
    if missing:
        there = ", ".join(own[:12]) + (" ..." if len(own) > 12 else "")
        allowed = "; ".join(" or ".join(columns[name][:4]) for name in missing)
        says = "has no column " + ", ".join(repr(columns[name][0]) for name in missing)
        cure = f"it has {there}: rename one, or check the file"
        if len(header) == 1:
            signs = " ".join(CALLED.values())
            cure = f"it has one column, {there}: whose cells are parted by none of {signs}"
        elif is_tags(header):
            cure = "it begins with HXL tags: put the names of the columns above them"
        raise refused(file, says, allowed, cure, line)
    spots = list(at.values())
    return {name: header[i] for name, i in at.items()}, lambda row: [row[i] for i in spots]
