"""Days as publishers write them, to days: what could be read in two ways is refused."""

import re
from collections.abc import Sequence
from datetime import date

from holdfast.records.cast import YEARS
from holdfast.records.problems import Problem

ORDERS = ("dmy", "mdy")
MOST_TOLD = 5  # problems of one column that are told
CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
ISO = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){CLOCK}", re.ASCII)
PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
WORDED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})", re.ASCII)
AMERICAN = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
SLASHED = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){CLOCK}", re.ASCII)
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
MONTH_WORD = re.compile("|".join(f"{m[:3]}(?:{m[3:]})?" for m in MONTHS) + "|sept", re.IGNORECASE)
ABROAD = re.compile(r"[^\W\d_]{3,}\.?")  # a word in a day
SHORT = re.compile(rf"\d{{1,2}}([-/. ])(?:\d{{1,2}}|[A-Za-z]{{3,9}})\1\d{{2}}{CLOCK}", re.ASCII)
CALENDARS = {
    "Solar Hijri (Iranian and Afghan)": range(1300, 1420),
    "Hijri": range(1420, 1480),
    "Buddhist": range(2450, 2600),
}
ALLOWED = "2014-06-10, 10 June 2014, or 10/06/2014 with --dates dmy"


def read_days(
    cells: Sequence[str], lines: Sequence[int], file: str, column: str, order: str = ""
) -> tuple[list[date | None], list[Problem], str]:
    """Days of a column, None for empty cells; its problems; and how 10/06/2014 was read, or "".

    Day or month first is settled by `order`, or by a cell of the column that can be read in one
    way only; otherwise it is a problem. `lines` are the lines of the cells in the file.
    """
    texts = [cell.strip() for cell in cells]
    read = ""
    if not order:
        order, shown, problems = _order_of(texts, lines, file, column)
        if problems:
            return [None] * len(texts), problems, ""
        read = f"{'day' if order == 'dmy' else 'month'} first, as {shown} shows" if shown else ""
    known: dict[str, date | None] = {"": None}
    days: list[date | None] = []
    problems = []
    for text, line in zip(texts, lines, strict=True):
        if text not in known:
            known[text] = _day(text, order)
        days.append(known[text])
        if known[text] is None and text and len(problems) < MOST_TOLD:
            problems.append(_bad(file, line, column, text, order))
    return days, problems, read


def _order_of(
    texts: Sequence[str], lines: Sequence[int], file: str, column: str
) -> tuple[str, str, list[Problem]]:
    """Day or month first in a column, with the cell that shows it; "" if no cell needs it."""
    shows: dict[str, tuple[str, int]] = {}
    open_cells = []
    for text, line in zip(texts, lines, strict=True):
        match = SLASHED.fullmatch(text)
        if not match:
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            shows.setdefault("dmy", (text, line))
        elif second > 12 >= first:
            shows.setdefault("mdy", (text, line))
        elif first != second:
            open_cells.append((text, line))
    if len(shows) == 2:
        (day_first, a), (month_first, b) = shows["dmy"], shows["mdy"]
        says = f"has the day first here but the month first in line {b} ({month_first})"
        cure = "write all days as 2014-06-10"
        return "", "", [Problem(file, says, ALLOWED, cure, a, column, day_first, check="dates")]
    if open_cells and not shows:
        (text, line) = open_cells[0]
        says, cure = "may be day or month first", "say which: --dates dmy or --dates mdy"
        return "", "", [Problem(file, says, ALLOWED, cure, line, column, text, check="dates")]
    for order, (text, _) in shows.items():
        return order, text, []
    return "dmy", "", []  # only days such as 5/5/2014 are left: they read alike


def _day(text: str, order: str) -> date | None:
    try:
        if match := ISO.fullmatch(text):
            return _within(int(match[1]), int(match[3]), int(match[4]))
        if match := PLAIN.fullmatch(text):
            return _within(int(match[1]), int(match[2]), int(match[3]))
        if match := WORDED.fullmatch(text):
            return _within(int(match[3]), _month(match[2]), int(match[1]))
        if match := AMERICAN.fullmatch(text):
            return _within(int(match[3]), _month(match[1]), int(match[2]))
        if match := SLASHED.fullmatch(text):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            day, month = (second, first) if order == "mdy" else (first, second)
            return _within(year, month, day)
    except ValueError:
        pass
    return None


def _within(year: int, month: int, day: int) -> date:
    if year not in YEARS:
        raise ValueError
    return date(year, month, day)


def _month(word: str) -> int:
    found = [n for n, name in enumerate(MONTHS, 1) if name.startswith(word.lower())]
    if len(found) != 1 and word.lower() != "sept":
        raise ValueError
    return 9 if word.lower() == "sept" else found[0]


def far_off(text: str) -> bool:
    """Whether a cell is a day as people write it, but for a year that cannot be meant.

    >>> far_off("0025-03-01"), far_off("1 March 0025"), far_off("2025-03-01"), far_off("soon")
    (True, True, False, False)
    """
    year = _year(text.strip())
    return year is not None and year not in YEARS


def _year(text: str) -> int | None:
    """The year of a cell of four digits, None if it has none."""
    places = ((ISO, 1), (PLAIN, 1), (WORDED, 3), (AMERICAN, 3), (SLASHED, 4))
    found = ((pattern.fullmatch(text), place) for pattern, place in places)
    return next((int(match[place]) for match, place in found if match), None)


def _bad(file: str, line: int, column: str, text: str, order: str) -> Problem:
    cure, year = "write year-month-day", _year(text)
    if year is not None and year not in YEARS:
        kind = next((name for name, years in CALENDARS.items() if year in years), "")
        cure = f"the year {year} cannot be meant: check it"
        if kind:
            cure = f"the year {year} may be of the {kind} calendar: write it as in 2014-06-10"
    elif SLASHED.fullmatch(text):
        cure = f"the column was read as {order}: write year-month-day, or give --dates"
    elif SHORT.fullmatch(text):
        cure = "its year has two digits: write all four, as 2014-06-10"
    elif (match := ABROAD.search(text)) and not MONTH_WORD.fullmatch(match[0]):
        cure = f"{match[0]!r} is no month in English: write 2014-06-10"
    elif text.isdecimal() and len(text) == 5:
        cure = "a spreadsheet wrote its own number for a day: save the column as text, 2014-06-10"
    return Problem(file, "is not a day", ALLOWED, cure, line, column, text, check="dates")
