"""A CSV that somebody else published: whatever its encoding, its columns found by their names."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.names import cleaned
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said

LARGEST = 2 * 2**30  # bytes of one file
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
PARTED_BY = ",;\t|"
MOST_TOLD = 10  # problems of one kind that are told
Columns = Mapping[str, Sequence[str]]
"""Our name of a column, and the names by which publishers call it, in lower case."""


@dataclass(frozen=True)
class Outside:
    """A file's columns under our names, every cell text without spaces at its ends.

    `called` gives the file's own name of each column found; columns that it lacks are not in
    `rows`. The index of `rows` is the line of the file that a row begins on.
    """

    file: str
    rows: pd.DataFrame
    called: Mapping[str, str]
    said: tuple[Said, ...]

    def __contains__(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self.called

    def cells(self, column: str) -> list[str]:
        """The cells of a column, empty ones if the file does not have it."""
        return list(self.rows[column]) if column in self.called else [""] * len(self.rows)

    def numbers(self, column: str) -> np.ndarray:
        """The cells of a column as numbers, NaN where they are none."""
        found: Any = pd.to_numeric(pd.Series(self.cells(column)), errors="coerce")
        values = np.asarray(found, float)
        return np.where(np.isfinite(values), values, np.nan)

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
    """Read the columns of a CSV that are known by their names; raises ScenarioError.

    Text is UTF-8, UTF-16 with its mark, or `encoding`; failing these it is read as cp1252, which
    is said. Cells may be parted by comma, semicolon, tab or bar. Rows without a cell are left out.
    """
    file = path.name
    text, said = decoded(read_whole(path), file, encoding)
    head = text.lstrip("\n").partition("\n")[0]
    rows = csv.reader(
        StringIO(text, newline=""), delimiter=max(PARTED_BY, key=head.count), strict=True
    )
    lines, cells, called, width = [], [], {}, 0
    pick: Callable[[list[str]], list[str]] | None = None
    line = 1
    try:
        for row in rows:
            if pick is None and any(row):
                called, pick, width = _header(row, columns, needed, file)
            elif pick is not None and len(row) == width:
                lines.append(line)
                cells.append(pick(row))
            elif any(cell.strip() for cell in row):
                says, cure = f"has {len(row)} cells", "check commas and quotes of this line"
                raise refused(file, says, f"{width} cells, as the header", cure, line)
            line = rows.line_num + 1
    except csv.Error as error:
        cure = "check the quotes of this line"
        raise refused(file, f"is not CSV ({error})", "CSV", cure, line) from None
    frame = pd.DataFrame(cells, index=lines, columns=list(called), dtype=str)
    frame = frame.apply(lambda column: column.str.strip())
    frame = frame.loc[(frame != "").any(axis=1)]
    if frame.empty:
        raise refused(file, "has no rows", "a header and at least one row", "check the file")
    return Outside(file, frame, called, said)


def read_whole(path: Path, largest: int = LARGEST) -> bytes:
    """The content of a plain file of bounded size; raises ScenarioError."""
    try:
        if not path.exists():
            raise refused(str(path), "is not there", "a file", "check its path")
        if not path.is_file():
            raise refused(str(path), "is not a plain file", "a file", "name the file itself")
        if path.stat().st_size > largest:
            raise refused(path.name, "is too large", f"up to {largest >> 20} MiB", "cut it")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise refused(str(path), f"cannot be read ({reason})", "a file", "check it") from None
    if not content.strip():
        raise refused(path.name, "is empty", "a header and rows", "check the file")
    return content


def decoded(content: bytes, file: str, encoding: str = "") -> tuple[str, tuple[Said, ...]]:
    """Text of bytes, and what had to be said of it; raises ScenarioError."""
    said: tuple[Said, ...] = ()
    known = encoding or MARKS.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(known)
    except UnicodeDecodeError as error:
        if encoding:
            line = content.count(b"\n", 0, error.start) + 1
            cure = "give another --encoding, or save it as UTF-8"
            raise refused(file, f"is not {encoding} text", encoding, cure, line) from None
        text = content.decode("cp1252", "replace")
        words = f"{file} is not UTF-8 and was read as cp1252; if names look wrong, give --encoding"
        said = (Said(About.ASSUMED, words),)
    except LookupError:
        cure = "for example utf-8, cp1252, cp1256, iso-8859-6"
        raise refused(file, f"no encoding is called {encoding!r}", "its name", cure) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise refused(file, "holds a NUL byte", "text", "save it as UTF-8 text", line)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), said


def refused(
    file: str, says: str, allowed: str, cure: str, line: int | None = None
) -> ScenarioError:
    """A file that cannot be used at all."""
    return ScenarioError([Problem(file, says, allowed, cure, line, check="outside")])


def read_number(cell: str) -> float | None:
    """The number in a cell, thousands parted by a comma or a space allowed; None if it is none.

    >>> read_number("12,500"), read_number("1e400"), read_number("many")
    (12500.0, None, None)
    """
    plain = cell.replace("\u00a0", " ").replace("\u202f", " ")
    head, *groups = plain.replace(",", " ").split(" ") if plain else [""]
    if groups and all(len(g.partition(".")[0]) == 3 for g in groups) and 1 <= len(head) <= 4:
        plain = head + "".join(groups)
    try:
        if not plain.isascii() or "_" in plain:
            return None
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def _header(header: list[str], columns: Columns, needed: Sequence[str], file: str):
    """What the file calls our columns, a function that takes their cells, and the row's width."""
    own = [cleaned(name).lower().replace(" ", "_") for name in header]
    at = {}
    for name, aliases in columns.items():
        found = next((alias for alias in aliases if alias in own), None)
        if found is not None:
            if own.count(found) > 1:
                raise refused(file, f"has two columns {found!r}", "one", "take one out", 1)
            at[name] = own.index(found)
    missing = [name for name in needed if name not in at]
    if missing:
        there = ", ".join(own[:12]) + (" ..." if len(own) > 12 else "")
        allowed = "; ".join(" or ".join(columns[name][:4]) for name in missing)
        says = "has no column " + ", ".join(repr(columns[name][0]) for name in missing)
        raise refused(file, says, allowed, f"it has {there}: rename one, or check the file", 1)
    spots = list(at.values())
    return {n: header[i] for n, i in at.items()}, lambda row: [row[i] for i in spots], len(header)
