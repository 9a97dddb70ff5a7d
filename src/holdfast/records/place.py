"""Where in the files a row of the tables stands."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.files import Unreadable, read_text
from holdfast.records.problems import LONGEST, MOST_OF_A_KIND, Problem
from holdfast.records.schema import TABLES
from holdfast.records.settings import FILE, line_of
from holdfast.records.tables import Tables

PATHS = {schema.name: schema.path for schema in TABLES}


def at_row(
    tables: Tables, table: str, row: int, column: str, says: str, allowed: str, cure: str
) -> Problem:
    """Return a problem with a cell of a row, the row counted from 0."""
    value = _text(getattr(tables, table)[column].iloc[row])
    line = tables.lines[table][row]
    return Problem(PATHS[table], says, allowed, cure, line, column, value)


def at_rows(
    tables: Tables, table: str, rows: Any, column: str, says: str, allowed: str, cure: str
) -> Iterator[Problem]:
    """Yield a problem with a cell of each row where a condition is true: the first few, then how
    many more there are."""
    found = rows_where(rows)
    for row in found[:MOST_OF_A_KIND]:
        yield at_row(tables, table, row, column, says, allowed, cure)
    if (more := len(found) - MOST_OF_A_KIND) > 0:
        yield replace(at_row(tables, table, found[-1], column, says, allowed, cure), more=more)


def numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of numbers as floats, NaN where it is empty."""
    return frame[column].to_numpy(float)


def texts(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of words as an array of text."""
    return frame[column].to_numpy(object)


def rows_where(true: Any) -> list[int]:
    """Return the rows, counted from 0, where a condition is true."""
    return [int(row) for row in np.flatnonzero(np.asarray(true))]


def of_table(table: str, says: str, allowed: str, cure: str) -> Problem:
    """Return a problem with a table as a whole."""
    return Problem(PATHS[table], says, allowed, cure)


def odd(file: str, says: str) -> Problem:
    """Return a warning, in whole sentences, of what is allowed and looks like a slip.

    `file` is the name of a table, or of another file of the scenario.
    """
    return Problem(PATHS.get(file, file), says, "", "", stops=False)


def called(tables: Tables, rows: Any, most: int = 3) -> str:
    """Name the districts of rows where a condition is true: the first few, and how many more."""
    found = tables.districts.iloc[rows_where(rows)]
    few = found.head(most)[["name", "province", "district_id"]].itertuples(index=False)
    named = [f"{shown_name(name)}, {shown_name(province)} ({key})" for name, province, key in few]
    more = len(found) - most
    return "; ".join(named) + (f"; and {more:,} more" if more > 0 else "")


def shown_name(name: str) -> str:
    """A name, cut where it is long."""
    return name if len(name) <= LONGEST else name[: LONGEST - 3] + "..."


def in_settings(
    tables: Tables, key: str, value: Any, says: str, allowed: str, cure: str
) -> Problem:
    """Return a problem with a key of the settings, its table before a dot."""
    table, _, name = key.rpartition(".")
    try:
        line = line_of(read_text(tables.folder, FILE), table, name)
    except Unreadable:  # it has gone since it was read
        line = None
    return Problem(FILE, says, allowed, cure, line, key, str(value))


def _text(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)
