"""Where in the files a row of the tables stands."""

from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.files import read_text
from holdfast.records.problems import Problem
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


def rows_where(true: Any) -> list[int]:
    """Return the rows, counted from 0, where a condition is true."""
    return [int(row) for row in np.flatnonzero(np.asarray(true))]


def of_table(table: str, says: str, allowed: str, cure: str) -> Problem:
    """Return a problem with a table as a whole."""
    return Problem(PATHS[table], says, allowed, cure)


def in_settings(
    tables: Tables, key: str, value: Any, says: str, allowed: str, cure: str
) -> Problem:
    """Return a problem with a key of the settings, its table before a dot."""
    table, _, name = key.rpartition(".")
    line = line_of(read_text(tables.folder, FILE), table, name)
    return Problem(FILE, says, allowed, cure, line, key, str(value))


def _text(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)
