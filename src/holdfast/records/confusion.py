"""`confusion.csv` to a checked table: which explanation is given the credit due to another."""

from os.path import lexists
from pathlib import Path

import pandas as pd

from holdfast.records.cast import Fault, cast
from holdfast.records.columns import number
from holdfast.records.files import Unreadable, read_rows, read_text
from holdfast.records.problems import Problem

FILE = "confusion.csv"
CREDIT = number("credit", "share", "credit given", minimum=0, maximum=1)
ROUNDED = 0.01
"""By how much the credits of a row may add up to more than 1: they are written with few digits."""


def read_confusion(folder: Path) -> tuple[pd.DataFrame | None, tuple[Problem, ...]]:
    """Read the credits, a row for each truth; None if there is no such file or it has problems.

    The first cell of the header is empty or names the rows; the other cells, and the first of each
    row, are names of explanations, the same ones both ways, each once.
    """
    if not lexists(folder / FILE):
        return None, ()
    try:
        (_, header), *body = read_rows(read_text(folder, FILE), FILE)
    except Unreadable as error:
        return None, (error.problem,)
    except ValueError:
        return None, (Problem(FILE, "is empty", "a header row", "measure it anew"),)
    credited, truths = header[1:], [cells[0] for _, cells in body]
    if sorted(credited) != sorted(truths) or len(set(truths)) < len(truths) or not truths:
        allowed = "one row and one column for each explanation"
        return None, (Problem(FILE, "is not square", allowed, "measure it anew"),)
    rows, problems = [], []
    for line, cells in body:
        row, found = _row(cells, credited, line)
        rows.append(row)
        problems += found
    if problems:
        return None, tuple(problems)
    return pd.DataFrame(rows, truths, credited), ()


def _row(cells: list[str], credited: list[str], line: int) -> tuple[list[float], list[Problem]]:
    if len(cells) != len(credited) + 1:
        allowed, cure = f"{len(credited) + 1} cells", "check commas"
        return [], [Problem(FILE, f"has {len(cells)} cells", allowed, cure, line)]
    row, problems = [], []
    for cell, name in zip(cells[1:], credited, strict=True):
        try:
            cast(cell, CREDIT)
            row.append(float(cell))
        except Fault as fault:
            problems.append(Problem(FILE, fault.says, fault.allowed, fault.cure, line, name, cell))
    if not problems and sum(row) > 1 + ROUNDED:
        says, allowed = f"adds up to {sum(row):g}", "1 at most in each row"
        problems.append(Problem(FILE, says, allowed, "measure it anew", line, value=cells[0]))
    return row, problems
