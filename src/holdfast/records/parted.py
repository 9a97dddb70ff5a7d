"""Text to rows of cells, whatever sign parts them; and a table as it was opened."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import StringIO
from itertools import islice

from holdfast.records.said import Said
from holdfast.records.whole import refused

SIGNS = ",;\t|"
CALLED = {",": ",", ";": ";", "\t": "tabs", "|": "|"}
TOLD = re.compile(r'\s*"?sep=(\t|\\t|[^\w\s"])"?\1*\s*', re.IGNORECASE)
SAMPLE = 40  # rows by which the sign is found
Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Sheet:
    """A table whose columns are not yet known.

    `rows` gives the line each row begins on and its cells, as text, from the header on. `parted` is
    the sign between cells, "" in a workbook. `title` is the name of its sheet, "" if there is one.
    """

    file: str
    rows: Callable[[], Rows]
    parted: str
    said: tuple[Said, ...]
    title: str = ""
    hidden: bool = False

    def header(self) -> list[str]:
        """The cells of the first row that has any."""
        return next((row for _, row in self.rows()), [])


def parted_sheet(text: str, file: str, said: tuple[Said, ...] = ()) -> Sheet:
    """A table of text. Excel's first line `sep=;` says what parts its cells, and is no row."""
    first, _, rest = text.partition("\n")
    if match := TOLD.fullmatch(first):
        sign = "\t" if match[1] == "\\t" else match[1]
        return Sheet(file, partial(_rows, rest, sign, file, 2), sign, said)
    sign = sign_of(text)
    return Sheet(file, partial(_rows, text, sign, file, 1), sign, said)


def sign_of(text: str) -> str:
    """The sign that parts the cells of a text: it gives rows as wide as the header, and many cells.

    >>> sign_of("name;men, all\\nAnvil;5\\n"), sign_of("alone\\n1\\n")
    (';', ',')
    """
    start = text[:100_000]
    return max(SIGNS, key=lambda sign: _fits(start, sign, len(start) < len(text)))


def _fits(text: str, sign: str, cut: bool) -> tuple[bool, float, int]:
    """How well a sign parts a text."""
    rows: list[list[str]] = []
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=sign, strict=True)
        rows += [row for row in islice(reader, SAMPLE) if any(row)]
    except csv.Error:
        pass
    rows = rows[:-1] if cut and len(rows) < SAMPLE else rows
    if not rows or len(rows[0]) < 2:
        return False, 0.0, 0
    width = len(rows[0])
    alike = sum(len(row) == width for row in rows[1:])
    return True, alike / max(len(rows) - 1, 1), width


def _rows(text: str, sign: str, file: str, line: int) -> Rows:
    rows = csv.reader(StringIO(text, newline=""), delimiter=sign, strict=True)
    first = line
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield line, row
            line = rows.line_num + first
    except csv.Error as error:
        cure = "check the quotes of this line"
        raise refused(file, f"is not CSV ({error})", "CSV", cure, line) from None
