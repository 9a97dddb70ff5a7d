"""A file on disk to lines of cells: whatever the bytes are, cells or problems come back."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from holdfast.records.packed import OLE, ZIP
from holdfast.records.parted import CALLED, SIGNS, TOLD
from holdfast.records.problems import Problem

WORKBOOKS = (ZIP, OLE)  # the first bytes of workbooks, and of zips
LARGEST = 200 * 2**20  # bytes of one file


class Unreadable(Exception):
    """A file that gives no cells at all; it carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_bytes(folder: Path, name: str) -> bytes:
    """Return the content of a plain file of bounded size; raises Unreadable."""
    path = folder / name
    try:
        if not path.exists():
            raise _unreadable(name, "is missing", "a file", "add it, or check its name")
        if not path.is_file():
            raise _unreadable(name, "is not a plain file", "a file", "put a file in its place")
        if path.stat().st_size > LARGEST:
            raise _unreadable(name, "is too large", f"up to {LARGEST >> 20} MiB", "split it")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(
            name, f"cannot be read ({reason})", "a file", "check its rights"
        ) from None


def read_text(folder: Path, name: str) -> str:
    """Return the text of a UTF-8 file, a byte-order mark taken off; raises Unreadable."""
    content = read_bytes(folder, name)
    cure = "save the file as UTF-8 text"
    if content.startswith(WORKBOOKS):
        says = "is an Excel workbook or a zip, whatever its name"
        raise _unreadable(name, says, "UTF-8 text", "save its sheet as CSV (UTF-8) by this name")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(name, "is not UTF-8 text", "UTF-8", cure, line) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise _unreadable(name, "holds a NUL byte", "UTF-8 text", cure, line)
    return text


def read_rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line and the cells of each row, blank lines left out.

    Raises Unreadable where the quoting breaks, since nothing after that can be trusted, and where
    another sign than a comma parts the cells. Excel's first line `sep=,` is no row.
    """
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if told := TOLD.fullmatch(first):
        first, text = told[1], "\n" + rest
    for sign in SIGNS[1:]:
        if first.count(sign) > first.count(","):
            says = f"seems to be separated by {CALLED[sign]}"
            cure = "save it with commas between the cells, as CSV UTF-8 (comma delimited)"
            raise _unreadable(name, says, "commas", cure, 1)
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in rows:
            if cells:
                yield line, cells
            line = rows.line_num + 1
    except csv.Error as error:
        cure = "check the quotes of this line"
        raise _unreadable(name, f"is not CSV ({error})", "RFC 4180 CSV", cure, line) from None


def _unreadable(name: str, says: str, allowed: str, cure: str, line: int | None = None):
    return Unreadable(Problem(name, says, allowed, cure, line, check="files"))
