"""A file on disk to lines of cells: whatever the bytes are, cells or problems come back."""

import csv
import errno
import os
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from holdfast.records.packed import OLE, ZIP
from holdfast.records.parted import CALLED, SIGNS, TOLD
from holdfast.records.problems import Problem

WORKBOOKS = (ZIP, OLE)  # the first bytes of workbooks, and of zips
LARGEST = 200 * 2**20  # bytes of one file
PART = 2**22  # bytes that are read at once
CURES = {
    errno.EACCES: "give yourself the right to read it",
    errno.EPERM: "give yourself the right to read it",
    errno.ELOOP: "the links lead in a circle: put the file in its place",
    errno.EIO: "the disk gave an error: take a copy that is whole",
    errno.EAGAIN: "put a file in its place",
    errno.ENAMETOOLONG: "shorten the path",
    errno.ENOTDIR: "put a folder in the place of the file above it",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
}
"""What may help where the system says this."""


class Unreadable(Exception):
    """A file that gives no cells at all; it carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_bytes(folder: Path, name: str) -> bytes:
    """Return the content of a plain file of bounded size; raises Unreadable.

    Nothing is waited for: a pipe is no plain file, and what has nothing to give yet, as the log of
    the kernel, says so.
    """
    try:
        opened = os.open(folder / name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if os.path.lexists(folder / name):
            cure = "the link leads nowhere: put the file in its place"
            raise _unreadable(name, "is missing", "a file", cure) from None
        raise _unreadable(name, "is missing", "a file", "add it, or check its name") from None
    except (OSError, ValueError) as error:
        raise _refused(name, error) from None
    try:
        there = os.fstat(opened)
        if not stat.S_ISREG(there.st_mode):
            raise _unreadable(name, "is not a plain file", "a file", "put a file in its place")
        if there.st_size > LARGEST:
            raise _too_large(name)
        content = bytearray()
        while part := os.read(opened, PART):
            content += part
            if len(content) > LARGEST:  # a file that says that it is smaller
                raise _too_large(name)
        return bytes(content)
    except OSError as error:
        raise _refused(name, error) from None
    finally:
        os.close(opened)


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


def _refused(name: str, error: Exception) -> Unreadable:
    """A file that the system does not let be read, in the system's words."""
    number = getattr(error, "errno", None)
    reason = getattr(error, "strerror", None) or str(error)
    cure = CURES.get(number or 0, "check the file and its rights")
    return _unreadable(name, f"cannot be read ({reason})", "a file that can be read", cure)


def _too_large(name: str) -> Unreadable:
    return _unreadable(name, "is too large", f"up to {LARGEST >> 20} MiB", "split it")


def _unreadable(name: str, says: str, allowed: str, cure: str, line: int | None = None):
    return Unreadable(Problem(name, says, allowed, cure, line, check="files"))
