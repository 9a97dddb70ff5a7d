"""What a column and a table are: the words in which `schema.py` declares them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from holdfast.records.names import KEY


class Kind(StrEnum):
    """The types a cell can have. An empty cell is: "" in TEXT, IDS and MONTH, NaN, or NaT."""

    TEXT = "string"
    INTEGER = "integer"  # int64 when required, else float64 so that NaN can stand for unknown
    NUMBER = "number"  # float64
    DATE = "date"  # datetime64[s], year-month-day
    MONTH = "yearmonth"  # text, year-month
    IDS = "list"  # text, ids joined by ;


@dataclass(frozen=True)
class Column:
    """One column: its type, unit, meaning and what it may hold.

    `words` is the closed list of words it may hold, empty when any word may stand there.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    words: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Reference:
    """Ids in `column` must stand in `to` of another table; several may be joined by ;."""

    column: str
    table: str
    to: str


@dataclass(frozen=True)
class TableSchema:
    """One table: its file, what a row is, its columns, its key and what it refers to.

    An `optional` file may be left out; it is then read as a table without rows, and `without` says
    what that means for the war. Another may have no rows only if it `may_be_empty`.
    """

    name: str
    path: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers: tuple[Reference, ...] = ()
    optional: bool = True
    may_be_empty: bool = False
    without: str = ""

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


def text(name: str, meaning: str, words: str = "", **rest: Any) -> Column:
    """A column of words; `words` lists the allowed ones, parted by spaces."""
    return Column(name, Kind.TEXT, meaning, words=tuple(words.split()), **rest)


def key(name: str, meaning: str, **rest: Any) -> Column:
    """A column of ids: letters, digits, dot, dash and underscore."""
    return Column(name, Kind.TEXT, meaning, pattern=KEY.pattern, **rest)


def ids(name: str, meaning: str, **rest: Any) -> Column:
    """A column of ids joined by a semicolon without spaces."""
    return Column(name, Kind.IDS, meaning, **rest)


def number(name: str, unit: str, meaning: str, **rest: Any) -> Column:
    """A column of finite numbers."""
    return Column(name, Kind.NUMBER, meaning, unit=unit, **rest)


def integer(name: str, unit: str, meaning: str, **rest: Any) -> Column:
    """A column of whole numbers."""
    return Column(name, Kind.INTEGER, meaning, unit=unit, **rest)


def date(name: str, meaning: str, **rest: Any) -> Column:
    """A column of days."""
    return Column(name, Kind.DATE, meaning, **rest)
