"""One cell of text to one value, or what is wrong with it."""

import re
from datetime import date
from math import inf, isfinite

from holdfast.records.columns import Column, Kind
from holdfast.records.counts import meant, two_readings
from holdfast.records.problems import nearest

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
INTEGER = re.compile(r"[+-]?\d{1,15}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
YEARS = range(1800, 2200)
LONGEST = 10_000  # characters in a cell
COUNTED = ("units", "see unit")  # units of numbers that count people or districts
LARGEST = 1e15  # beyond it numbers are no longer whole, and no number of a war is there
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Value = str | int | float | date | None


class Fault(Exception):
    """A cell that its column does not allow: what is wrong, what is allowed, the likely cure."""

    def __init__(self, says: str, allowed: str, cure: str) -> None:
        super().__init__(says)
        self.says, self.allowed, self.cure = says, allowed, cure


def cast(cell: str, column: Column) -> Value:
    """Return the value of a cell, None for an empty one; raises Fault.

    >>> from holdfast.records.columns import integer
    >>> cast("12", integer("paper", "men", "men on the roll"))
    12
    """
    if cell == "":
        if column.required:
            raise Fault("is empty", allowed(column), "fill the cell")
        return None
    if len(cell) > LONGEST:
        raise Fault("is too long", f"up to {LONGEST} characters", "shorten it")
    if UNPRINTABLE.search(cell):
        raise Fault("holds a line break or a control character", "one line of text", "take it out")
    if cell != cell.strip():
        raise Fault("has spaces at its ends", allowed(column), "take the spaces away")
    return _CASTS[column.kind](cell, column)


def allowed(column: Column) -> str:
    """Say what a column may hold, in words for a problem."""
    if column.words:
        return "one of " + ", ".join(column.words)
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        return ("a whole number" if column.kind is Kind.INTEGER else "a number") + _range(column)
    named = {
        Kind.DATE: "a day as 2021-07-31",
        Kind.MONTH: "a month as 2021-07",
        Kind.IDS: "ids joined by ; without spaces",
    }
    plain = "letters, digits, dot, dash, underscore" if "._-" in column.pattern else "text"
    return named.get(
        column.kind, plain if not column.pattern.startswith("http") else "a web address"
    )


def _range(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of at least {low}"
    return "" if high is None else f" of at most {high}"


def _number(cell: str, column: Column) -> float:
    if column.unit in COUNTED:
        _refuse_two_readings(cell, column)
    if not _plain(NUMBER, cell):
        raise Fault("is not a number", allowed(column), "write digits with a dot for the decimals")
    return _within(float(cell), column)


def _integer(cell: str, column: Column) -> int:
    _refuse_two_readings(cell, column)
    if not _plain(INTEGER, cell):
        cure = f"write {likely}" if (likely := meant(cell)) else "write digits only"
        raise Fault("is not a whole number", allowed(column), cure)
    return int(_within(int(cell), column))


def _refuse_two_readings(cell: str, column: Column) -> None:
    """Refuse a count such as 12.000, which is twelve to some and twelve thousand to others."""
    if unclear := two_readings(cell):
        raise Fault(unclear.says, allowed(column), unclear.cure)


def _plain(pattern: re.Pattern[str], cell: str) -> bool:
    return cell.isascii() and pattern.fullmatch(cell) is not None


def _within(value: float, column: Column) -> float:
    if not isfinite(value):
        raise Fault("is not finite", allowed(column), "leave the cell empty if it is not known")
    if abs(value) > LARGEST:
        raise Fault("is too large", f"{allowed(column)}, within {LARGEST:g}", "check the unit")
    low = -inf if column.minimum is None else column.minimum
    high = inf if column.maximum is None else column.maximum
    if value < low:
        raise Fault(f"is below {low}", allowed(column), "check the sign and the unit")
    if value > high:
        raise Fault(f"is above {high}", allowed(column), "check the unit")
    return value


def _date(cell: str, column: Column) -> date:
    try:
        if not _plain(DATE, cell):
            raise ValueError
        day = date.fromisoformat(cell)
    except ValueError:
        raise Fault("is not a day", allowed(column), "write year-month-day") from None
    if day.year not in YEARS:
        raise Fault("is too far away", f"years {YEARS[0]} to {YEARS[-1]}", "check the year")
    return day


def _month(cell: str, column: Column) -> str:
    if not _plain(MONTH, cell):
        raise Fault("is not a month", allowed(column), "write year-month")
    return cell


def _ids(cell: str, column: Column) -> str:
    parts = cell.split(";")
    if not all(part and part == part.strip() for part in parts):
        raise Fault("has an empty or spaced id", allowed(column), "take out spaces and stray ;")
    if len(set(parts)) < len(parts):
        raise Fault("names an id twice", allowed(column), "take one out")
    return cell


def _text(cell: str, column: Column) -> str:
    if column.words and cell not in column.words:
        raise Fault("is not a word of this column", allowed(column), nearest(cell, column.words))
    if column.pattern and not re.fullmatch(column.pattern, cell):
        raise Fault("is not of the form wanted here", allowed(column), "check the spelling")
    return cell


_CASTS = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.MONTH: _month,
    Kind.IDS: _ids,
}
